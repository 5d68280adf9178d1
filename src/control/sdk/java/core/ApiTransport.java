package sdk.core;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** Sends requests over connections that are kept. May be used by many threads. */
public final class ApiTransport {
  private final ApiSettings<?> settings;
  private final String endpoint;
  private final HttpClient http;

  public ApiTransport(ApiSettings<?> settings) {
    this.settings = settings;
    endpoint = settings.endpoint.replaceAll("/+$", "");
    http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(settings.timeout).build();
  }

  /** Waits for the answer. Throws ApiException, or UncheckedIOException when there is none. */
  public ApiAnswer send(ApiRequest<?> request) {
    URI uri = request.uri(endpoint);
    byte[] body = request.bytes();
    HttpRequest.BodyPublisher publisher =
        body.length == 0 ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofByteArray(body);
    HttpRequest.Builder builder = HttpRequest.newBuilder(uri).timeout(settings.timeout).method(request.verb(), publisher);
    headersOf(request, uri, body).forEach(builder::setHeader);
    ApiAnswer answer = new ApiAnswer(exchange(builder.build()));
    if (answer.statusCode() < 200 || answer.statusCode() > 299) throw new ApiException(answer);
    return answer;
  }

  private Map<String, String> headersOf(ApiRequest<?> request, URI uri, byte[] body) {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.put("Accept", "application/json");
    if (body.length > 0) headers.put("Content-Type", "application/json");
    headers.putAll(request.headers());
    if (settings.apiKey != null) headers.put("x-api-key", settings.apiKey);
    if (settings.accessKeyId != null && settings.secretAccessKey != null) {
      headers.putAll(
          SigV4.sign(
              request.verb(),
              uri,
              body,
              settings.accessKeyId,
              settings.secretAccessKey,
              settings.sessionToken,
              settings.region,
              Instant.now()));
    }
    return headers;
  }

  private HttpResponse<byte[]> exchange(HttpRequest request) {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    } catch (InterruptedException error) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException((IOException) new InterruptedIOException().initCause(error));
    }
  }
}
