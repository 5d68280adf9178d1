/** Where schemas stand within a schema: what walks through one changes those, and takes nothing else for a schema. */
import { isObject, type JsonObject } from "../json.ts";

/** Keywords whose value is a schema or a list of schemas, and those whose value has schemas by name. */
const schemaKeywords: ReadonlySet<string> = new Set(
  "items additionalItems additionalProperties allOf anyOf oneOf not".split(" "),
);
const mapKeywords: ReadonlySet<string> = new Set("properties patternProperties definitions dependencies".split(" "));

type Change = (subschema: JsonObject) => unknown;

const changed = (value: unknown, change: Change): unknown => (isObject(value) ? change(value) : value);

function changedMember(keyword: string, value: unknown, change: Change): unknown {
  if (schemaKeywords.has(keyword)) {
    return Array.isArray(value) ? value.map((item) => changed(item, change)) : changed(value, change);
  }
  if (!mapKeywords.has(keyword) || !isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, named]) => [name, changed(named, change)]));
}

/** A copy of a schema with the schemas that stand directly in it changed. Keywords keep their order. */
export const withSubschemas = (schema: JsonObject, change: Change): JsonObject =>
  Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => [keyword, changedMember(keyword, value, change)]),
  );
