/** The bytes of an OpenAPI definition to its root object, and which version of OpenAPI that is (facts/control.md 1.1). */
import { isObject, type JsonObject } from "../../model/json.ts";
import { entryOf } from "../../model/record.ts";
import { invalidOpenApi } from "./document-refused.ts";
import { readDocument } from "./read-document.ts";

export type OpenApiVersion = "2.0" | "3.0";

/** A definition as it was sent; nothing in it is checked but its version. */
export interface OpenApi {
  readonly version: OpenApiVersion;
  readonly root: JsonObject;
}

/** 3.1 is not among the versions that the service knows. */
function versionOf(root: JsonObject): OpenApiVersion | undefined {
  if (entryOf(root, "swagger") === "2.0") return "2.0";
  const version = entryOf(root, "openapi");
  return typeof version === "string" && /^3\.0(?:\.\d{1,3})?$/.test(version) ? "3.0" : undefined;
}

/**
 * Reads a definition of OpenAPI 2.0 or 3.0, JSON or YAML. Throws a `DocumentRefused` or a BadRequestException for anything
 * else, and `TooManyValues` for more than `maximum`.
 */
export function parseOpenApi(bytes: Uint8Array, maximum: number): OpenApi {
  const root = readDocument(bytes, maximum);
  const version = isObject(root) ? versionOf(root) : undefined;
  if (!isObject(root) || version === undefined) throw invalidOpenApi();
  return { version, root };
}
