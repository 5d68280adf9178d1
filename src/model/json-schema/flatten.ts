/** A Model with all that it refers to in one schema: GetModel's `flatten` (facts/control.md 10). */
import { entryOf } from "../record.ts";
import { parseReference, parseSchema } from "./references.ts";
import { withSubschemas } from "./subschemas.ts";
import { isObject, isText, type JsonObject } from "../json.ts";

/** Finds the schema of a Model by name; undefined when there is none. */
type TextOf = (model: string) => string | undefined;

/**
 * The schema as text, with each Model that it leads to among its definitions, under the Model's name. A reference to a
 * Model that is not there stays as it is. Throws `SchemaRefused` when a text is no schema.
 */
export function flattened(model: string, textOf: TextOf): string {
  const definitions: Record<string, unknown> = {};
  const waiting: string[] = [];
  const placeOf = (name: string): string | undefined => {
    if (name === model) return "";
    if (!Object.hasOwn(definitions, name)) {
      if (textOf(name) === undefined) return undefined;
      definitions[name] = {};
      waiting.push(name);
    }
    return `/definitions/${name}`;
  };
  const read = (name: string): JsonObject => withReferences(parseSchema(textOf(name) ?? "{}"), name, placeOf);
  const root = read(model);
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) definitions[name] = read(name);
  const own = isObject(root["definitions"]) ? root["definitions"] : {};
  const all = Object.keys(definitions).length === 0 ? root : { ...root, definitions: { ...definitions, ...own } };
  return JSON.stringify(all, undefined, 2);
}

/**
 * A Model's schema with its references led to where `placeOf` says that a Model is, as a JSON pointer of one document;
 * undefined for one that is not there, whose references stay as they are.
 */
export function withReferences(
  schema: JsonObject,
  model: string,
  placeOf: (model: string) => string | undefined,
): JsonObject {
  const copy = withSubschemas(schema, (subschema) => withReferences(subschema, model, placeOf));
  const text = entryOf(copy, "$ref");
  const reference = isText(text) ? parseReference(text) : undefined;
  const place = reference === undefined ? undefined : placeOf(reference.model ?? model);
  return place === undefined ? copy : { ...copy, $ref: `#${place}${reference?.pointer ?? ""}` };
}
