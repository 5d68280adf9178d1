package sdk.core;

/** An answer outside of 200 to 299. */
public final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient ApiAnswer answer;

  ApiException(ApiAnswer answer) {
    super("Request failed with status code " + answer.statusCode());
    this.answer = answer;
  }

  public int statusCode() {
    return answer.statusCode();
  }

  public ApiAnswer answer() {
    return answer;
  }
}
