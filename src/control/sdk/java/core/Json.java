package sdk.core;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** JSON as maps, lists, texts, Long, Double, Boolean and null. */
public final class Json {
  /** What knows itself as JSON. */
  public interface Writable {
    Object toJson();
  }

  /** A text that is not JSON. */
  public static final class Malformed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Malformed(String message) {
      super(message);
    }
  }

  private static final int DEPTH = 500;

  private final String text;
  private int at = 0;
  private int depth = 0;

  private Json(String text) {
    this.text = text;
  }

  /** Reads a text. Throws Malformed. */
  public static Object parse(String text) {
    Json json = new Json(text);
    Object value = json.value();
    json.blanks();
    if (json.at < text.length()) throw json.malformed();
    return value;
  }

  /** The text as a value has it, or null. */
  public static String text(Object value) {
    return value instanceof String ? (String) value : null;
  }

  public static Boolean truth(Object value) {
    return value instanceof Boolean ? (Boolean) value : null;
  }

  public static Long integer(Object value) {
    return value instanceof Number ? (Long) ((Number) value).longValue() : null;
  }

  public static Double number(Object value) {
    return value instanceof Number ? (Double) ((Number) value).doubleValue() : null;
  }

  /** The list with each element read, or null for what is no list. */
  public static <T> List<T> list(Object value, Function<Object, T> read) {
    if (!(value instanceof List)) return null;
    List<T> all = new ArrayList<>();
    for (Object item : (List<?>) value) all.add(read.apply(item));
    return all;
  }

  /** The map, or null for what is none. */
  public static Map<String, Object> map(Object value) {
    if (!(value instanceof Map)) return null;
    Map<String, Object> all = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
      all.put(String.valueOf(entry.getKey()), entry.getValue());
    }
    return all;
  }

  /** Adds what is there. */
  public static void put(Map<String, Object> json, String name, Object value) {
    if (value != null) json.put(name, value);
  }

  /** The text of a value: of what parse gives, and of what is Writable. What is no number in JSON, such as NaN, is null. */
  public static String write(Object value) {
    StringBuilder out = new StringBuilder();
    write(value, out);
    return out.toString();
  }

  private static void write(Object value, StringBuilder out) {
    if (value instanceof Writable) write(((Writable) value).toJson(), out);
    else if (value instanceof Map) writeMap((Map<?, ?>) value, out);
    else if (value instanceof Iterable) writeList((Iterable<?>) value, out);
    else if (value instanceof Double) out.append(Double.isFinite((Double) value) ? value : null);
    else if (value == null || value instanceof Boolean || value instanceof Number) out.append(value);
    else quote(value.toString(), out);
  }

  private static void writeMap(Map<?, ?> map, StringBuilder out) {
    String separator = "{";
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      out.append(separator);
      quote(String.valueOf(entry.getKey()), out);
      out.append(':');
      write(entry.getValue(), out);
      separator = ",";
    }
    out.append(map.isEmpty() ? "{}" : "}");
  }

  private static void writeList(Iterable<?> list, StringBuilder out) {
    out.append('[');
    String separator = "";
    for (Object item : list) {
      out.append(separator);
      write(item, out);
      separator = ",";
    }
    out.append(']');
  }

  private static void quote(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') out.append('\\').append(c);
      else if (c < 0x20) out.append(String.format("\\u%04x", (int) c));
      else out.append(c);
    }
    out.append('"');
  }

  private Malformed malformed() {
    return new Malformed("This is not JSON at character " + at);
  }

  private void blanks() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) at++;
  }

  private char next() {
    if (at >= text.length()) throw malformed();
    return text.charAt(at);
  }

  private void expect(char wanted) {
    if (next() != wanted) throw malformed();
    at++;
  }

  private Object word(String word, Object value) {
    if (!text.startsWith(word, at)) throw malformed();
    at += word.length();
    return value;
  }

  private Object value() {
    blanks();
    switch (next()) {
      case '{':
        return object();
      case '[':
        return array();
      case '"':
        return string();
      case 't':
        return word("true", Boolean.TRUE);
      case 'f':
        return word("false", Boolean.FALSE);
      case 'n':
        return word("null", null);
      default:
        return number();
    }
  }

  /** Goes behind a bracket; false when the closing one follows at once. */
  private boolean open(char closing) {
    if (++depth > DEPTH) throw malformed();
    at++;
    blanks();
    if (next() != closing) return true;
    at++;
    depth--;
    return false;
  }

  /** Goes behind a comma; false behind the closing bracket. */
  private boolean more(char closing) {
    blanks();
    if (next() == ',') {
      at++;
      blanks();
      return true;
    }
    expect(closing);
    depth--;
    return false;
  }

  private Map<String, Object> object() {
    Map<String, Object> map = new LinkedHashMap<>();
    if (!open('}')) return map;
    do {
      String name = string();
      blanks();
      expect(':');
      map.put(name, value());
    } while (more('}'));
    return map;
  }

  private List<Object> array() {
    List<Object> list = new ArrayList<>();
    if (!open(']')) return list;
    do {
      list.add(value());
    } while (more(']'));
    return list;
  }

  private String string() {
    expect('"');
    StringBuilder out = new StringBuilder();
    for (char c = next(); c != '"'; c = next()) {
      at++;
      out.append(c == '\\' ? escaped() : c);
    }
    at++;
    return out.toString();
  }

  private char escaped() {
    char c = next();
    at++;
    int index = "\"\\/bfnrt".indexOf(c);
    if (index >= 0) return "\"\\/\b\f\n\r\t".charAt(index);
    if (c != 'u' || at + 4 > text.length()) throw malformed();
    try {
      char code = (char) Integer.parseInt(text.substring(at, at + 4), 16);
      at += 4;
      return code;
    } catch (NumberFormatException error) {
      throw malformed();
    }
  }

  /** Of so many digits that not all of them are a Long. */
  private static Number whole(String digits) {
    try {
      return Long.valueOf(digits);
    } catch (NumberFormatException error) {
      return Double.valueOf(digits);
    }
  }

  private Number number() {
    int start = at;
    while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) at++;
    String digits = text.substring(start, at);
    try {
      return digits.matches("-?\\d{1,19}") ? whole(digits) : Double.valueOf(digits);
    } catch (NumberFormatException error) {
      throw malformed();
    }
  }
}
