/** The source of a class that stands for a JSON object. */
import { memberName, newMemberNames } from "./names.ts";
import { javaLiteral } from "./text.ts";
import type { JavaClass } from "./types.ts";

const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** All of the file behind its package. */
export function modelClass({ name, properties }: JavaClass, core: string): string {
  const names = newMemberNames();
  const members = properties.map((property) => ({
    ...property,
    type: property.type.name,
    read: property.type.read,
    json: javaLiteral(property.name),
    member: names.take(memberName(property.name, "value")),
  }));
  const lines = (line: (member: (typeof members)[number]) => string): string => members.map(line).join("");
  return `import ${core}.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

public final class ${name} implements Json.Writable {
${lines(({ type, member }) => `  private ${type} ${member};\n`)}
${lines(
  ({ type, member }) => `  public ${type} get${capital(member)}() {
    return ${member};
  }

  public ${name} ${member}(${type} ${member}) {
    this.${member} = ${member};
    return this;
  }

`,
)}  /** Of a JSON value; null for what is no object. */
  public static ${name} fromJson(Object value) {
    Map<String, Object> json = Json.map(value);
    if (json == null) return null;
    ${name} made = new ${name}();
${lines(({ member, json, read }) => `    made.${member} = ${read(`json.get(${json})`)};\n`)}    return made;
  }

  @Override
  public Object toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
${lines(({ member, json }) => `    Json.put(json, ${json}, ${member});\n`)}    return json;
  }

  @Override
  public String toString() {
    return Json.write(this);
  }
}
`;
}
