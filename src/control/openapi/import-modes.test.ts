/** How a definition meets what there is: merge and overwrite (facts/control.md 1.1). */
import { describe, expect, it } from "vitest";
import {
  components,
  Imports,
  lambdaUri,
  mock,
  oas30,
  operation,
  swagger,
} from "../../../test/support/import-fixture.ts";
import { deploymentOperations } from "../operations/deployment.ts";

type Given = Readonly<Record<string, unknown>>;

const policy = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "execute-api:Invoke", Resource: "execute-api:/*" }],
};

const asks = (name: string): Given => ({
  type: "apiKey",
  name: "Auth",
  in: "header",
  "x-amazon-apigateway-authorizer": { type: "token", authorizerUri: lambdaUri(name) },
});

/** Everything that a definition can have, once. */
const whole = swagger({
  info: { title: "pets", version: "1", description: "All" },
  tags: [{ name: "team", "x-amazon-apigateway-tag-value": "red" }],
  definitions: { Pet: { type: "object" }, Toy: { type: "string" } },
  securityDefinitions: { asks: asks("asks"), old: asks("old") },
  paths: {
    "/pets": { get: operation({ security: [{ asks: [] }] }), put: operation() },
    "/pets/{id}": { get: operation() },
    "/toys/{id}": { get: operation() },
  },
  "x-amazon-apigateway-policy": policy,
  "x-amazon-apigateway-api-key-source": "AUTHORIZER",
  "x-amazon-apigateway-binary-media-types": ["image/png"],
  "x-amazon-apigateway-minimum-compression-size": 10,
  "x-amazon-apigateway-request-validators": { body: { validateRequestBody: true }, none: {} },
  "x-amazon-apigateway-gateway-responses": { THROTTLED: { statusCode: 503 }, DEFAULT_5XX: {} },
  "x-amazon-apigateway-documentation": {
    documentationParts: [
      { location: { type: "API" }, properties: { description: "Pets" } },
      { location: { type: "METHOD", path: "/pets" }, properties: { summary: "all" } },
    ],
  },
});

/** Less of it, and some of that changed. */
const less = oas30({
  info: { title: "zoo", version: "2" },
  components: { schemas: { Pet: { type: "string" } }, securitySchemes: { asks: asks("other") } },
  paths: { "/pets": { get: operation({ operationId: "changed" }), post: operation() }, "/food": { get: operation() } },
  "x-amazon-apigateway-request-validators": { body: { validateRequestParameters: true } },
  "x-amazon-apigateway-gateway-responses": { THROTTLED: { statusCode: 429 } },
  "x-amazon-apigateway-documentation": {
    documentationParts: [{ location: { type: "API" }, properties: { summary: "Zoo" } }],
  },
});

/** The whole definition, deployed; and then the lesser one put over it. */
async function putOver(mode: "merge" | "overwrite" | undefined) {
  const imports = new Imports();
  const before = await imports.import(whole);
  const restApiId = before.restApi.id;
  imports.image.run((tx) =>
    deploymentOperations.CreateDeployment({ restApiId, stageName: "prod" }, { ...imports.context, tx }),
  );
  const [stage] = imports.image.list("stage", restApiId);
  const after = await imports.put(restApiId, less, mode === undefined ? {} : { mode });
  expect(imports.image.list("stage", restApiId)).toEqual([stage]);
  expect(imports.image.list("deployment", restApiId)).toHaveLength(1);
  const namesOf = () => ({
    paths: after.resources.map(({ path }) => path),
    verbs: Object.keys(after.resources.find(({ path }) => path === "/pets")?.resourceMethods ?? {}),
    models: after.models.map(({ name }) => name),
    authorizers: after.authorizers.map(({ name }) => name),
    validators: imports.image.list("requestValidator", restApiId).map(({ name }) => name),
    gatewayResponses: imports.image.list("gatewayResponse", restApiId).map(({ responseType }) => responseType),
    documentation: imports.image.list("documentationPart", restApiId).map(({ properties }) => properties),
  });
  return { imports, before, after, names: namesOf() };
}

describe("PutRestApi", () => {
  it.each(["merge", undefined] as const)("keeps what the definition does not mention: mode %s", async (mode) => {
    const { after, names } = await putOver(mode);
    expect(after.restApi).toMatchObject({
      name: "zoo",
      version: "2",
      description: "All",
      apiKeySource: "AUTHORIZER",
      binaryMediaTypes: ["image/png"],
      minimumCompressionSize: 10,
      tags: { team: "red" },
    });
    expect(names).toEqual({
      paths: ["/", "/pets", "/pets/{id}", "/toys", "/toys/{id}", "/food"],
      verbs: ["GET", "PUT", "POST"],
      models: ["Empty", "Error", "Pet", "Toy"],
      authorizers: ["asks", "old"],
      validators: ["body", "none"],
      gatewayResponses: ["THROTTLED", "DEFAULT_5XX"],
      documentation: ['{"description":"Pets","summary":"Zoo"}', '{"summary":"all"}'],
    });
  });

  it("removes with overwrite what the definition does not have", async () => {
    const { after, names } = await putOver("overwrite");
    expect(after.restApi).toMatchObject({ name: "zoo", version: "2", apiKeySource: "HEADER", tags: { team: "red" } });
    expect(after.restApi.policy).toBeDefined();
    for (const member of ["description", "binaryMediaTypes", "minimumCompressionSize"]) {
      expect(after.restApi).not.toHaveProperty(member);
    }
    expect(names).toEqual({
      paths: ["/", "/pets", "/food"],
      verbs: ["GET", "POST"],
      models: ["Empty", "Error", "Pet"],
      authorizers: ["asks"],
      validators: ["body"],
      gatewayResponses: ["THROTTLED"],
      documentation: ['{"summary":"Zoo"}'],
    });
  });

  it.each(["merge", "overwrite"] as const)("changes what both have under its id: %s", async (mode) => {
    const { imports, before, after } = await putOver(mode);
    const restApiId = before.restApi.id;
    expect(after.restApi).toMatchObject({ id: restApiId, rootResourceId: before.restApi.rootResourceId });
    expect(after.restApi.createdDate).toBe(before.restApi.createdDate);
    const [ofAfter, ofBefore] = [after, before].map(({ resources }) => resources.find(({ path }) => path === "/pets"));
    expect(ofAfter?.id).toBe(ofBefore?.id);
    expect(after.method("/pets").operationName).toBe("changed");
    expect(after.method("/pets").authorizationType).toBe("NONE");
    expect(after.authorizers[0]).toMatchObject({ id: before.authorizers[0]?.id, authorizerUri: lambdaUri("other") });
    const modelOf = ({ models }: typeof before) => models.find(({ name }) => name === "Pet");
    expect(modelOf(after)?.id).toBe(modelOf(before)?.id);
    expect(modelOf(after)?.schema).toContain("string");
    expect(imports.image.list("requestValidator", restApiId)[0]).toMatchObject({
      validateRequestBody: false,
      validateRequestParameters: true,
    });
    expect(imports.image.list("gatewayResponse", restApiId)[0]?.statusCode).toBe("429");
  });

  it.each(["merge", "overwrite"] as const)("changes nothing when the same is put again: %s", async (mode) => {
    const imports = new Imports();
    const { restApi } = await imports.import(whole);
    const comparable = () => {
      const { documentationPart: _parts, ...rest } = Object.fromEntries(
        (
          [
            "restApi",
            "resource",
            "model",
            "authorizer",
            "requestValidator",
            "gatewayResponse",
            "documentationPart",
          ] as const
        ).map((kind) => [kind, imports.image.list(kind, kind === "restApi" ? "" : restApi.id)]),
      );
      return rest;
    };
    const before = comparable();
    const resources = imports.image.list("resource", restApi.id);
    await imports.put(restApi.id, whole, { mode });
    expect(comparable()).toEqual(before);
    // Not one is written anew.
    for (const resource of imports.image.list("resource", restApi.id)) expect(resources).toContain(resource);
  });

  it("leaves documentation alone that is to be ignored", async () => {
    const imports = new Imports();
    const { restApi } = await imports.import(whole);
    const before = imports.image.list("documentationPart", restApi.id);
    await imports.put(restApi.id, less, { mode: "overwrite", parameters: { ignore: "documentation" } });
    expect(imports.image.list("documentationPart", restApi.id)).toEqual(before);
  });

  it("changes nothing when it is refused, and says so of a RestApi that there is not", async () => {
    const imports = new Imports();
    const { restApi } = await imports.import(whole);
    const before = imports.everything();
    const wrong = swagger({
      paths: { "/new": { get: operation() }, "/a b": {} },
      info: { title: "wrong", version: "3" },
    });
    for (const mode of ["merge", "overwrite"] as const) {
      await expect(imports.put(restApi.id, wrong, { mode })).rejects.toThrow("Errors found during import:");
      expect(imports.everything()).toEqual(before);
    }
    await expect(imports.put("none", whole)).rejects.toMatchObject({
      code: "NotFoundException",
      message: "Invalid API identifier specified 123456789012:none",
    });
  });

  it("takes the names of security schemes for those of the same definition", async () => {
    const imports = new Imports();
    const { restApi } = await imports.import(whole);
    const guarded = swagger({ paths: { "/new": { get: operation({ security: [{ asks: [] }] }) } } });
    const { reply } = await imports.put(restApi.id, guarded);
    expect(reply.warnings).toEqual([
      "Security scheme 'asks' of 'GET' on resource at path '/new' has no authorizer. Ignoring.",
    ]);
  });

  it("lets Models refer to those that the RestApi has", async () => {
    const imports = new Imports();
    const { restApi } = await imports.import(whole);
    const more = swagger({
      definitions: {
        Zoo: { type: "array", items: { $ref: "https://apigateway.amazonaws.com/restapis/other/models/Pet" } },
      },
    });
    const { models } = await imports.put(restApi.id, more);
    expect(models.find(({ name }) => name === "Zoo")?.schema).toContain(`/restapis/${restApi.id}/models/Pet`);
    await expect(imports.put(restApi.id, more, { mode: "overwrite" })).rejects.toThrow("Invalid model specified: Pet");
  });
});

const withLists = (types: readonly string[], ids: readonly string[]): Given =>
  swagger({
    "x-amazon-apigateway-binary-media-types": types,
    "x-amazon-apigateway-endpoint-configuration": { vpcEndpointIds: ids },
  });

describe("the lists of a RestApi", () => {
  it.each([
    ["merge", ["image/png", "image/gif"], ["vpce-1", "vpce-2"]],
    ["overwrite", ["image/gif", "image/png"], ["vpce-2"]],
  ] as const)("grow with merge alone: %s", async (mode, binaryMediaTypes, vpcEndpointIds) => {
    const imports = new Imports();
    const parameters = { endpointConfigurationTypes: "PRIVATE" };
    const { restApi } = await imports.import(withLists(["image/png"], ["vpce-1"]), { parameters });
    const put = await imports.put(restApi.id, withLists(["image/gif", "image/png"], ["vpce-2"]), { mode });
    expect(put.restApi).toMatchObject({ binaryMediaTypes, endpointConfiguration: { vpcEndpointIds } });
  });
});

const tagged = (name: string) => swagger({ tags: [{ name, "x-amazon-apigateway-tag-value": "x" }] });

describe("the tags of a RestApi", () => {
  it.each(["merge", "overwrite"] as const)("are added to: %s", async (mode) => {
    const imports = new Imports();
    const { restApi } = await imports.import(tagged("a"));
    const { restApi: after } = await imports.put(restApi.id, tagged("b"), { mode });
    expect(after.tags).toEqual({ a: "x", b: "x" });
  });
});

describe("an Integration's namespace", () => {
  it("is the Resource's id, and stays the same when the definition is put again", async () => {
    const imports = new Imports();
    const definition = swagger({
      ...components("2.0", {}),
      paths: { "/pets": { get: operation({ "x-amazon-apigateway-integration": mock }) } },
    });
    const { restApi, integration } = await imports.import(definition);
    const again = await imports.put(restApi.id, definition, { mode: "overwrite" });
    expect(again.integration("/pets").cacheNamespace).toBe(integration("/pets").cacheNamespace);
  });
});
