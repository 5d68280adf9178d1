package sdk.core;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One call of an operation: its parameters, its body, and whatever else is to be sent with it. */
public abstract class ApiRequest<R extends ApiRequest<R>> {
  private static final Pattern VARIABLE = Pattern.compile("\\{([^{}+]+)(\\+?)\\}");

  private final String verb;
  private final String template;
  private final String[] required;
  private final Map<String, String> path = new LinkedHashMap<>();
  private final List<String[]> query = new ArrayList<>();
  private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private Object body;

  protected ApiRequest(String verb, String template, String... required) {
    this.verb = verb;
    this.template = template;
    this.required = required;
  }

  @SuppressWarnings("unchecked")
  private R self() {
    return (R) this;
  }

  protected final R path(String name, String value) {
    path.put(name, value);
    return self();
  }

  /** Adds a query parameter, whether the API lists it or not. Null adds nothing. */
  public final R query(String name, String value) {
    if (value != null) query.add(new String[] {name, value});
    return self();
  }

  /** Sets a header, whether the API lists it or not. Null removes it. */
  public final R header(String name, String value) {
    if (value == null) headers.remove(name);
    else headers.put(name, value);
    return self();
  }

  /** The body: a text or bytes as they are, anything else as JSON (maps, lists, numbers, models). */
  public final R body(Object value) {
    body = value;
    return self();
  }

  final String verb() {
    return verb;
  }

  final Map<String, String> headers() {
    return headers;
  }

  final byte[] bytes() {
    if (body == null) return new byte[0];
    if (body instanceof byte[]) return (byte[]) body;
    String text = body instanceof String ? (String) body : Json.write(body);
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Where it goes. Throws IllegalArgumentException for a parameter that has to be there and is not. */
  final URI uri(String endpoint) {
    for (String name : required) {
      boolean isThere = headers.containsKey(name) || query.stream().anyMatch(pair -> pair[0].equals(name));
      if (!isThere) throw missing(name);
    }
    StringBuilder uri = new StringBuilder(endpoint).append(expanded());
    char separator = '?';
    for (String[] pair : query) {
      uri.append(separator).append(encode(pair[0])).append('=').append(encode(pair[1]));
      separator = '&';
    }
    return URI.create(uri.toString());
  }

  private String expanded() {
    Matcher variables = VARIABLE.matcher(template);
    StringBuilder out = new StringBuilder();
    int end = 0;
    while (variables.find()) {
      String value = path.get(variables.group(1));
      // An empty one would lead to another path than was meant.
      if (value == null || value.isEmpty()) throw missing(variables.group(1));
      out.append(template, end, variables.start());
      out.append(variables.group(2).isEmpty() ? segment(value) : segments(value));
      end = variables.end();
    }
    return out.append(template, end, template.length()).toString();
  }

  /** The slashes of a greedy variable stay slashes. */
  private static String segments(String value) {
    List<String> all = new ArrayList<>();
    for (String part : value.split("/", -1)) all.add(segment(part));
    return String.join("/", all);
  }

  /** Dots would be folded into another path than was meant. */
  private static String segment(String value) {
    if (value.equals(".") || value.equals("..")) throw new IllegalArgumentException("No value for a path: " + value);
    return encode(value);
  }

  private static IllegalArgumentException missing(String name) {
    return new IllegalArgumentException("Missing required parameter: " + name);
  }

  /** Percent-encodes everything but letters, digits and `-._~`. */
  static String encode(String text) {
    String form = URLEncoder.encode(text, StandardCharsets.UTF_8);
    return form.replace("+", "%20").replace("*", "%2A").replace("%7E", "~");
  }
}
