/** What a DocumentationPart may be, whether it was created, patched or imported (facts/control.md 16). */
import { badRequest, Fault } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { DocumentationLocationDocument, DocumentationPartDocument } from "../../model/documents.ts";
import { isNestedWithin } from "../../model/json-depth.ts";
import { isObject, type JsonObject } from "../../model/json.ts";
import { entryOf } from "../../model/record.ts";
import { checkedName, isStatusCode, megabytes } from "./bounds.ts";

/** The fields of a location beside its type, in the order in which texts name them. */
const fields = ["path", "method", "statusCode", "name"] as const;
type Field = (typeof fields)[number];

/** What a field is when nothing was said. A name has to be said. */
const defaults: Readonly<Record<Field, string | undefined>> = {
  path: "/",
  method: "*",
  statusCode: "*",
  name: undefined,
};

/** The fields that each type has, as the table of the developer guide says it. */
const fieldsOfType: Readonly<Record<string, readonly Field[]>> = {
  API: [],
  AUTHORIZER: ["name"],
  MODEL: ["name"],
  RESOURCE: ["path"],
  METHOD: ["path", "method"],
  PATH_PARAMETER: ["path", "method", "name"],
  QUERY_PARAMETER: ["path", "method", "name"],
  REQUEST_HEADER: ["path", "method", "name"],
  REQUEST_BODY: ["path", "method"],
  RESPONSE: ["path", "method", "statusCode"],
  RESPONSE_HEADER: ["path", "method", "statusCode", "name"],
  RESPONSE_BODY: ["path", "method", "statusCode"],
};

/** `path, method or name`. */
const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} or ${names.at(-1) ?? ""}`;

/** A location as it was sent: a field that is null or blank counts as not there. */
export type SentLocation = Readonly<Partial<Record<"type" | Field, string | null | undefined>>>;

/** The location with its defaults; throws for a type that there is not, a field that its type has not, a missing name. */
export function checkedLocation(sent: SentLocation): DocumentationLocationDocument {
  const type = sent.type ?? "";
  const known = entryOf(fieldsOfType, type);
  if (known === undefined) throw badRequest("Invalid documentation location type specified");
  const given = (field: Field): string | undefined => (sent[field]?.trim() ? (sent[field] ?? undefined) : undefined);
  const foreign = fields.filter((field) => !known.includes(field));
  if (foreign.some((field) => given(field) !== undefined)) {
    throw badRequest(`[Location type: ${type} cannot have ${listed(foreign)} defined.]`);
  }
  const entries = known.map((field) => {
    const value = checkedName(given(field), `Documentation location ${field}`) ?? defaults[field];
    if (value === undefined) throw badRequest(`[Location type: ${type} must have ${field} defined.]`);
    if (field === "statusCode" && value !== "*" && !isStatusCode(value)) {
      throw badRequest("Invalid documentation location statusCode specified");
    }
    return [field, value] as const;
  });
  return { type, ...Object.fromEntries(entries) };
}

/** A location in the words of the refusal of a second part for it: `type 'METHOD', path '/pets', method 'GET'`. */
export const describeLocation = (location: DocumentationLocationDocument): string =>
  ["type" as const, ...fields]
    .filter((field) => location[field] !== undefined)
    .map((field) => `${field} '${location[field] ?? ""}'`)
    .join(", ");

/** Equal for locations that are the same. */
export const locationKey = ({ type, path, method, statusCode, name }: DocumentationLocationDocument): string =>
  JSON.stringify([type, path, method, statusCode, name]);

/** What the content of a part says: the map in its text, or undefined for what is none. */
export function contentOf(properties: string): JsonObject | undefined {
  if (!isNestedWithin(Buffer.from(properties), limits.documentationDepth)) return undefined;
  try {
    const content: unknown = JSON.parse(properties);
    return isObject(content) ? content : undefined;
  } catch {
    return undefined;
  }
}

/** The content of a part, a JSON object as a text, as it was given. */
export function checkedProperties(properties: string | undefined): string {
  if (properties === undefined || properties.trim() === "") {
    throw badRequest("Documentation part properties must be non-empty");
  }
  if (properties.length > limits.documentationProperties) {
    throw badRequest(`Documentation part properties can be at most ${limits.documentationProperties / 1024} KB`);
  }
  if (!properties.isWellFormed() || contentOf(properties) === undefined) {
    throw badRequest("Documentation part properties must be a JSON object");
  }
  return properties;
}

/** Throws when a RestApi would have too many parts, or they would be too large together: versions keep all of them. */
export function checkDocumentationBounds(parts: readonly DocumentationPartDocument[]): void {
  if (parts.length > limits.documentationParts) {
    throw new Fault(
      "LimitExceededException",
      `Maximum number of Documentation parts for this API has been reached: ${limits.documentationParts}`,
    );
  }
  const size = parts.reduce((sum, { properties }) => sum + properties.length, 0);
  if (size > limits.restApiDocumentation) {
    throw badRequest(`All documentation of an API can be at most ${megabytes(limits.restApiDocumentation)}`);
  }
}
