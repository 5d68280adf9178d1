/** An operation of a definition to a Method. */
import type { MethodResponseDocument } from "../../model/documents.ts";
import { isObject, type JsonObject } from "../../model/json.ts";
import { compact, entryOf, isEmptyMap, setEntry, type StringMap } from "../../model/record.ts";
import { isStatusCode } from "../operations/bounds.ts";
import type { MethodDraft } from "./definition.ts";
import type { BodySchemas, Dialect } from "./dialects.ts";
import { extensions } from "./extensions.ts";
import { resolved } from "./local-references.ts";
import { checkType, checkTypes } from "./member-types.ts";
import type { Problems } from "./problems.ts";
import { readIntegration } from "./read-integration.ts";
import type { Security } from "./read-security.ts";
import type { SchemaModels } from "./schema-models.ts";
import { listAt, mapAt, textAt } from "./values.ts";

/** What is known of the definition while its operations are read. */
export interface Reading {
  readonly root: JsonObject;
  readonly dialect: Dialect;
  readonly models: SchemaModels;
  readonly security: Security;
  readonly problems: Problems;
  /** The validator of operations that name none. */
  readonly validatorName: string | undefined;
  /** Counts parts that were read; throws when there are too many. */
  readonly spend: (entries: number) => void;
  /** Counts what a Method comes to; throws when all of them are too large. Many may refer to the same long things. */
  readonly measure: (method: MethodDraft) => void;
}

/** Where an operation stands, in words and in the document. */
export interface OperationPlace {
  readonly path: string;
  readonly httpMethod: string;
  /** As the service's parser calls it: `paths.'/pets'(get)`. */
  readonly location: string;
  /** Parameters of the path, which the operation's own replace. */
  readonly shared: readonly JsonObject[];
}

/** An operation, or a response of it, in the service's words: `'GET' on resource at path '/pets'`. */
export const operationName = ({ path, httpMethod }: Pick<OperationPlace, "path" | "httpMethod">): string =>
  `'${httpMethod}' on resource at path '${path}'`;

/** A list of parameters, references followed; `location` is that of what has them. */
export function readParameters(
  object: JsonObject,
  location: string,
  { root, spend, problems }: Reading,
): readonly JsonObject[] {
  checkTypes(object, { parameters: "array" }, location, problems);
  const list = listAt(object, "parameters");
  spend(list.length);
  return list.map((parameter) => resolved(root, parameter));
}

const parameterKey = (parameter: JsonObject): string =>
  `${textAt(parameter, "in") ?? ""}\n${textAt(parameter, "name") ?? ""}`;

/** Places of parameters by their words in OpenAPI. */
const locations: Readonly<Record<string, string>> = { path: "path", query: "querystring", header: "header" };

function requestParameters(
  parameters: readonly JsonObject[],
  place: OperationPlace,
  { dialect, problems }: Reading,
): Readonly<Record<string, boolean>> {
  const declared: Record<string, boolean> = {};
  for (const parameter of parameters) {
    const where = textAt(parameter, "in") ?? "";
    if (dialect.bodyParameters.has(where)) continue;
    const name = textAt(parameter, "name") ?? "";
    const location = entryOf(locations, where);
    if (location === undefined) {
      problems.warn(`Parameter '${name}' in '${where}' of method ${operationName(place)} is not supported. Ignoring.`);
    } else if (name === "") {
      problems.error(`Unable to put method ${operationName(place)}: A parameter in '${where}' has no name`);
    } else {
      setEntry(declared, `method.request.${location}.${name}`, entryOf(parameter, "required") === true);
    }
  }
  return declared;
}

function bodyModels(schemas: BodySchemas, { models }: Reading): StringMap {
  const named: Record<string, string> = {};
  for (const [contentType, schema] of schemas) {
    const model = isObject(schema) ? models.modelOf(schema) : undefined;
    if (model !== undefined) setEntry(named, contentType, model);
  }
  return named;
}

/** The answers that have a status of their own; a Method has no other. */
function methodResponses(operation: JsonObject, location: string, reading: Reading): readonly MethodResponseDocument[] {
  const { root, dialect, spend, problems } = reading;
  const responses = Object.entries(mapAt(operation, "responses"));
  spend(responses.length);
  return responses
    .filter(([code]) => isStatusCode(code))
    .map(([code, value]) => {
      const own = `${location}.responses.${code}`;
      checkType(value, "object", own, problems);
      const response = resolved(root, value);
      checkTypes(response, { headers: "object", content: "object" }, own, problems);
      // `x-rate` is a header here, and no extension.
      const headers = Object.entries(mapAt(response, "headers"));
      spend(headers.length);
      const responseParameters: Record<string, boolean> = {};
      for (const [name, header] of headers) {
        setEntry(responseParameters, `method.response.header.${name}`, dialect.headerRequired(resolved(root, header)));
      }
      const responseModels = bodyModels(dialect.responseSchemas(root, operation, response), reading);
      return compact({
        statusCode: code,
        responseParameters: isEmptyMap(responseParameters) ? undefined : responseParameters,
        responseModels: isEmptyMap(responseModels) ? undefined : responseModels,
      });
    });
}

/** Reads one operation; throws a BadRequestException for one that cannot be read at all. */
export function readOperation(operation: JsonObject, place: OperationPlace, reading: Reading): MethodDraft {
  const { root, dialect, security, problems } = reading;
  const name = operationName(place);
  checkTypes(operation, { responses: "object", requestBody: "object" }, place.location, problems);
  const all = new Map(
    [...place.shared, ...readParameters(operation, place.location, reading)].map((parameter) => [
      parameterKey(parameter),
      parameter,
    ]),
  );
  const parameters = [...all.values()];
  return compact({
    httpMethod: place.httpMethod,
    operationName: textAt(operation, "operationId"),
    ...security.of(operation, name),
    validatorName: textAt(operation, extensions.requestValidator) ?? reading.validatorName,
    requestParameters: requestParameters(parameters, place, reading),
    requestModels: bodyModels(dialect.requestSchemas(root, operation, parameters), reading),
    responses: methodResponses(operation, place.location, reading),
    integration: readIntegration(root, operation, place.path, (text) =>
      problems.warn(`The integration of ${name} ${text}`),
    ),
  });
}
