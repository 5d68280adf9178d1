/** A RestApi that has some of everything that OpenAPI says, for exports and imports. */
import { handlers } from "../../src/control/handlers.ts";
import { exportOperations } from "../../src/control/operations/export.ts";
import type { GatewayServices } from "../../src/gateway/invocation.ts";
import type { Input, OperationName, Output } from "../../src/model/service.ts";
import { type ApiFixture, newApi, newResource } from "./api-fixture.ts";

/** An operation's input without the RestApi's id. */
export type OfApi<N extends OperationName> = Omit<Input<N>, "restApiId">;

/** Calls an operation of this RestApi that is a function of the store alone. */
export function call<N extends OperationName>(api: ApiFixture, name: N, input: OfApi<N>): Output<N> {
  const handler = handlers[name];
  if (typeof handler !== "function") throw new Error(`${name} does more than to read and write the store`);
  return handler({ ...input, restApiId: api.restApiId } as unknown as Input<N>, api.context);
}

export interface ExportInput {
  readonly exportType: string;
  readonly accepts?: string;
  readonly extensions?: string;
}

/** GetExport of the stage `test`. */
export async function getExport(api: ApiFixture, input: Partial<Input<"GetExport">>): Promise<Output<"GetExport">> {
  const { read, perform } = exportOperations.GetExport;
  const order = read({ restApiId: api.restApiId, stageName: "test", exportType: "oas30", ...input }, api.context);
  return perform(order, noServices, new AbortController().signal);
}

/** What needs the gateway's services fails without them. */
const noServices: GatewayServices = Object.freeze({}) as GatewayServices;

/** The text of an export of the stage `test`. */
export async function exported(api: ApiFixture, { exportType, accepts, extensions }: ExportInput): Promise<string> {
  const parameters = extensions === undefined ? undefined : { extensions };
  const { body } = await getExport(api, { exportType, accepts, parameters });
  return Buffer.from(body ?? []).toString();
}

export const lambda = (name: string): string =>
  `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:${name}/invocations`;

const petSchema = (restApiId: string): string =>
  JSON.stringify({
    $schema: "http://json-schema.org/draft-04/schema#",
    definitions: { Tag: { type: "string", maxLength: 9 } },
    properties: {
      type: { enum: ["dog", "cat"], type: "string" },
      tags: { type: "array", items: { $ref: "#/definitions/Tag" } },
      error: { $ref: `https://apigateway.amazonaws.com/restapis/${restApiId}/models/Error` },
    },
    required: ["type"],
    title: "A pet",
    type: "object",
  });

function documentPets(api: ApiFixture): void {
  const parts: readonly (readonly [location: Input<"CreateDocumentationPart">["location"], properties: object])[] = [
    [
      { type: "API" },
      { description: "all", "x-team": "pets", info: { description: "Pets of all kinds", "x-since": 2026 } },
    ],
    [
      { type: "METHOD", method: "POST" },
      { description: "Adds one", summary: "Add", note: "ours alone" },
    ],
    [{ type: "METHOD", path: "/pets" }, { tags: ["pets"] }],
    [{ type: "RESPONSE", statusCode: "400" }, { description: "Not a pet" }],
    [{ type: "REQUEST_HEADER", path: "/pets", name: "trace" }, { description: "Who asks" }],
    [{ type: "MODEL", name: "Pet" }, { description: "What is kept" }],
    [{ type: "RESOURCE", path: "/pets" }, { "x-cost": [1, 2] }],
    [{ type: "AUTHORIZER", name: "guard" }, { description: "Asks a function" }],
  ];
  for (const [location, properties] of parts) {
    call(api, "CreateDocumentationPart", { location, properties: JSON.stringify(properties) });
  }
}

function putPost(api: ApiFixture, resourceId: string): void {
  const guard = call(api, "CreateAuthorizer", {
    name: "guard",
    type: "TOKEN",
    authorizerUri: lambda("guard"),
    identitySource: "method.request.header.Authorization",
    authorizerResultTtlInSeconds: 60,
  });
  const validator = call(api, "CreateRequestValidator", { name: "body only", validateRequestBody: true });
  const post = { resourceId, httpMethod: "POST" };
  call(api, "PutMethod", {
    ...post,
    authorizationType: "CUSTOM",
    authorizerId: guard.id,
    apiKeyRequired: true,
    operationName: "addPet",
    requestValidatorId: validator.id,
    requestModels: { "application/json": "Pet" },
    requestParameters: { "method.request.header.trace": true, "method.request.querystring.dry": false },
  });
  call(api, "PutIntegration", {
    ...post,
    type: "HTTP",
    integrationHttpMethod: "POST",
    uri: "http://example.com/pets",
    requestParameters: { "integration.request.header.x-trace": "method.request.header.trace" },
    timeoutInMillis: 3000,
  });
  call(api, "PutMethodResponse", {
    ...post,
    statusCode: "201",
    responseModels: { "application/json": "Empty" },
    responseParameters: { "method.response.header.Location": true, "method.response.header.Age": false },
  });
  call(api, "PutMethodResponse", { ...post, statusCode: "400" });
  call(api, "PutIntegrationResponse", {
    ...post,
    statusCode: "201",
    responseParameters: { "method.response.header.Location": "integration.response.header.Location" },
    responseTemplates: { "application/xml": '<pet a="1"/>\n' },
  });
  call(api, "PutIntegrationResponse", { ...post, statusCode: "400", selectionPattern: "4\\d{2}" });
}

/** Deployed to the stage `test`, with documentation `1.0`. */
export function newPets(): ApiFixture {
  const api = newApi({ binaryMediaTypes: ["image/png"], minimumCompressionSize: 1024, apiKeySource: "AUTHORIZER" });
  call(api, "CreateModel", { name: "Pet", contentType: "application/json", schema: petSchema(api.restApiId) });
  call(api, "CreateModel", { name: "Unused", contentType: "application/json", schema: '{"type":"string"}' });
  const pets = newResource(api, api.rootId, "pets");
  putPost(api, pets);
  const any = { resourceId: newResource(api, pets, "{proxy+}"), httpMethod: "ANY" };
  const proxy = { "method.request.path.proxy": true };
  call(api, "PutMethod", { ...any, authorizationType: "AWS_IAM", requestParameters: proxy });
  call(api, "PutIntegration", {
    ...any,
    type: "AWS_PROXY",
    integrationHttpMethod: "POST",
    uri: lambda("all"),
    cacheNamespace: "pets",
    cacheKeyParameters: ["method.request.path.proxy"],
  });
  const options = { resourceId: api.rootId, httpMethod: "OPTIONS" };
  call(api, "PutMethod", { ...options, authorizationType: "NONE" });
  call(api, "PutIntegration", {
    ...options,
    type: "MOCK",
    requestTemplates: { "application/json": '{"statusCode": 200}' },
  });
  const headers = { "gatewayresponse.header.Retry-After": "'1'" };
  call(api, "PutGatewayResponse", { responseType: "THROTTLED", statusCode: "503" });
  call(api, "PutGatewayResponse", { responseType: "DEFAULT_5XX", responseParameters: headers });
  documentPets(api);
  call(api, "CreateDeployment", { stageName: "test" });
  call(api, "CreateDocumentationVersion", { documentationVersion: "1.0", stageName: "test" });
  return api;
}
