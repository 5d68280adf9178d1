import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { type ApiFixture, newApi, newIntegration, newResource } from "../../../test/support/api-fixture.ts";
import { call, exported, getExport, newPets } from "../../../test/support/openapi-fixture.ts";
import { badRequest, type Fault, notFound } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { exportSize } from "../openapi/export-text.ts";

const golden = (name: string): Promise<string> =>
  readFile(new URL(`../openapi/golden/${name}`, import.meta.url), "utf8");

/** With the RestApi's id as the golden files have it. */
const withFixedId = (text: string, { restApiId }: ApiFixture): string => text.replaceAll(restApiId, "a1b2c3d4e5");

type Document = Readonly<Record<string, never>>;
const parsed = (text: string): Document => JSON.parse(text) as Document;

describe("the whole of a deployed RestApi", () => {
  it.each([
    ["pets.swagger.json", "swagger", "application/json"],
    ["pets.swagger.yaml", "swagger", "application/yaml"],
    ["pets.oas30.json", "oas30", "application/json"],
    ["pets.oas30.yaml", "oas30", "application/yaml"],
  ])("is %s", async (file, exportType, accepts) => {
    const api = newPets();
    const text = await exported(api, { exportType, accepts, extensions: "apigateway" });
    expect(withFixedId(text, api)).toBe(await golden(file));
  });

  it("is an attachment whose name has the version", async () => {
    const api = newApi({ version: 'v1 "é"\r\n/' });
    newIntegration(api);
    call(api, "CreateDeployment", { stageName: "test" });
    const reply = await getExport(api, { exportType: "swagger", accepts: "application/yaml" });
    expect(reply.contentType).toBe("application/octet-stream");
    expect(reply.contentDisposition).toBe('attachment; filename="swagger_v1 ______.yaml"');
    expect(await getExport(newPets(), {})).toMatchObject({
      contentDisposition: 'attachment; filename="oas30_2026-01-02T03:04:05Z.json"',
    });
  });

  it("is what was deployed, whatever has changed since", async () => {
    const api = newPets();
    const before = await exported(api, { exportType: "oas30" });
    call(api, "UpdateRestApi", { patchOperations: [{ op: "replace", path: "/name", value: "changed" }] });
    expect(await exported(api, { exportType: "oas30" })).toBe(before);
    call(api, "CreateDeployment", { stageName: "test" });
    expect(parsed(await exported(api, { exportType: "oas30" }))).toMatchObject({ info: { title: "changed" } });
  });
});

/** The extensions of ours that a text has, without `x-amazon-apigateway-`. */
const extensionsIn = (text: string): readonly string[] =>
  [...new Set(Array.from(text.matchAll(/"x-amazon-apigateway-([a-z-]+)"/g), ([, name]) => name ?? ""))].sort();

const everything = (
  "any-method api-key-source authorizer authtype binary-media-types documentation gateway-responses integration " +
  "minimum-compression-size request-validator request-validators"
).split(" ");

describe("the parameter extensions", () => {
  const rows: readonly (readonly [extensions: string | undefined, found: readonly string[]])[] = [
    [undefined, ["any-method", "documentation"]],
    ["", ["any-method", "documentation"]],
    ["documentation", ["any-method", "documentation"]],
    ["postman", ["any-method"]],
    ["integrations", ["any-method", "binary-media-types", "integration"]],
    ["integration", ["any-method", "binary-media-types", "integration"]],
    ["authorizers", ["any-method", "authorizer", "authtype"]],
    ["validators", ["any-method", "request-validator", "request-validators"]],
    ["gatewayresponses", ["any-method", "gateway-responses"]],
    ["integrations,,", ["any-method", "binary-media-types", "integration"]],
    [
      "gateway-responses,request-validators",
      ["any-method", "gateway-responses", "request-validator", "request-validators"],
    ],
    ["gatewayResponses, Validators", ["any-method", "gateway-responses", "request-validator", "request-validators"]],
    ["apigateway", everything],
    ["integrations,authorizers,apigateway", everything],
  ];
  it.each(rows)("%s", async (extensions, found) => {
    const api = newPets();
    for (const exportType of ["swagger", "oas30"]) {
      const input = extensions === undefined ? { exportType } : { exportType, extensions };
      expect(extensionsIn(await exported(api, input))).toEqual(found);
    }
  });

  it("has documentation in the entities only where it is asked for", async () => {
    const api = newPets();
    expect(await exported(api, { exportType: "oas30", extensions: "documentation" })).toContain('"Adds one"');
    expect(await exported(api, { exportType: "oas30", extensions: "integrations" })).not.toContain("Adds one");
  });
});

describe("what is refused", () => {
  const options = "apigateway,integrations,authorizers,documentation,validators,gatewayresponses,postman";
  const types = badRequest("Invalid export type specified. Valid options are oas30,swagger");
  const rows: readonly (readonly [string, object, Fault])[] = [
    ["another type", { exportType: "raml" }, types],
    ["a type in upper case", { exportType: "OAS30" }, types],
    ["a type that every object has", { exportType: "constructor" }, types],
    [
      "another media type",
      { accepts: "text/html, application/xml" },
      badRequest("Invalid Accept header specified. Valid options are application/json,application/yaml"),
    ],
    [
      "another extension",
      { parameters: { extensions: "integrations,__proto__" } },
      badRequest(`Invalid extensions specified. Valid options are ${options}`),
    ],
    ["another stage", { stageName: "prod" }, notFound("Invalid Stage identifier specified")],
    ["another RestApi", { restApiId: "nothing" }, notFound("Invalid API identifier specified 123456789012:nothing")],
  ];
  it.each(rows)("%s", async (_name, input, { code, message }) => {
    await expect(getExport(newPets(), input)).rejects.toMatchObject({ code, message });
  });

  it.each([
    ["a request", { requestModels: { "application/xml": "Empty" } }, {}, "method request: //GET"],
    ["an answer", {}, { responseModels: { "text/plain": "Empty" } }, "method response: //GET/200"],
  ])("models of %s of which none is for JSON", async (_name, method, response, place) => {
    const api = newApi();
    const at = newIntegration(api, {}, method);
    call(api, "PutMethodResponse", { ...at, statusCode: "200", ...response });
    call(api, "CreateDeployment", { stageName: "test" });
    await expect(getExport(api, {})).rejects.toThrow(badRequest(`Only found non-JSON body models for ${place}`));
  });

  it.each(["application/json", "application/hal+json", "Application/JSON ; charset=utf-8", "$default"])(
    "but not models for JSON beside others: %s",
    async (contentType) => {
      const api = newApi();
      newIntegration(api, {}, { requestModels: { "application/xml": "Empty", [contentType]: "Error" } });
      call(api, "CreateDeployment", { stageName: "test" });
      expect(parsed(await exported(api, { exportType: "swagger" }))).toMatchObject({
        paths: { "/": { get: { consumes: ["application/xml", contentType], parameters: [{ name: "Error" }] } } },
      });
    },
  );
});

/** With a Model that is long enough by itself. */
function newLong(requestModels: Readonly<Record<string, string>>): ApiFixture {
  const api = newApi();
  const long = JSON.stringify({ type: "string", enum: Array.from({ length: 30_000 }, (_, index) => `word ${index}`) });
  call(api, "CreateModel", { name: "Long", contentType: "application/json", schema: long });
  newIntegration(api, {}, { requestModels });
  call(api, "CreateDeployment", { stageName: "test" });
  return api;
}

function isLong({ context: { tx }, restApiId }: ApiFixture): boolean {
  const stage = tx.get("stage", restApiId, "test");
  const snapshot = tx.get("snapshot", restApiId, stage?.deploymentId ?? "");
  return snapshot !== undefined && exportSize({ snapshot, documentation: undefined }) > limits.exportInline;
}

describe("a long export", () => {
  it("is written in a thread", async () => {
    const api = newLong({ "application/json": "Long" });
    expect(isLong(api)).toBe(true);
    expect(isLong(newPets())).toBe(false);
    const document = parsed(await exported(api, { exportType: "oas30", extensions: "apigateway" }));
    expect(document).toMatchObject({ info: { title: "pets" }, paths: { "/": { get: {} } } });
    expect(document["components"]).toMatchObject({ schemas: { Long: { enum: { length: 30_000 } } } });
  });

  it("is refused from there in the same words", async () => {
    await expect(getExport(newLong({ "text/plain": "Long" }), {})).rejects.toMatchObject({
      code: "BadRequestException",
      message: "Only found non-JSON body models for method request: //GET",
    });
  });
});

describe("documentation of every method", () => {
  it("counts for each of them", () => {
    const api = newApi();
    newIntegration(api);
    call(api, "CreateDeployment", { stageName: "test" });
    const { tx } = api.context;
    const snapshot = tx.get("snapshot", api.restApiId, tx.get("stage", api.restApiId, "test")?.deploymentId ?? "");
    if (snapshot === undefined) throw new Error("There is no snapshot.");
    const added = (method: string): number => {
      const part = { id: "1", location: { type: "METHOD", path: "/a", method }, properties: "x".repeat(640) };
      const documentation = { version: { version: "1", createdDate: 0 }, parts: [part] };
      return exportSize({ snapshot, documentation }) - exportSize({ snapshot, documentation: undefined });
    };
    expect(added("GET")).toBe(10);
    expect(added("*")).toBe(20);
  });

  it("is refused when it would be there too often", async () => {
    const api = newApi();
    for (let index = 0; index < 90; index++) {
      const resourceId = newResource(api, api.rootId, `p${index}`);
      for (const httpMethod of ["GET", "PUT"]) {
        call(api, "PutMethod", { resourceId, httpMethod, authorizationType: "NONE" });
        call(api, "PutIntegration", { resourceId, httpMethod, type: "MOCK" });
      }
    }
    const properties = JSON.stringify({ "x-long": "a".repeat(400_000) });
    call(api, "CreateDocumentationPart", { location: { type: "METHOD" }, properties });
    call(api, "CreateDeployment", { stageName: "test" });
    call(api, "CreateDocumentationVersion", { documentationVersion: "1.0", stageName: "test" });
    const refusal = { code: "BadRequestException", message: "The API is too large to export" };
    await expect(getExport(api, {})).rejects.toMatchObject(refusal);
    expect(await exported(api, { exportType: "oas30", extensions: "integrations" })).toContain('"/p89"');
  });
});

describe("Accept", () => {
  it.each([
    [undefined, "{"],
    ["*/*", "{"],
    ["application/hal+json", "{"],
    ["text/html, application/yaml;q=0.9", "---"],
    ["Application/X-YAML", "---"],
  ])("%s", async (accepts, begin) => {
    const text = await exported(newPets(), { exportType: "oas30", ...(accepts === undefined ? {} : { accepts }) });
    expect(text.startsWith(`${begin}\n`)).toBe(true);
  });
});

describe("names", () => {
  it("of validators without one, or with one that another has, have the id", async () => {
    const api = newApi();
    newIntegration(api);
    const input = { validateRequestBody: true };
    const nameless = call(api, "CreateRequestValidator", input);
    call(api, "CreateRequestValidator", { name: "same", ...input });
    const second = call(api, "CreateRequestValidator", { name: "same", ...input });
    call(api, "CreateDeployment", { stageName: "test" });
    const document = parsed(await exported(api, { exportType: "oas30", extensions: "validators" }));
    expect(Object.keys(document["x-amazon-apigateway-request-validators"] ?? {})).toEqual([
      nameless.id,
      "same",
      `same-${second.id ?? ""}`,
    ]);
  });

  it("of authorizers never are those of API keys and signatures", async () => {
    const api = newApi();
    const pool = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_abc";
    const { id } = call(api, "CreateAuthorizer", {
      name: "api_key",
      type: "COGNITO_USER_POOLS",
      providerARNs: [pool],
      identitySource: "method.request.header.Auth",
    });
    const method = { authorizationType: "COGNITO_USER_POOLS", authorizationScopes: ["read"], apiKeyRequired: true };
    newIntegration(api, {}, { ...method, authorizerId: id });
    call(api, "CreateDeployment", { stageName: "test" });
    expect(parsed(await exported(api, { exportType: "swagger", extensions: "authorizers" }))).toMatchObject({
      paths: { "/": { get: { security: [{ [`api_key-${id ?? ""}`]: ["read"] }, { api_key: [] }] } } },
      securityDefinitions: {
        [`api_key-${id ?? ""}`]: {
          name: "Auth",
          "x-amazon-apigateway-authtype": "cognito_user_pools",
          "x-amazon-apigateway-authorizer": { providerARNs: [pool], type: "cognito_user_pools" },
        },
        api_key: { type: "apiKey", name: "x-api-key", in: "header" },
      },
    });
  });
});

describe("a RestApi with next to nothing", () => {
  it.each([
    ["swagger", ["swagger", "info", "host", "basePath", "schemes", "paths"], { responses: {} }],
    ["oas30", ["openapi", "info", "servers", "paths", "components"], {}],
  ])("is as little in %s", async (exportType, members, operation) => {
    const api = newApi();
    newIntegration(api);
    call(api, "CreateDeployment", { stageName: "test" });
    const document = parsed(await exported(api, { exportType }));
    expect(Object.keys(document)).toEqual(members);
    expect(document["paths"]).toEqual({ "/": { get: operation } });
    expect(document["components"] ?? {}).toEqual({});
  });
});

describe("what OpenAPI or the service has another way", () => {
  it("is a path parameter that may be absent, and a namespace that is the Resource's own", async () => {
    const api = newApi();
    const key = "method.request.path.id";
    const { resourceId } = newIntegration(api, { cacheKeyParameters: [key] }, { requestParameters: { [key]: false } });
    call(api, "CreateDeployment", { stageName: "test" });
    expect(parsed(await exported(api, { exportType: "swagger", extensions: "integrations" }))["paths"]).toMatchObject({
      "/": {
        get: {
          parameters: [{ name: "id", in: "path", required: true }],
          "x-amazon-apigateway-integration": { cacheNamespace: resourceId, cacheKeyParameters: [key] },
        },
      },
    });
  });
});

describe("the endpoint", () => {
  const input = {
    disableExecuteApiEndpoint: true,
    endpointConfiguration: { types: ["PRIVATE"], vpcEndpointIds: ["vpce-1"] },
    policy: '{"Statement":{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke","Resource":"*"}}',
  };
  const configuration = { disableExecuteApiEndpoint: true, vpcEndpointIds: ["vpce-1"] };
  it.each([
    ["swagger", { "x-amazon-apigateway-endpoint-configuration": configuration }],
    ["oas30", { servers: [{ "x-amazon-apigateway-endpoint-configuration": configuration }] }],
  ])("of %s", async (exportType, expected) => {
    const api = newApi(input);
    newIntegration(api);
    call(api, "CreateDeployment", { stageName: "test" });
    expect(parsed(await exported(api, { exportType, extensions: "apigateway" }))).toMatchObject(expected);
  });
});
