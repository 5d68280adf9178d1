package sdk.core;

import java.time.Duration;

/** The settings of a client. */
public abstract class ApiSettings<S extends ApiSettings<S>> {
  String endpoint;
  String region;
  String apiKey;
  String accessKeyId;
  String secretAccessKey;
  String sessionToken;
  Duration timeout = Duration.ofSeconds(60);

  protected ApiSettings(String endpoint, String region) {
    this.endpoint = endpoint;
    this.region = region;
  }

  @SuppressWarnings("unchecked")
  private S self() {
    return (S) this;
  }

  /** Where the stage answers, when it is not where it was when this was generated. */
  public final S endpoint(String url) {
    endpoint = url;
    return self();
  }

  /** Goes with every request, as the header x-api-key. */
  public final S apiKey(String key) {
    apiKey = key;
    return self();
  }

  /** Every request is signed with these. */
  public final S iamCredentials(String accessKeyId, String secretAccessKey) {
    return iamCredentials(accessKeyId, secretAccessKey, null);
  }

  /** Every request is signed with these. */
  public final S iamCredentials(String accessKeyId, String secretAccessKey, String sessionToken) {
    this.accessKeyId = accessKeyId;
    this.secretAccessKey = secretAccessKey;
    this.sessionToken = sessionToken;
    return self();
  }

  /** Of the signature. */
  public final S iamRegion(String name) {
    region = name;
    return self();
  }

  /** For a connection, and for each request. */
  public final S timeout(Duration duration) {
    timeout = duration;
    return self();
  }
}
