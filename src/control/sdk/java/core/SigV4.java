package sdk.core;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs requests with Signature Version 4, for the service execute-api. */
final class SigV4 {
  private static final String SERVICE = "execute-api";
  private static final String ALGORITHM = "AWS4-HMAC-SHA256";
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private SigV4() {}

  /** The headers that sign a request. `token` may be null. */
  static Map<String, String> sign(
      String verb, URI uri, byte[] body, String accessKeyId, String secretKey, String token, String region, Instant time) {
    String stamp = STAMP.format(time);
    String date = stamp.substring(0, 8);
    Map<String, String> headers = new TreeMap<>();
    headers.put("x-amz-date", stamp);
    if (token != null) headers.put("x-amz-security-token", token);
    Map<String, String> signed = new TreeMap<>(headers);
    signed.put("host", hostOf(uri));
    String names = String.join(";", signed.keySet());
    StringBuilder canonical = new StringBuilder();
    canonical.append(verb).append('\n').append(canonicalPath(uri)).append('\n').append(canonicalQuery(uri)).append('\n');
    signed.forEach((name, value) -> canonical.append(name).append(':').append(value.trim()).append('\n'));
    canonical.append('\n').append(names).append('\n').append(hash(body));
    String scope = date + "/" + region + "/" + SERVICE + "/aws4_request";
    String text = ALGORITHM + "\n" + stamp + "\n" + scope + "\n" + hash(bytes(canonical.toString()));
    byte[] key = bytes("AWS4" + secretKey);
    for (String part : scope.split("/")) key = hmac(key, part);
    String credential = " Credential=" + accessKeyId + "/" + scope;
    headers.put(
        "Authorization", ALGORITHM + credential + ", SignedHeaders=" + names + ", Signature=" + hex(hmac(key, text)));
    return headers;
  }

  /** As it is sent: without the port that the scheme has by itself. */
  private static String hostOf(URI uri) {
    int usual = "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
    return uri.getPort() < 0 || uri.getPort() == usual ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
  }

  /** Each segment is encoded once more than it is sent. */
  private static String canonicalPath(URI uri) {
    List<String> segments = new ArrayList<>();
    for (String segment : uri.getRawPath().split("/", -1)) segments.add(ApiRequest.encode(segment));
    return String.join("/", segments);
  }

  private static String canonicalQuery(URI uri) {
    if (uri.getRawQuery() == null) return "";
    List<String[]> pairs = new ArrayList<>();
    for (String pair : uri.getRawQuery().split("&")) {
      int at = pair.indexOf('=');
      String name = at < 0 ? pair : pair.substring(0, at);
      pairs.add(new String[] {recoded(name), recoded(at < 0 ? "" : pair.substring(at + 1))});
    }
    pairs.sort((a, b) -> a[0].equals(b[0]) ? a[1].compareTo(b[1]) : a[0].compareTo(b[0]));
    List<String> texts = new ArrayList<>();
    for (String[] pair : pairs) texts.add(pair[0] + "=" + pair[1]);
    return String.join("&", texts);
  }

  private static String recoded(String text) {
    return ApiRequest.encode(URLDecoder.decode(text, StandardCharsets.UTF_8));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String hash(byte[] message) {
    try {
      return hex(MessageDigest.getInstance("SHA-256").digest(message));
    } catch (GeneralSecurityException error) {
      throw new IllegalStateException(error);
    }
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(bytes(text));
    } catch (GeneralSecurityException error) {
      throw new IllegalStateException(error);
    }
  }

  private static String hex(byte[] bytes) {
    StringBuilder digits = new StringBuilder();
    for (byte each : bytes) digits.append(String.format("%02x", each));
    return digits.toString();
  }
}
