/** Where OpenAPI 2.0 and 3.0 differ: one row each. */
import { isObject, type JsonObject } from "../../model/json.ts";
import { entryOf } from "../../model/record.ts";
import { extensions } from "./extensions.ts";
import { resolved } from "./local-references.ts";
import type { OpenApiVersion } from "./read-openapi.ts";
import { listAt, mapAt, textAt, textsAt } from "./values.ts";

/** A body's schemas, by content type. */
export type BodySchemas = readonly (readonly [contentType: string, schema: unknown])[];

export interface Dialect {
  /** Where the schemas are that have names: a JSON pointer. */
  readonly schemas: string;
  readonly securitySchemes: (root: JsonObject) => JsonObject;
  /** `/v1`, or empty. */
  readonly basePath: (root: JsonObject) => string;
  /** Where the endpoint's configuration is: an extension of the root, or of a server. */
  readonly endpoint: (root: JsonObject) => JsonObject;
  /** What a request's body may be; `parameters` are all of the operation's, resolved. */
  readonly requestSchemas: (root: JsonObject, operation: JsonObject, parameters: readonly JsonObject[]) => BodySchemas;
  /** What an answer's body may be. */
  readonly responseSchemas: (root: JsonObject, operation: JsonObject, response: JsonObject) => BodySchemas;
  /** Whether a header of an answer is always there. */
  readonly headerRequired: (header: JsonObject) => boolean;
  /** Places of parameters that are no part of a Method's own. */
  readonly bodyParameters: ReadonlySet<string>;
}

/** The operation's content types, else the definition's, else JSON. */
const contentTypes = (root: JsonObject, operation: JsonObject, name: string): readonly string[] =>
  textsAt(operation, name) ?? textsAt(root, name) ?? ["application/json"];

const forAll = (types: readonly string[], schema: unknown): BodySchemas =>
  schema === undefined ? [] : types.map((type) => [type, schema] as const);

/** The schemas of 3.0's `content`. */
const contentSchemas = (object: JsonObject): BodySchemas =>
  Object.entries(mapAt(object, "content")).flatMap(([type, media]) => {
    const schema = isObject(media) ? entryOf(media, "schema") : undefined;
    return schema === undefined ? [] : [[type, schema] as const];
  });

/** The path of a server's URL, with its variables' defaults. */
function serverPath(server: JsonObject): string {
  const variables = mapAt(server, "variables");
  const url = (textAt(server, "url") ?? "").replace(/\{([^{}]{1,256})\}/g, (_whole, name: string) => {
    return textAt(mapAt(variables, name), "default") ?? "";
  });
  return /^(?:[a-z][a-z0-9+.-]*:)?\/\/[^/?#]*([^?#]*)/i.exec(url)?.[1] ?? /^[^?#]*/.exec(url)?.[0] ?? "";
}

/** The first variable `basePath`, whether its server's URL has it or not; else the path of the first server. */
function basePathOf(root: JsonObject): string {
  const servers = listAt(root, "servers").filter(isObject);
  const variables = servers.map((server) => textAt(mapAt(mapAt(server, "variables"), "basePath"), "default"));
  return variables.find((value) => value !== undefined) ?? serverPath(servers[0] ?? {});
}

export const dialects: Readonly<Record<OpenApiVersion, Dialect>> = {
  "2.0": {
    schemas: "/definitions",
    securitySchemes: (root) => mapAt(root, "securityDefinitions"),
    basePath: (root) => textAt(root, "basePath") ?? "",
    endpoint: (root) => mapAt(root, extensions.endpointConfiguration),
    requestSchemas: (root, operation, parameters) => {
      const body = parameters.find((parameter) => entryOf(parameter, "in") === "body");
      return forAll(contentTypes(root, operation, "consumes"), body && entryOf(body, "schema"));
    },
    responseSchemas: (root, operation, response) =>
      forAll(contentTypes(root, operation, "produces"), entryOf(response, "schema")),
    headerRequired: () => false,
    bodyParameters: new Set(["body"]),
  },
  "3.0": {
    schemas: "/components/schemas",
    securitySchemes: (root) => mapAt(mapAt(root, "components"), "securitySchemes"),
    basePath: basePathOf,
    endpoint: (root) => {
      const servers = listAt(root, "servers").filter(isObject);
      const server = servers.find((each) => entryOf(each, extensions.endpointConfiguration) !== undefined);
      return mapAt(server ?? root, extensions.endpointConfiguration);
    },
    requestSchemas: (root, operation) => contentSchemas(resolved(root, entryOf(operation, "requestBody"))),
    responseSchemas: (_root, _operation, response) => contentSchemas(response),
    headerRequired: (header) => entryOf(header, "required") === true,
    bodyParameters: new Set(),
  },
};
