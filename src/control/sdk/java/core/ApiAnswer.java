package sdk.core;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** What was answered. */
public class ApiAnswer {
  private final int statusCode;
  private final Map<String, List<String>> headers;
  private final byte[] bytes;

  ApiAnswer(HttpResponse<byte[]> response) {
    statusCode = response.statusCode();
    headers = response.headers().map();
    bytes = response.body();
  }

  protected ApiAnswer(ApiAnswer other) {
    statusCode = other.statusCode;
    headers = other.headers;
    bytes = other.bytes;
  }

  public final int statusCode() {
    return statusCode;
  }

  /** By name, in any case. */
  public final Map<String, List<String>> headers() {
    return headers;
  }

  public final byte[] bytes() {
    return bytes.clone();
  }

  /** The body as text. */
  public final String body() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** The body as maps, lists, texts, numbers; null when it is not JSON. */
  public final Object json() {
    try {
      return Json.parse(body());
    } catch (Json.Malformed error) {
      return null;
    }
  }
}
