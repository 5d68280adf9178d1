/** Every extension of facts/control.md 19, in both versions of OpenAPI, as JSON and as YAML. */
import { describe, expect, it } from "vitest";
import {
  components,
  Imports,
  lambdaUri,
  mock,
  operation,
  type Spelling,
  spellings,
} from "../../../test/support/import-fixture.ts";

type Given = Readonly<Record<string, unknown>>;

const inEach = describe.each(spellings.map((spelling): [string, Spelling] => [spelling.label, spelling]));

const atPets = (members: Given = {}, path: Given = {}): Given => ({
  paths: { "/pets": { get: operation(members), ...path } },
});

const policy = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "execute-api:Invoke", Resource: "execute-api:/*" }],
};

inEach("an import of OpenAPI %s", (_label, { spell, version }) => {
  const importOf = (members: Given) => new Imports().import(spell(members));

  it.each<[string, Given, Given]>([
    [
      "x-amazon-apigateway-api-key-source",
      { "x-amazon-apigateway-api-key-source": "AUTHORIZER" },
      { apiKeySource: "AUTHORIZER" },
    ],
    [
      "x-amazon-apigateway-binary-media-types",
      { "x-amazon-apigateway-binary-media-types": ["image/png", "*/*", "image/png"] },
      { binaryMediaTypes: ["image/png", "*/*"] },
    ],
    [
      "x-amazon-apigateway-minimum-compression-size",
      { "x-amazon-apigateway-minimum-compression-size": 5_242_880 },
      { minimumCompressionSize: 5_242_880 },
    ],
    ["a compression size of 0", { "x-amazon-apigateway-minimum-compression-size": 0 }, { minimumCompressionSize: 0 }],
    [
      "x-amazon-apigateway-endpoint-configuration",
      { "x-amazon-apigateway-endpoint-configuration": { disableExecuteApiEndpoint: true, ipAddressType: "dualstack" } },
      { disableExecuteApiEndpoint: true, endpointConfiguration: { types: ["EDGE"], ipAddressType: "dualstack" } },
    ],
    [
      "info",
      { info: { title: "zoo", version: "2.10", description: "Pets" } },
      { name: "zoo", version: "2.10", description: "Pets" },
    ],
    ["an untitled definition", { info: {} }, { name: "Imported on 2026-01-02T03:04:05.000Z" }],
    ["empty texts", { info: { title: "zoo", version: "", description: "" } }, { name: "zoo" }],
  ])("reads %s", async (_what, members, expected) => {
    expect((await importOf(members)).restApi).toMatchObject(expected);
  });

  it("reads x-amazon-apigateway-tag-value, and no tag of operations", async () => {
    const { restApi } = await importOf({
      tags: [{ name: "team", "x-amazon-apigateway-tag-value": "red" }, { name: "plain" }],
    });
    expect(restApi.tags).toEqual({ team: "red" });
  });

  it("reads x-amazon-apigateway-policy, as an object and as a text", async () => {
    for (const given of [policy, JSON.stringify(policy)]) {
      const { restApi } = await importOf({ "x-amazon-apigateway-policy": given });
      expect(restApi.policy).toContain(`"Resource":"arn:aws:execute-api:us-east-1:123456789012:${restApi.id}/*"`);
    }
  });

  it("reads x-amazon-apigateway-gateway-responses", async () => {
    const imports = new Imports();
    const { restApi } = await imports.import(
      spell({
        "x-amazon-apigateway-gateway-responses": {
          DEFAULT_4XX: { responseParameters: { "gatewayresponse.header.X-Why": "'no'" } },
          THROTTLED: { statusCode: 503, responseTemplates: { "text/plain": "later" } },
        },
      }),
    );
    expect(imports.image.list("gatewayResponse", restApi.id)).toEqual([
      {
        responseType: "DEFAULT_4XX",
        responseParameters: { "gatewayresponse.header.X-Why": "'no'" },
        responseTemplates: { "application/json": '{"message":$context.error.messageString}' },
      },
      {
        responseType: "THROTTLED",
        statusCode: "503",
        responseParameters: {},
        responseTemplates: { "text/plain": "later" },
      },
    ]);
  });

  it("reads x-amazon-apigateway-request-validators, and who has which", async () => {
    const imports = new Imports();
    const { restApi, method } = await imports.import(
      spell({
        "x-amazon-apigateway-request-validators": {
          all: { validateRequestBody: true, validateRequestParameters: true },
          body: { validateRequestBody: true, validateRequestParameters: false },
        },
        "x-amazon-apigateway-request-validator": "all",
        ...atPets({}, { put: operation({ "x-amazon-apigateway-request-validator": "body" }) }),
      }),
    );
    const validators = imports.image.list("requestValidator", restApi.id);
    expect(validators).toMatchObject([
      { name: "all", validateRequestBody: true, validateRequestParameters: true },
      { name: "body", validateRequestBody: true, validateRequestParameters: false },
    ]);
    expect(method("/pets").requestValidatorId).toBe(validators[0]?.id);
    expect(method("/pets", "PUT").requestValidatorId).toBe(validators[1]?.id);
  });

  it("reads x-amazon-apigateway-any-method", async () => {
    const { method } = await importOf({ paths: { "/{proxy+}": { "x-amazon-apigateway-any-method": operation() } } });
    expect(method("/{proxy+}", "ANY")).toMatchObject({ httpMethod: "ANY", methodIntegration: { type: "MOCK" } });
  });

  it("reads x-amazon-apigateway-integration with all of its members", async () => {
    const { integration, resources } = await importOf({
      paths: {
        "/pets/{id}": {
          get: operation({
            parameters: [{ name: "id", in: "path", required: true }],
            "x-amazon-apigateway-integration": {
              type: "HTTP",
              uri: "http://127.0.0.1/{id}",
              httpMethod: "post",
              credentials: "arn:aws:iam::123456789012:role/calls",
              connectionType: "VPC_LINK",
              connectionId: "${stageVariables.link}",
              requestParameters: { "integration.request.path.id": "method.request.path.id" },
              requestTemplates: { "application/json": "$input.body", "text/plain": "" },
              passthroughBehavior: "never",
              contentHandling: "CONVERT_TO_TEXT",
              timeoutInMillis: 1_500,
              cacheNamespace: "shared",
              cacheKeyParameters: ["method.request.path.id"],
              tlsConfig: { insecureSkipVerification: true },
              responseTransferMode: "BUFFERED",
              responses: {
                default: { statusCode: "200", responseTemplates: { "application/json": "{}", "text/plain": "" } },
                "4\\d{2}": { statusCode: 404, contentHandling: "CONVERT_TO_BINARY" },
              },
            },
            responses: { "200": { description: "found" }, "404": { description: "not found" } },
          }),
        },
      },
    });
    expect(integration("/pets/{id}")).toStrictEqual({
      type: "HTTP",
      uri: "http://127.0.0.1/{id}",
      httpMethod: "POST",
      credentials: "arn:aws:iam::123456789012:role/calls",
      connectionType: "VPC_LINK",
      connectionId: "${stageVariables.link}",
      requestParameters: { "integration.request.path.id": "method.request.path.id" },
      requestTemplates: { "application/json": "$input.body", "text/plain": null },
      passthroughBehavior: "NEVER",
      contentHandling: "CONVERT_TO_TEXT",
      timeoutInMillis: 1_500,
      cacheNamespace: "shared",
      cacheKeyParameters: ["method.request.path.id"],
      tlsConfig: { insecureSkipVerification: true },
      responseTransferMode: "BUFFERED",
      integrationResponses: {
        "200": { statusCode: "200", responseTemplates: { "application/json": "{}", "text/plain": null } },
        "404": { statusCode: "404", selectionPattern: "4\\d{2}", contentHandling: "CONVERT_TO_BINARY" },
      },
    });
    expect(resources).toHaveLength(3);
  });

  it("gives an integration the defaults of PutIntegration", async () => {
    const { integration, resources } = await importOf(
      atPets({
        "x-amazon-apigateway-integration": { type: "http_proxy", uri: "http://127.0.0.1/", httpMethod: "GET" },
      }),
    );
    expect(integration("/pets")).toStrictEqual({
      type: "HTTP_PROXY",
      uri: "http://127.0.0.1/",
      httpMethod: "GET",
      connectionType: "INTERNET",
      passthroughBehavior: "WHEN_NO_MATCH",
      timeoutInMillis: 29_000,
      cacheNamespace: resources.at(-1)?.id,
      cacheKeyParameters: [],
    });
  });

  it("follows references to shared x-amazon-apigateway-integrations", async () => {
    const { integration } = await importOf({
      ...atPets({ "x-amazon-apigateway-integration": { $ref: "#/components/x-amazon-apigateway-integrations/own" } }),
      components: { "x-amazon-apigateway-integrations": { own: mock } },
    });
    expect(integration("/pets")).toMatchObject({ type: "MOCK", integrationResponses: { "200": {} } });
  });

  it("reads x-amazon-apigateway-authorizer and x-amazon-apigateway-authtype", async () => {
    const inHeader = { type: "apiKey", name: "Auth", in: "header" };
    const { authorizers, method } = await importOf({
      ...components(version, {
        securitySchemes: {
          asks: {
            ...inHeader,
            "x-amazon-apigateway-authtype": "oauth2",
            "x-amazon-apigateway-authorizer": {
              type: "token",
              authorizerUri: lambdaUri("asks"),
              authorizerCredentials: "arn:aws:iam::123456789012:role/asks",
              identityValidationExpression: "^x-[a-z]+",
              authorizerResultTtlInSeconds: 60,
            },
          },
          reads: {
            ...inHeader,
            name: "Unused",
            "x-amazon-apigateway-authtype": "custom",
            "x-amazon-apigateway-authorizer": {
              type: "request",
              authorizerUri: lambdaUri("reads"),
              identitySource: "method.request.header.A, method.request.querystring.b",
            },
          },
          // The header of a scheme is not where this one looks.
          anyone: {
            ...inHeader,
            "x-amazon-apigateway-authorizer": {
              type: "request",
              authorizerUri: lambdaUri("anyone"),
              authorizerResultTtlInSeconds: 0,
            },
          },
          pool: {
            ...inHeader,
            "x-amazon-apigateway-authtype": "cognito_user_pools",
            "x-amazon-apigateway-authorizer": {
              type: "cognito_user_pools",
              providerARNs: ["arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_x"],
            },
          },
          signed: { ...inHeader, name: "Authorization", "x-amazon-apigateway-authtype": "awsSigv4" },
          key: { ...inHeader, name: "x-api-key" },
        },
      }),
      ...atPets(
        { security: [{ asks: [] }, { key: [] }] },
        {
          // An authorizer of any type is a custom one there.
          put: operation({ security: [{ pool: ["pets/read"] }], "x-amazon-apigateway-auth": { type: "CUSTOM" } }),
          post: operation({ security: [{ signed: [] }] }),
          patch: operation({ security: [{ reads: [] }], "x-amazon-apigateway-auth": { type: "custom" } }),
          delete: operation({ "x-amazon-apigateway-auth": { type: "AWS_IAM" } }),
          head: operation({ security: [{ signed: [] }], "x-amazon-apigateway-auth": { type: "NONE" } }),
          options: operation({ security: [{ key: [] }] }),
        },
      ),
      security: [{ key: [] }],
    });
    const [asks, reads, anyone, pool] = authorizers;
    expect(asks).toStrictEqual({
      id: asks?.id,
      name: "asks",
      type: "TOKEN",
      authType: "oauth2",
      authorizerUri: lambdaUri("asks"),
      authorizerCredentials: "arn:aws:iam::123456789012:role/asks",
      identitySource: "method.request.header.Auth",
      identityValidationExpression: "^x-[a-z]+",
      authorizerResultTtlInSeconds: 60,
    });
    expect(reads).toMatchObject({
      type: "REQUEST",
      identitySource: "method.request.header.A, method.request.querystring.b",
    });
    expect(anyone).not.toHaveProperty("identitySource");
    expect(pool).toMatchObject({ type: "COGNITO_USER_POOLS", identitySource: "method.request.header.Auth" });
    const guarded = { apiKeyRequired: false, authorizationType: "NONE" };
    for (const [verb, expected] of [
      ["GET", { apiKeyRequired: true, authorizationType: "CUSTOM", authorizerId: asks?.id }],
      ["PUT", { authorizationType: "COGNITO_USER_POOLS", authorizerId: pool?.id, authorizationScopes: ["pets/read"] }],
      ["POST", { authorizationType: "AWS_IAM" }],
      ["PATCH", { authorizationType: "CUSTOM", authorizerId: reads?.id }],
      ["DELETE", { authorizationType: "AWS_IAM" }],
      ["HEAD", {}],
      ["OPTIONS", { apiKeyRequired: true }],
    ] as const) {
      const { authorizationType, authorizerId, authorizationScopes, apiKeyRequired } = method("/pets", verb);
      expect({ authorizationType, authorizerId, authorizationScopes, apiKeyRequired }).toEqual({
        ...guarded,
        ...expected,
      });
    }
  });

  it("follows references of security schemes, and takes null for no demand", async () => {
    const { authorizers, method } = await importOf({
      ...components(version, { securitySchemes: { asks: { $ref: "#/x-asks" } } }),
      "x-asks": {
        type: "apiKey",
        name: "Auth",
        in: "header",
        "x-amazon-apigateway-authorizer": { type: "token", authorizerUri: lambdaUri("asks") },
      },
      ...atPets({ security: [{ asks: [] }] }, { put: operation({ security: null, "x-amazon-apigateway-auth": null }) }),
    });
    expect(authorizers).toMatchObject([{ name: "asks", identitySource: "method.request.header.Auth" }]);
    expect(method("/pets")).toMatchObject({ authorizationType: "CUSTOM", authorizerId: authorizers[0]?.id });
    expect(method("/pets", "PUT").authorizationType).toBe("NONE");
  });

  it("reads x-amazon-apigateway-documentation, unless it is to be ignored", async () => {
    const members = {
      "x-amazon-apigateway-documentation": {
        version: "1.0.3",
        documentationParts: [
          { location: { type: "API" }, properties: { description: "Pets", info: { contact: { name: "me" } } } },
          { location: { type: "METHOD", path: "/pets", method: "GET" }, properties: { summary: "all" } },
        ],
      },
    };
    const imports = new Imports();
    const { restApi } = await imports.import(spell(members));
    expect(imports.image.list("documentationPart", restApi.id)).toMatchObject([
      { location: { type: "API" }, properties: '{"description":"Pets","info":{"contact":{"name":"me"}}}' },
      { location: { type: "METHOD", path: "/pets", method: "GET" }, properties: '{"summary":"all"}' },
    ]);
    expect(imports.image.list("documentationVersion", restApi.id)).toMatchObject([{ version: "1.0.3" }]);
    const ignoring = await imports.import(spell(members), { parameters: { ignore: "documentation" } });
    expect(imports.image.list("documentationPart", ignoring.restApi.id)).toEqual([]);
    expect(imports.image.list("documentationVersion", ignoring.restApi.id)).toEqual([]);
  });

  it("resolves the service's variables", async () => {
    const uri =
      "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:asks/invocations";
    const { integration } = await importOf(
      atPets({ "x-amazon-apigateway-integration": { type: "aws_proxy", httpMethod: "POST", uri } }),
    );
    expect(integration("/pets").uri).toBe(lambdaUri("asks"));
  });

  it("leaves extensions alone that are none of REST APIs", async () => {
    const { reply, method } = await importOf({
      "x-amazon-apigateway-cors": { allowOrigins: ["*"] },
      "x-amazon-apigateway-importexport-version": "1.0",
      "x-other": 1,
      paths: { "x-note": "hm", "/pets": { get: operation({ "x-mine": true, deprecated: true }), "x-more": {} } },
    });
    expect(reply.warnings).toBeUndefined();
    expect(method("/pets")).not.toHaveProperty("x-mine");
  });
});
