import com.jayway.jsonpath.Configuration;
import com.jayway.jsonpath.JsonPath;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import net.minidev.json.JSONArray;
import net.minidev.json.JSONObject;
import net.minidev.json.JSONStyle;
import net.minidev.json.parser.JSONParser;
import org.apache.velocity.VelocityContext;
import org.apache.velocity.app.VelocityEngine;
import org.apache.velocity.app.event.EventCartridge;
import org.apache.velocity.app.event.ReferenceInsertionEventHandler;

/** Reads questions and writes answers, one JSON object a line; see README.md beside this file. */
public final class Oracle {
  private static VelocityEngine engine = newEngine();

  public static void main(String[] arguments) throws Exception {
    var questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    var answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    for (String line = questions.readLine(); line != null; line = questions.readLine()) {
      var answer = new JSONObject();
      try {
        answer(answer, (JSONObject) new JSONParser(JSONParser.MODE_PERMISSIVE).parse(line));
      } catch (Throwable error) {
        answer.put("error", String.valueOf(error.getMessage()).split("\n")[0]);
      }
      answers.println(answer.toString(JSONStyle.LT_COMPRESS));
    }
  }

  private static void answer(JSONObject answer, JSONObject question) {
    if (question.containsKey("path")) path(answer, question);
    else if (question.containsKey("regex")) regex(answer, question);
    else template(answer, question);
  }

  private static Object json(JSONObject question) {
    return Configuration.defaultConfiguration().jsonProvider().parse((String) question.get("json"));
  }

  private static void path(JSONObject answer, JSONObject question) {
    Object found = JsonPath.read(json(question), (String) question.get("path"));
    answer.put("output", found == null ? "null" : Configuration.defaultConfiguration().jsonProvider().toJson(found));
  }

  private static void regex(JSONObject answer, JSONObject question) {
    String regex = (String) question.get("regex");
    String text = (String) question.get("text");
    String replacement = (String) question.get("with");
    Pattern.compile(regex);
    answer.put("matches", text.matches(regex));
    answer.put("output", text.replaceAll(regex, replacement));
    answer.put("first", text.replaceFirst(regex, replacement));
    var parts = new JSONArray();
    for (String part : text.split(regex)) parts.add(part);
    answer.put("split", parts);
  }

  private static VelocityEngine newEngine() {
    var fresh = new VelocityEngine();
    fresh.setProperty("runtime.log.logsystem.class", "org.apache.velocity.runtime.log.NullLogChute");
    fresh.setProperty("velocimacro.library", "");
    fresh.init();
    return fresh;
  }

  /** What is not there prints nothing, as in the service. */
  private static void template(JSONObject answer, JSONObject question) {
    var context = new VelocityContext();
    if (json(question) instanceof Map<?, ?> variables) {
      for (var entry : variables.entrySet()) context.put((String) entry.getKey(), entry.getValue());
    }
    var events = new EventCartridge();
    events.addEventHandler((ReferenceInsertionEventHandler) (reference, value) -> value == null ? "" : value);
    context.attachEventCartridge(events);
    var output = new StringWriter();
    String template = (String) question.get("template");
    try {
      engine.evaluate(context, output, "template", template);
    } finally {
      // An engine keeps the macros of its templates: the next template begins without them.
      if (template.contains("macro")) engine = newEngine();
    }
    answer.put("output", output.toString());
  }
}
