/** What an export says, an import makes again: whatever the RestApi, in both versions, as JSON and as YAML. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ApiFixture, newApi, newIntegration, refusalOf } from "../../../test/support/api-fixture.ts";
import { makeRandomApi } from "../../../test/support/make-random-api.ts";
import { call, exported, newPets } from "../../../test/support/openapi-fixture.ts";
import { randomApi } from "../../../test/support/random-api.ts";
import { randomSchema } from "../../../test/support/random-schema.ts";
import type { IntegrationDocument, MethodDocument, SnapshotDocument } from "../../model/documents.ts";
import { importRestApiOperations } from "../operations/import-rest-api.ts";

/** Imports a definition as a RestApi of its own, and deploys it as the first one is. */
async function imported({ context }: ApiFixture, text: string): Promise<ApiFixture> {
  const { prepare, run } = importRestApiOperations.ImportRestApi;
  const input = { body: Buffer.from(text) };
  const { id = "", rootResourceId = "", warnings } = run(input, context, await prepare(input, context));
  expect(warnings).toBeUndefined();
  const api: ApiFixture = { context, restApiId: id, rootId: rootResourceId };
  call(api, "CreateDeployment", { stageName: "test" });
  if (context.tx.get("documentationVersion", id, "1.0") === undefined) return api;
  const patch = { op: "replace" as const, path: "/documentationVersion", value: "1.0" };
  call(api, "UpdateStage", { stageName: "test", patchOperations: [patch] });
  return api;
}

const snapshotOf = ({ context: { tx }, restApiId }: ApiFixture): SnapshotDocument | undefined =>
  tx.get("snapshot", restApiId, tx.get("stage", restApiId, "test")?.deploymentId ?? "");

/** By name instead of id; `undefined` and what follows from nothing are gone. */
function plainMethod(method: MethodDocument, names: ReadonlyMap<string, string>): unknown {
  const { authorizerId, requestValidatorId, methodIntegration, methodResponses, ...rest } = method;
  const named = (id: string | undefined): string | undefined => (id === undefined ? undefined : names.get(id));
  const { cacheNamespace, ...integration } = methodIntegration ?? ({} as Partial<IntegrationDocument>);
  return {
    ...rest,
    // OpenAPI knows no path parameter that may be absent.
    requestParameters: Object.entries(rest.requestParameters ?? {}).map(([key, required]) => [
      key,
      required || key.startsWith("method.request.path."),
    ]),
    authorizer: named(authorizerId),
    validator: named(requestValidatorId),
    methodResponses: Object.values(methodResponses ?? {}).map(({ responseModels, responseParameters, statusCode }) => [
      statusCode,
      Object.entries(responseModels ?? {}),
      Object.entries(responseParameters ?? {}),
    ]),
    integration,
    cacheNamespace: named(cacheNamespace) ?? cacheNamespace,
  };
}

/** Without what says nothing: empty maps and lists, and the empty pattern. */
const withoutNothing = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (key, member: unknown) => {
      if (key === "selectionPattern" && member === "") return undefined;
      return typeof member === "object" && member !== null && Object.keys(member).length === 0 ? undefined : member;
    }),
  );

/**
 * What of a deployment traffic depends on, without what two RestApis can never have in common. A namespace of the cache
 * that is a Resource's id becomes its path: that of the exported Resource, which an imported one keeps.
 */
function trafficOf(api: ApiFixture, exportedApi: ApiFixture): unknown {
  const snapshot = snapshotOf(api);
  if (snapshot === undefined) throw new Error("nothing is deployed");
  const { restApi, resources, authorizers = [], requestValidators = [], gatewayResponses = [] } = snapshot;
  const { binaryMediaTypes, minimumCompressionSize, apiKeySource, policy, disableExecuteApiEndpoint } = restApi;
  const paths = [...(snapshotOf(exportedApi)?.resources ?? []), ...resources].map(
    ({ id, path }) => [id, path] as const,
  );
  const validators = requestValidators.map(
    ({ id, validateRequestBody: body, validateRequestParameters: parameters }) => {
      return [id, `body: ${body}, parameters: ${parameters}`] as const;
    },
  );
  const names = new Map([...authorizers.map(({ id, name }) => [id, name] as const), ...validators, ...paths]);
  const served = resources.filter(({ resourceMethods }) => Object.keys(resourceMethods).length > 0);
  return withoutNothing({
    settings: { binaryMediaTypes, minimumCompressionSize, apiKeySource, policy, disableExecuteApiEndpoint },
    authorizers: authorizers.map(({ id: _id, ...authorizer }) => authorizer),
    // One without a name comes back under one, beside itself.
    validators: [...new Set(validators.map(([, validator]) => validator))].sort(),
    gatewayResponses,
    resources: Object.fromEntries(
      served.map(({ path, resourceMethods }) => [
        path,
        Object.fromEntries(Object.entries(resourceMethods).map(([verb, method]) => [verb, plainMethod(method, names)])),
      ]),
    ),
  });
}

/** YAML is read in a thread, which takes its time. */
const kinds = [
  ["swagger", "application/json", 60],
  ["swagger", "application/yaml", 10],
  ["oas30", "application/json", 60],
  ["oas30", "application/yaml", 10],
] as const;

/** The second export in words of the first: only ids may differ. */
const inWordsOf = (first: ApiFixture, second: ApiFixture, text: string): string =>
  text.replaceAll(second.restApiId, first.restApiId);

const mock = { "x-amazon-apigateway-integration": { type: "mock" } };

/** As people write them: parameters of a path, references to all kinds of things, schemas where they are used. */
const foreign = {
  openapi: "3.0.3",
  info: { title: "Orders", description: "What was ordered", version: "2.0" },
  servers: [{ url: "https://example.com/v2" }],
  "x-amazon-apigateway-request-validators": { params: { validateRequestParameters: true } },
  "x-amazon-apigateway-request-validator": "params",
  "x-amazon-apigateway-integrations": { shared: { type: "http_proxy", httpMethod: "GET", uri: "http://example.com" } },
  paths: {
    "/orders/{id}": {
      parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }],
      get: {
        operationId: "one",
        parameters: [{ $ref: "#/components/parameters/trace" }],
        responses: { 200: { $ref: "#/components/responses/order" }, 404: { description: "no" } },
        security: [{ key: [] }],
        "x-amazon-apigateway-integration": { $ref: "#/x-amazon-apigateway-integrations/shared" },
      },
      put: {
        requestBody: {
          content: { "application/json": { schema: { type: "object", properties: { lines: { type: "array" } } } } },
        },
        responses: { 200: { description: "ok", content: { "application/json": { schema: { type: "string" } } } } },
        ...mock,
      },
    },
    "/orders": { "x-amazon-apigateway-any-method": { responses: {}, ...mock } },
  },
  components: {
    parameters: { trace: { name: "trace", in: "header", schema: { type: "string" } } },
    responses: {
      order: {
        description: "an order",
        headers: { "x-rate": { schema: { type: "integer" } } },
        content: { "application/json": { schema: { $ref: "#/components/schemas/Order" } } },
      },
    },
    schemas: {
      Order: {
        type: "object",
        properties: { next: { $ref: "#/components/schemas/Order" }, tag: { $ref: "#/components/schemas/Tag" } },
      },
      Tag: { type: "string", enum: ["a", "b"] },
    },
    securitySchemes: { key: { type: "apiKey", name: "x-api-key", in: "header" } },
  },
};

describe("export, import, export", () => {
  it.each(kinds)("gives the same document: %s, %s", async (exportType, accepts, numRuns) => {
    await fc.assert(
      fc.asyncProperty(randomApi, async (random) => {
        const first = makeRandomApi(random);
        const input = { exportType, accepts, extensions: "apigateway" };
        const text = await exported(first, input);
        const second = await imported(first, text);
        expect(inWordsOf(first, second, await exported(second, input))).toBe(text);
      }),
      { seed: 20, numRuns },
    );
  });

  it("gives traffic the same RestApi", async () => {
    await fc.assert(
      fc.asyncProperty(randomApi, async (random) => {
        const first = makeRandomApi(random);
        const second = await imported(first, await exported(first, { exportType: "oas30", extensions: "apigateway" }));
        expect(trafficOf(second, first)).toEqual(trafficOf(first, first));
      }),
      { seed: 21, numRuns: 60 },
    );
  });

  it("leaves an API as it is that takes its own export", async () => {
    await fc.assert(
      fc.asyncProperty(randomApi, fc.constantFrom("merge", "overwrite"), async (random, mode) => {
        const api = makeRandomApi(random);
        const before = trafficOf(api, api);
        const text = await exported(api, { exportType: "oas30", extensions: "apigateway" });
        const { prepare, run } = importRestApiOperations.PutRestApi;
        const input = { restApiId: api.restApiId, mode, body: Buffer.from(text) } as const;
        run(input, api.context, await prepare(input, api.context));
        call(api, "CreateDeployment", { stageName: "test" });
        expect(trafficOf(api, api)).toEqual(before);
      }),
      { seed: 23, numRuns: 60 },
    );
  });

  it("gives the same schema, whatever a Model may be", async () => {
    let models = 0;
    await fc.assert(
      fc.asyncProperty(randomSchema, fc.constantFrom("swagger", "oas30"), async (schema, exportType) => {
        const first = newApi();
        const make = () =>
          call(first, "CreateModel", { name: "Any", contentType: "application/json", schema: JSON.stringify(schema) });
        if (refusalOf(make) !== "nothing") return;
        models++;
        newIntegration(first, {}, { requestModels: { "application/json": "Any" } });
        call(first, "CreateDeployment", { stageName: "test" });
        const input = { exportType, extensions: "integrations" };
        const text = await exported(first, input);
        const second = await imported(first, text);
        expect(inWordsOf(first, second, await exported(second, input))).toBe(text);
      }),
      { seed: 22, numRuns: 400 },
    );
    expect(models).toBeGreaterThan(100);
  });

  it("gives the same of a definition that nobody exported", async () => {
    const first = await imported(newApi(), JSON.stringify(foreign));
    for (const [exportType, accepts] of kinds) {
      const input = { exportType, accepts, extensions: "apigateway" };
      const text = await exported(first, input);
      const second = await imported(first, text);
      expect(inWordsOf(first, second, await exported(second, input))).toBe(text);
    }
    expect(JSON.parse(await exported(first, { exportType: "oas30" }))).toMatchObject({
      paths: { "/orders/{id}": { get: { parameters: [{ name: "id" }, { name: "trace" }] } } },
    });
  });

  it("gives the same from the one version to the other", async () => {
    const first = newPets();
    const second = await imported(first, await exported(first, { exportType: "oas30", extensions: "apigateway" }));
    const input = { exportType: "swagger", extensions: "apigateway" };
    expect(inWordsOf(first, second, await exported(second, input))).toBe(await exported(first, input));
  });
});
