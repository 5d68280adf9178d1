/** `$ref`s within a definition: JSON pointers from its root. Those that lead out of it are refused. */
import { limits } from "../../limits.ts";
import { pointedAt } from "../../model/json-schema/references.ts";
import { isObject, isText, type JsonObject } from "../../model/json.ts";
import { entryOf } from "../../model/record.ts";
import { invalidOpenApi } from "./document-refused.ts";

/** The text of a value's `$ref`, if it has one. */
export function referenceOf(value: unknown): string | undefined {
  const reference = isObject(value) ? entryOf(value, "$ref") : undefined;
  return isText(reference) ? reference : undefined;
}

/** The JSON pointer of a local reference; throws for one to somewhere else. */
export function pointerOf(reference: string): string {
  if (reference === "#" || reference.startsWith("#/")) return reference.slice(1);
  throw invalidOpenApi(`Only references within the document are supported: ${reference.slice(0, limits.echoedValue)}`);
}

/**
 * The object that a value is, or refers to, however often; empty for what is none. Throws a BadRequestException for
 * references that lead elsewhere, nowhere or in a circle.
 */
export function resolved(root: JsonObject, value: unknown): JsonObject {
  let found = value;
  for (let steps = 0; steps < limits.importReferences; steps++) {
    const reference = referenceOf(found);
    if (reference === undefined) return isObject(found) ? found : {};
    found = pointedAt(root, pointerOf(reference));
    if (found === undefined) throw invalidOpenApi(`The reference ${reference} leads nowhere`);
  }
  throw invalidOpenApi(`The reference ${referenceOf(value) ?? ""} leads in a circle`);
}
