/** The texts of schemas, and the references in them (facts/mapping.md 8.2). */
import { limits } from "../../limits.ts";
import { unescapeSegment } from "../json-pointer.ts";
import { isObject, type JsonObject } from "../json.ts";
import { SchemaRefused } from "./syntax.ts";

/** Throws for a value that is nested too deep, so that whatever walks through it need not ask. */
function checkDepth(value: unknown, levels: number): void {
  if (typeof value !== "object" || value === null) return;
  if (levels === 0) throw new SchemaRefused("the schema is nested too deep");
  for (const member of Object.values(value)) checkDepth(member, levels - 1);
}

/** The schema in a Model's text. Throws `SchemaRefused` for what is not a JSON object, or nested too deep. */
export function parseSchema(text: string): JsonObject {
  let schema: unknown;
  try {
    schema = JSON.parse(text);
  } catch {
    throw new SchemaRefused("the schema is not JSON");
  }
  if (!isObject(schema)) throw new SchemaRefused("the schema is not an object");
  checkDepth(schema, limits.modelJsonDepth);
  return schema;
}

const modelUrl = /^https:\/\/apigateway\.amazonaws\.com\/restapis\/[^/#?]+\/models\/([A-Za-z0-9]+)(#.*)?$/;

/** Where a `$ref` leads. */
export interface Reference {
  /** Undefined: this schema. */
  readonly model: string | undefined;
  /** `/definitions/Pet`; empty for the whole schema. */
  readonly pointer: string;
}

/** Undefined for what is no reference to a Model or to a place of the same schema. */
export function parseReference(text: string): Reference | undefined {
  const [, model, fragment = ""] = modelUrl.exec(text) ?? [undefined, undefined, text];
  if (model === undefined && !fragment.startsWith("#")) return undefined;
  const pointer = fragment.slice(1);
  return pointer === "" || pointer.startsWith("/") ? { model, pointer } : undefined;
}

function decoded(segment: string): string {
  try {
    return unescapeSegment(decodeURIComponent(segment));
  } catch {
    throw new SchemaRefused("a reference is not a JSON pointer");
  }
}

/** What stands at a JSON pointer; undefined when nothing does. Throws `SchemaRefused` for what is no pointer. */
export function valueAt(schema: JsonObject, pointer: string): unknown {
  let value: unknown = schema;
  for (const segment of pointer.split("/").slice(1).map(decoded)) {
    value =
      (Array.isArray(value) || isObject(value)) && Object.hasOwn(value, segment)
        ? (value as JsonObject)[segment]
        : undefined;
  }
  return value;
}

/** The same of any text, where what is no pointer leads nowhere. */
export function pointedAt(schema: JsonObject, pointer: string): unknown {
  try {
    return valueAt(schema, pointer);
  } catch (error) {
    if (error instanceof SchemaRefused) return undefined;
    throw error;
  }
}
