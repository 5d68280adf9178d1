/** Makes a random RestApi by the operations themselves. */
import { type ApiFixture, newApi, newResource } from "./api-fixture.ts";
import { call } from "./openapi-fixture.ts";
import type { RandomApi, RandomMethod, RandomResponse } from "./random-api.ts";

const pick = <T>(list: readonly T[], index: number): T | undefined => list[index % list.length];

const modelUrl = (restApiId: string, name: string): string =>
  `https://apigateway.amazonaws.com/restapis/${restApiId}/models/${name}`;

/** The JSON of a schema, with URLs for what stands for Models. */
function schemaText({ restApiId }: ApiFixture, value: object, models: number): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === "object" && member !== null && "model" in member && typeof member.model === "number"
      ? { $ref: modelUrl(restApiId, `Model${member.model % models}`) }
      : member,
  );
}

interface Parts {
  readonly models: readonly string[];
  readonly authorizers: readonly { readonly id: string; readonly type: string | undefined }[];
  readonly validators: readonly string[];
}

const modelNames = (indices: Readonly<Record<string, number>>, models: readonly string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(indices).map(([type, index]) => [type, pick(models, index) ?? "Empty"]));

function putRandomMethod(api: ApiFixture, resourceId: string, method: RandomMethod, parts: Parts): void {
  const place = { resourceId, httpMethod: method.httpMethod };
  const authorizer = method.authorization === "authorizer" ? pick(parts.authorizers, method.authorizer) : undefined;
  const isPool = authorizer?.type === "COGNITO_USER_POOLS";
  const type = method.authorization === "authorizer" ? "NONE" : method.authorization;
  call(api, "PutMethod", {
    ...place,
    authorizationType: authorizer === undefined ? type : isPool ? "COGNITO_USER_POOLS" : "CUSTOM",
    authorizerId: authorizer?.id,
    authorizationScopes: isPool ? method.scopes : undefined,
    apiKeyRequired: method.apiKeyRequired,
    operationName: method.operationName,
    requestValidatorId: method.validator === undefined ? undefined : pick(parts.validators, method.validator),
    requestParameters: method.headers,
    requestModels: modelNames(method.requestModels, parts.models),
  });
  const { target, more, mapped, cached } = method.integration;
  const declared = Object.keys(method.headers);
  const mappings = Object.fromEntries(declared.map((key) => [key.replace("method.", "integration."), key]));
  call(api, "PutIntegration", {
    ...place,
    ...target,
    ...more,
    requestParameters: mapped ? mappings : undefined,
    cacheKeyParameters: cached ? declared : undefined,
  });
  for (const response of method.responses) putRandomResponse(api, place, response, parts);
}

function putRandomResponse(
  api: ApiFixture,
  method: { readonly resourceId: string; readonly httpMethod: string },
  { statusCode, headers, models, pattern, integration: hasIntegration, ...response }: RandomResponse,
  parts: Parts,
): void {
  const place = { ...method, statusCode };
  const named = Object.entries(headers).map(
    ([name, required]) => [`method.response.header.${name}`, required] as const,
  );
  call(api, "PutMethodResponse", {
    ...place,
    responseParameters: Object.fromEntries(named),
    responseModels: modelNames(models, parts.models),
  });
  if (!hasIntegration) return;
  call(api, "PutIntegrationResponse", {
    ...place,
    // A pattern of its own for each: of two with one, an export keeps the first.
    selectionPattern: statusCode === "200" ? pattern : `${pattern ?? ""}${statusCode}`,
    responseParameters: Object.fromEntries(named.map(([key]) => [key, "'fixed'"])),
    responseTemplates: response.templates,
    contentHandling: response.contentHandling,
  });
}

/** Makes the RestApi and deploys it to the stage `test`, with documentation `1.0`. It has one Method at least. */
export function makeRandomApi(random: RandomApi): ApiFixture {
  const api = newApi(random.settings);
  const models = random.models.map((_, index) => `Model${index}`);
  for (const name of models) {
    call(api, "CreateModel", { name, contentType: "application/json", schema: "{}" });
  }
  for (const [index, value] of random.models.entries()) {
    const patch = { op: "replace" as const, path: "/schema", value: schemaText(api, value, models.length) };
    call(api, "UpdateModel", { modelName: `Model${index}`, patchOperations: [patch] });
  }
  const authorizers = random.authorizers.map((input, index) => {
    const { id = "", type } = call(api, "CreateAuthorizer", { name: `auth ${index}`, ...input });
    return { id, type };
  });
  const validators = random.validators.map((input) => call(api, "CreateRequestValidator", input).id ?? "");
  for (const input of random.gatewayResponses) call(api, "PutGatewayResponse", input);
  const ids = new Map([["/", api.rootId]]);
  for (const [path, methodsOfPath] of Object.entries(random.paths)) {
    const parent = path.replace(/\/[^/]*$/, "") || "/";
    if (path !== "/") ids.set(path, newResource(api, ids.get(parent) ?? "", path.split("/").at(-1) ?? ""));
    for (const each of methodsOfPath) {
      putRandomMethod(api, ids.get(path) ?? "", each, { models, authorizers, validators });
    }
  }
  const always = { resourceId: ids.get("/pets") ?? "", httpMethod: "ANY" };
  if (!random.paths["/pets"]?.some(({ httpMethod }) => httpMethod === "ANY")) {
    call(api, "PutMethod", { ...always, authorizationType: "NONE" });
    call(api, "PutIntegration", { ...always, type: "MOCK" });
  }
  for (const part of random.documentation) call(api, "CreateDocumentationPart", part);
  call(api, "CreateDeployment", { stageName: "test" });
  call(api, "CreateDocumentationVersion", { documentationVersion: "1.0", stageName: "test" });
  return api;
}
