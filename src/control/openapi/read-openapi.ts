/** The bytes of an OpenAPI definition to its root object, and which version of OpenAPI that is (facts/control.md 1.1). */
import type { Fault } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { isObject, type JsonObject } from "../../model/json.ts";
import { entryOf } from "../../model/record.ts";
import { invalidOpenApi } from "./document-refused.ts";
import { readDocument } from "./read-document.ts";
import { textAt } from "./values.ts";

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

/** Many generators write 3.1 unless they are told otherwise: the refusal says which versions there are. */
function noVersion(root: JsonObject): Fault {
  const found = ["swagger", "openapi"].flatMap((name) => {
    const version = textAt(root, name);
    return version === undefined ? [] : [`${name}: ${version.slice(0, limits.echoedValue)}`];
  });
  const instead = found.length === 0 ? "" : `, not ${found.join(" and ")}`;
  return invalidOpenApi(`It must say "openapi": "3.0.1" or "swagger": "2.0"${instead}`);
}

/**
 * Reads a definition of OpenAPI 2.0 or 3.0, JSON or YAML. Throws a `DocumentRefused` or a BadRequestException for anything
 * else, and `TooManyValues` for more than `maximum`.
 */
export function parseOpenApi(bytes: Uint8Array, maximum: number): OpenApi {
  const root = readDocument(bytes, maximum);
  if (!isObject(root)) throw noVersion({});
  const version = versionOf(root);
  if (version === undefined) throw noVersion(root);
  return { version, root };
}
