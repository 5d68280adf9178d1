/**
 * The definite paths of JSONPath: `a.b[0]['c d']`, written without the leading `$.` as parameter mappings have it
 * (facts/mapping.md 3).
 */

/** A member's name, or an element's place (from the end when negative). */
type PathStep = string | number;

export type JsonPath = readonly PathStep[];

const step = /\.?([^.[\]'"]+)|\[(-?\d{1,9})\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]/y;

/** The compiled path, or undefined when it is not a definite one (`..`, `*`, filters, slices). */
export function compileJsonPath(text: string): JsonPath | undefined {
  const source = text.startsWith("$") ? text.slice(1) : text;
  const path: PathStep[] = [];
  step.lastIndex = 0;
  while (step.lastIndex < source.length) {
    const found = step.exec(source);
    if (found === null) return undefined;
    const [, plain, index, single, double] = found;
    if (plain === "*") return undefined;
    path.push(index === undefined ? (plain ?? (single ?? double ?? "").replaceAll(/\\(.)/g, "$1")) : Number(index));
  }
  return path;
}

/** The value at a path; undefined when there is none. Only own members count. */
export function readJsonPath(root: unknown, path: JsonPath): unknown {
  let value = root;
  for (const part of path) {
    if (typeof value !== "object" || value === null) return undefined;
    if (Array.isArray(value)) value = typeof part === "number" ? value.at(part) : undefined;
    else value = Object.hasOwn(value, part) ? (value as Record<PathStep, unknown>)[part] : undefined;
  }
  return value;
}

/** A value as a parameter: texts as they are, the rest as JSON; null and undefined are no value. */
export function jsonToText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}
