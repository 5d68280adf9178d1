/**
 * YAML in the block style of the service's exports: every text in double quotes, names plain where they can be, lists at
 * the margin of their name. Written by hand because an export may be large and is made between two requests; what it
 * writes is read back by the `yaml` package in its test.
 */

/** A name that YAML takes for nothing but a text: it begins as a path or a word does, and is none of YAML's own words. */
const plainName = /^[A-Za-z/$][A-Za-z0-9_$/{}.+-]*$/;
const ownWord = /^(?:y|yes|n|no|true|false|on|off|null)$/i;

/** What JSON leaves as it is and YAML does not take, or takes for a line end. */
// oxlint-disable-next-line no-control-regex
const unprintable = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;
const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** A text of JSON is a text in double quotes of YAML, but for what YAML cannot print. */
const quoted = (text: string): string => JSON.stringify(text).replace(unprintable, escaped);
const name = (key: string): string => (plainName.test(key) && !ownWord.test(key) ? key : quoted(key));

function scalar(value: unknown): string {
  if (typeof value === "string") return quoted(value);
  if (Array.isArray(value)) return "[]";
  return typeof value === "object" && value !== null ? "{}" : JSON.stringify(value);
}

const isFilled = (value: unknown): value is object =>
  typeof value === "object" && value !== null && Object.keys(value).length > 0;

function writeLines(value: object, margin: string, lines: string[]): void {
  if (!Array.isArray(value)) {
    for (const [key, member] of Object.entries(value)) {
      if (!isFilled(member)) {
        lines.push(`${margin}${name(key)}: ${scalar(member)}`);
        continue;
      }
      lines.push(`${margin}${name(key)}:`);
      writeLines(member, Array.isArray(member) ? margin : `${margin}  `, lines);
    }
    return;
  }
  for (const item of value) {
    const first = lines.length;
    if (isFilled(item)) writeLines(item, `${margin}  `, lines);
    else lines.push(`${margin}  ${scalar(item)}`);
    lines[first] = `${margin}- ${(lines[first] ?? "").slice(margin.length + 2)}`;
  }
}

/** The text of a map, ending in a line end. */
export function yamlText(value: object): string {
  const lines = ["---"];
  writeLines(value, "", lines);
  return `${lines.join("\n")}\n`;
}
