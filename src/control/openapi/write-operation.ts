/** A Method as an operation of OpenAPI, before it is written in one version or the other (facts/control.md 17). */
import type { IntegrationDocument, MethodDocument } from "../../model/documents.ts";
import type { JsonObject } from "../../model/json.ts";
import { parseMethodParameter, parseResponseHeader, type ParameterLocation } from "../../model/mapping-expression.ts";
import { compact, isEmptyMap, toMap } from "../../model/record.ts";
import type { ExportGroups } from "./export-groups.ts";
import type { HeaderPart, OperationPart, ParameterPart, ResponsePart } from "./export-parts.ts";
import { apiKeyScheme, extensions, signatureScheme } from "./extensions.ts";
import type { Documentation } from "./find-documentation.ts";
import { integrationMembers, integrationResponseMembers, responsesByPattern } from "./integration-members.ts";
import { checkJsonModels } from "./json-models.ts";
import { writeMembers } from "./members.ts";
import { withoutEmpty } from "./without-empty.ts";

/** What an operation may refer to, and what is asked for of it. */
export interface OperationScope {
  readonly groups: ExportGroups;
  readonly documentation: Documentation;
  /** Names of Authorizers and RequestValidators in this document, by their ids. */
  readonly authorizers: ReadonlyMap<string, string>;
  readonly validators: ReadonlyMap<string, string>;
}

/** Where a Method stands. */
interface Place {
  readonly path: string;
  readonly resourceId: string;
}

const locations: Readonly<Record<ParameterLocation, readonly [place: ParameterPart["in"], type: string]>> = {
  path: ["path", "PATH_PARAMETER"],
  querystring: ["query", "QUERY_PARAMETER"],
  header: ["header", "REQUEST_HEADER"],
};

function parametersOf({ httpMethod: method, requestParameters }: MethodDocument, path: string, scope: OperationScope) {
  return Object.entries(requestParameters ?? {}).flatMap(([key, required]): readonly ParameterPart[] => {
    const parameter = parseMethodParameter(key);
    if (parameter === undefined) return [];
    const { name } = parameter;
    const [place, type] = locations[parameter.location];
    // OpenAPI has no path parameter that may be absent.
    const needed = required || place === "path";
    return [{ name, in: place, required: needed, documented: scope.documentation.of({ type, path, method, name }) }];
  });
}

function responsesOf({ httpMethod: method, methodResponses }: MethodDocument, path: string, scope: OperationScope) {
  return Object.values(methodResponses ?? {}).map((response): ResponsePart => {
    const { statusCode, responseParameters = {}, responseModels = {} } = response;
    checkJsonModels(responseModels, `method response: ${path}/${method}/${statusCode}`);
    const at = { path, method, statusCode };
    const headers = Object.entries(responseParameters).flatMap(([key, required]): readonly HeaderPart[] => {
      const name = parseResponseHeader(key);
      if (name === undefined) return [];
      return [{ name, required, documented: scope.documentation.of({ type: "RESPONSE_HEADER", ...at, name }) }];
    });
    return {
      statusCode,
      models: responseModels,
      headers,
      documented: scope.documentation.of({ type: "RESPONSE", ...at }),
    };
  });
}

/** All of the requirements hold, one beside the other (facts/control.md 19). */
function securityOf(method: MethodDocument, { authorizers }: OperationScope): OperationPart["security"] {
  const { authorizationType, authorizerId, authorizationScopes = [], apiKeyRequired } = method;
  const authorizer = authorizerId === undefined ? undefined : authorizers.get(authorizerId);
  return [
    ...(authorizer === undefined ? [] : [{ [authorizer]: authorizationScopes }]),
    ...(authorizationType === "AWS_IAM" ? [{ [signatureScheme]: [] }] : []),
    ...(apiKeyRequired ? [{ [apiKeyScheme]: [] }] : []),
  ];
}

/** A namespace is worth saying where something is cached in it, or where it is not the Resource's own. */
function withoutOwnNamespace(integration: IntegrationDocument, resourceId: string): Partial<IntegrationDocument> {
  if (integration.cacheKeyParameters.length > 0 || integration.cacheNamespace !== resourceId) return integration;
  const { cacheNamespace: _own, ...rest } = integration;
  return rest;
}

/** `x-amazon-apigateway-integration`. */
function integrationOf(integration: IntegrationDocument, resourceId: string): JsonObject {
  const written = writeMembers(integrationMembers, withoutOwnNamespace(integration, resourceId));
  const responses = Object.entries(responsesByPattern(integration.integrationResponses)).map(
    ([key, response]) => [key, writeMembers(integrationResponseMembers, response)] as const,
  );
  const { connectionId, credentials, httpMethod, uri, ...rest } = written;
  return {
    ...compact({ connectionId, credentials, httpMethod, uri }),
    ...withoutEmpty({ responses: toMap(responses) }),
    ...rest,
  };
}

const contentTypes = (...maps: readonly (Readonly<Record<string, unknown>> | undefined)[]): readonly string[] => [
  ...new Set(maps.flatMap((map) => Object.keys(map ?? {}))),
];

/** The content types of requests are those of Models and templates, and so are those of answers. */
function mediaTypesOf({ requestModels, methodResponses, methodIntegration }: MethodDocument) {
  const methodAnswers = Object.values(methodResponses ?? {}).map(({ responseModels }) => responseModels);
  const endpointAnswers = Object.values(methodIntegration?.integrationResponses ?? {});
  return {
    consumes: contentTypes(requestModels, methodIntegration?.requestTemplates),
    produces: contentTypes(...methodAnswers, ...endpointAnswers.map(({ responseTemplates }) => responseTemplates)),
  };
}

/** Throws the service's 400 when what a body is to be cannot be said in JSON. */
export function operationPart(
  method: MethodDocument,
  { path, resourceId }: Place,
  scope: OperationScope,
): OperationPart {
  const { httpMethod, requestModels = {}, requestValidatorId, methodIntegration } = method;
  const { groups, documentation, validators } = scope;
  checkJsonModels(requestModels, `method request: ${path}/${httpMethod}`);
  const validator =
    groups.has("validators") && requestValidatorId !== undefined ? validators.get(requestValidatorId) : undefined;
  const integration =
    groups.has("integrations") && methodIntegration !== undefined
      ? integrationOf(methodIntegration, resourceId)
      : undefined;
  return {
    operationId: method.operationName,
    documented: documentation.of({ type: "METHOD", path, method: httpMethod }),
    ...mediaTypesOf(method),
    parameters: parametersOf(method, path, scope),
    body: isEmptyMap(requestModels)
      ? undefined
      : { models: requestModels, documented: documentation.of({ type: "REQUEST_BODY", path, method: httpMethod }) },
    responses: responsesOf(method, path, scope),
    security: securityOf(method, scope),
    extensions: compact({ [extensions.requestValidator]: validator, [extensions.integration]: integration }),
  };
}
