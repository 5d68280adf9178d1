/** JSON as the service lays exports out: two blanks a level, ` : ` behind a name, lists on one line with their brackets. */
export function jsonText(value: unknown, margin = ""): string {
  if (Array.isArray(value)) {
    return value.length === 0 ? "[ ]" : `[ ${value.map((item) => jsonText(item, margin)).join(", ")} ]`;
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = `${margin}  `;
  const members = Object.entries(value).map(
    ([key, member]) => `${inner}${JSON.stringify(key)} : ${jsonText(member, inner)}`,
  );
  return members.length === 0 ? "{ }" : `{\n${members.join(",\n")}\n${margin}}`;
}
