/** RestApis of any kind, as what to make them of: for what has to hold of every export and import. */
import * as fc from "fast-check";
import type { Input } from "../../src/model/service.ts";
import { lambda, type OfApi } from "./openapi-fixture.ts";

/** A Method with its Integration. Indices are taken modulo the number of what there is. */
export interface RandomMethod {
  readonly httpMethod: string;
  readonly authorization: "NONE" | "AWS_IAM" | "authorizer";
  readonly authorizer: number;
  readonly validator: number | undefined;
  readonly scopes: readonly string[];
  readonly apiKeyRequired: boolean;
  readonly operationName: string | undefined;
  readonly headers: Readonly<Record<string, boolean>>;
  readonly requestModels: Readonly<Record<string, number>>;
  readonly responses: readonly RandomResponse[];
  readonly integration: RandomIntegration;
}

export interface RandomResponse {
  readonly statusCode: string;
  readonly headers: Readonly<Record<string, boolean>>;
  readonly models: Readonly<Record<string, number>>;
  readonly pattern: string | undefined;
  readonly integration: boolean;
  readonly templates: Readonly<Record<string, string>>;
  readonly contentHandling: string | undefined;
}

interface RandomIntegration {
  readonly target: Pick<
    OfApi<"PutIntegration">,
    "type" | "integrationHttpMethod" | "uri" | "connectionType" | "connectionId"
  >;
  readonly more: Partial<OfApi<"PutIntegration">>;
  readonly mapped: boolean;
  readonly cached: boolean;
}

export interface RandomApi {
  readonly settings: Partial<Input<"CreateRestApi">>;
  readonly models: readonly object[];
  readonly authorizers: readonly Omit<OfApi<"CreateAuthorizer">, "name">[];
  readonly validators: readonly OfApi<"CreateRequestValidator">[];
  readonly gatewayResponses: readonly OfApi<"PutGatewayResponse">[];
  readonly paths: Readonly<Record<string, readonly RandomMethod[]>>;
  readonly documentation: readonly OfApi<"CreateDocumentationPart">[];
}

const optional = <T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Partial<T>> =>
  fc.record(model, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;
const perhaps = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(values, { nil: undefined });

const text = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12 }),
  fc.constantFrom(
    "plain",
    "200",
    "true",
    "null",
    'a "quoted" one',
    "two\nlines",
    "ünïcode ☃",
    "a: b # c",
    "${stageVariables.x}",
  ),
);
const mediaType = fc.constantFrom("application/json", "application/xml", "text/plain", "application/vnd.pets+json");
const jsonType = fc.constantFrom("application/json", "application/vnd.pets+json", "$default");
const templates = fc.dictionary(mediaType, text, { maxKeys: 2, noNullPrototype: true });
const flags = (names: fc.Arbitrary<string>) =>
  fc.dictionary(names, fc.boolean(), { maxKeys: 3, noNullPrototype: true });
const named = fc.dictionary(jsonType, fc.nat(9), { maxKeys: 2, noNullPrototype: true });

const settings = optional<NonNullable<RandomApi["settings"]>>({
  name: text,
  description: text,
  version: text,
  binaryMediaTypes: fc.uniqueArray(fc.constantFrom("image/png", "*/*", "application/zip"), { minLength: 1 }),
  minimumCompressionSize: fc.nat(10_485_760),
  apiKeySource: fc.constantFrom("HEADER", "AUTHORIZER"),
  disableExecuteApiEndpoint: fc.boolean(),
  policy: fc.constant(
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke","Resource":"execute-api:/*"}]}',
  ),
});

/** Schemas that refer to each other: `{"model": 1}` stands for the second of them. */
const schema = fc.oneof(
  fc.constantFrom<object>(
    { type: "string", maxLength: 3 },
    {
      type: "object",
      properties: { type: { type: "integer", minimum: 1 }, $ref: { type: "string" } },
      required: ["type"],
    },
    {
      definitions: { Tag: { enum: ["a", 1, null, { type: "x" }] } },
      type: "array",
      items: { $ref: "#/definitions/Tag" },
    },
    { type: "object", properties: { self: { $ref: "#" }, open: {} }, additionalProperties: false },
    { title: "T", description: "D", allOf: [{ type: "object" }, { not: { required: ["x"] } }] },
  ),
  fc
    .nat(9)
    .map((model) => ({ type: "object", properties: { other: { model }, list: { type: "array", items: { model } } } })),
  fc.nat(9).map((model) => ({ model })),
);

const cognito = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_abc";
const header = "method.request.header.Authorization";
const authorizer: fc.Arbitrary<RandomApi["authorizers"][number]> = fc.oneof(
  fc.record(
    {
      type: fc.constant("TOKEN" as const),
      authorizerUri: fc.constant(lambda("token")),
      identitySource: fc.constantFrom(header, "method.request.header.x-token"),
      authorizerResultTtlInSeconds: fc.nat(3600),
      identityValidationExpression: fc.constant("^Bearer .+$"),
      authType: fc.constantFrom("custom", "oauth2"),
    },
    { requiredKeys: ["type", "authorizerUri", "identitySource"] },
  ),
  fc.record(
    {
      type: fc.constant("REQUEST" as const),
      authorizerUri: fc.constant(lambda("request")),
      identitySource: fc.constantFrom(header, `${header},method.request.querystring.q`, "context.identity.sourceIp"),
      authorizerCredentials: fc.constant("arn:aws:iam::123456789012:role/caller"),
    },
    { requiredKeys: ["type", "authorizerUri", "identitySource"] },
  ),
  fc.record({
    type: fc.constant("COGNITO_USER_POOLS" as const),
    providerARNs: fc.constant([cognito]),
    identitySource: fc.constant(header),
  }),
);

const httpTarget = {
  type: fc.constantFrom("HTTP" as const, "HTTP_PROXY" as const),
  integrationHttpMethod: fc.constantFrom("GET", "ANY"),
  uri: fc.constantFrom("http://example.com/{id}", "https://${stageVariables.host}/a?b=c"),
};
const link = {
  connectionType: fc.constant("VPC_LINK" as const),
  connectionId: fc.constant("${stageVariables.link}"),
};
const target: fc.Arbitrary<RandomIntegration["target"]> = fc.oneof(
  fc.constant({ type: "MOCK" as const }),
  fc.record(httpTarget),
  fc.record({ ...httpTarget, ...link }),
  fc.constant({ type: "AWS_PROXY" as const, integrationHttpMethod: "POST", uri: lambda("all") }),
  fc.constant({ type: "AWS" as const, integrationHttpMethod: "POST", uri: lambda("one") }),
);
const integration: fc.Arbitrary<RandomIntegration> = fc.record({
  target,
  more: optional<Partial<OfApi<"PutIntegration">>>({
    requestTemplates: templates,
    passthroughBehavior: fc.constantFrom("WHEN_NO_MATCH", "when_no_templates", "NEVER"),
    contentHandling: fc.constantFrom("CONVERT_TO_BINARY", "CONVERT_TO_TEXT"),
    timeoutInMillis: fc.integer({ min: 50, max: 29_000 }),
    cacheNamespace: fc.constantFrom("shared", "other"),
    credentials: fc.constant("arn:aws:iam::123456789012:role/caller"),
    tlsConfig: fc.constant({ insecureSkipVerification: true }),
  }),
  mapped: fc.boolean(),
  cached: fc.boolean(),
});

const response: fc.Arbitrary<RandomResponse> = fc.record({
  statusCode: fc.constantFrom("200", "201", "400", "503"),
  headers: flags(fc.constantFrom("Location", "x-rate", "__proto__")),
  models: named,
  pattern: perhaps(fc.constantFrom("", "4\\d{2}", ".*\\[Bad\\].*", "-", "x y")),
  integration: fc.boolean(),
  templates,
  contentHandling: perhaps(fc.constant("CONVERT_TO_TEXT")),
});

const method: fc.Arbitrary<RandomMethod> = fc.record({
  httpMethod: fc.constantFrom("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "ANY"),
  authorization: fc.constantFrom("NONE", "AWS_IAM", "authorizer"),
  authorizer: fc.nat(9),
  validator: perhaps(fc.nat(9)),
  scopes: fc.uniqueArray(fc.constantFrom("read", "pets/write"), { maxLength: 2 }),
  apiKeyRequired: fc.boolean(),
  operationName: perhaps(text),
  headers: flags(fc.constantFrom("method.request.header.h", "method.request.querystring.q", "method.request.path.id")),
  requestModels: named,
  responses: fc.uniqueArray(response, { maxLength: 3, selector: ({ statusCode }) => statusCode }),
  integration,
});

const location = fc.constantFrom<OfApi<"CreateDocumentationPart">["location"]>(
  { type: "API" },
  { type: "RESOURCE", path: "/pets" },
  { type: "METHOD" },
  { type: "METHOD", path: "/pets", method: "GET" },
  { type: "MODEL", name: "Model0" },
  { type: "AUTHORIZER", name: "auth 0" },
  { type: "QUERY_PARAMETER", name: "q" },
  { type: "REQUEST_HEADER", path: "/pets", name: "h" },
  { type: "REQUEST_BODY", method: "POST" },
  { type: "RESPONSE", statusCode: "200" },
  { type: "RESPONSE_HEADER", path: "/pets", statusCode: "200", name: "Location" },
  { type: "RESPONSE_BODY" },
);
const content = fc
  .dictionary(
    fc.constantFrom("description", "summary", "tags", "x-own", "info", "title", "x-amazon-apigateway-integration"),
    fc.oneof(text, fc.constant(["a"]), fc.constant({ description: "within", "x-in": 1 })),
    { minKeys: 1, maxKeys: 4, noNullPrototype: true },
  )
  .map((value) => JSON.stringify(value));

const methods = fc.uniqueArray(method, { maxLength: 3, selector: ({ httpMethod }) => httpMethod });

export const randomApi: fc.Arbitrary<RandomApi> = fc.record({
  settings,
  models: fc.array(schema, { maxLength: 4 }),
  authorizers: fc.array(authorizer, { maxLength: 3 }),
  validators: fc.array(
    optional<OfApi<"CreateRequestValidator">>({
      name: fc.constantFrom("all", "body only", "200"),
      validateRequestBody: fc.boolean(),
      validateRequestParameters: fc.boolean(),
    }),
    { maxLength: 3 },
  ),
  gatewayResponses: fc.uniqueArray(
    fc.record(
      {
        responseType: fc.constantFrom("DEFAULT_4XX", "THROTTLED", "UNAUTHORIZED"),
        statusCode: fc.constantFrom("403", "599"),
        responseParameters: fc.constant({ "gatewayresponse.header.x": "'y'" }),
        responseTemplates: templates,
      },
      { requiredKeys: ["responseType"] },
    ),
    { maxLength: 3, selector: ({ responseType }) => responseType },
  ) as fc.Arbitrary<RandomApi["gatewayResponses"]>,
  paths: fc.record({
    "/": methods,
    "/pets": methods,
    "/pets/{id}": methods,
    "/pets/{id}/toys": methods,
    "/{all+}": methods,
  }),
  documentation: fc.uniqueArray(fc.record({ location, properties: content }), {
    maxLength: 5,
    selector: (part) => JSON.stringify(part.location),
  }),
});
