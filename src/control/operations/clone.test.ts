import { describe, expect, it } from "vitest";
import {
  everything,
  newApi,
  newIntegration,
  newIntegrationResponse,
  newResource,
} from "../../../test/support/api-fixture.ts";
import { restApiOperations } from "./rest-api.ts";

const { CreateRestApi, DeleteRestApi } = restApiOperations;

describe("CreateRestApi with cloneFrom", () => {
  const policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: "*", Action: "execute-api:Invoke", Resource: "execute-api:/*" }],
  });

  it("takes over settings, resources, methods and integrations, under new ids", () => {
    const api = newApi({ description: "first", binaryMediaTypes: ["a/b"], tags: { a: "b" }, policy, version: "v1" });
    newIntegrationResponse(api, { selectionPattern: "x" });
    const pets = newResource(api, api.rootId, "pets");
    newResource(api, pets, "{id}");
    const { context } = api;
    const source = everything(context.tx);
    const clone = CreateRestApi({ name: "copy", cloneFrom: api.restApiId }, context);
    expect(clone).toStrictEqual({
      id: clone.id,
      name: "copy",
      createdDate: context.now / 1000,
      apiKeySource: "HEADER",
      endpointConfiguration: { types: ["EDGE"], ipAddressType: "ipv4" },
      disableExecuteApiEndpoint: false,
      rootResourceId: clone.rootResourceId,
      description: "first",
      version: "v1",
      binaryMediaTypes: ["a/b"],
      policy: expect.stringContaining(`arn:aws:execute-api:us-east-1:123456789012:${clone.id}/*`) as string,
    });
    const resources = context.tx.list("resource", clone.id ?? "");
    expect(resources.map(({ path }) => path)).toEqual(["/", "/pets", "/pets/{id}"]);
    const [root, cloned, child] = resources;
    expect(root).toMatchObject({ id: clone.rootResourceId });
    expect(root).not.toHaveProperty("parentId");
    expect([cloned?.parentId, child?.parentId]).toEqual([root?.id, cloned?.id]);
    expect(cloned?.id).not.toBe(pets);
    expect(root?.resourceMethods["GET"]).toMatchObject({
      authorizationType: "NONE",
      methodResponses: { "200": { statusCode: "200" } },
      methodIntegration: {
        type: "MOCK",
        cacheNamespace: root?.id,
        integrationResponses: { "200": { selectionPattern: "x" } },
      },
    });
    DeleteRestApi({ restApiId: clone.id ?? "" }, context);
    expect(everything(context.tx)).toEqual(source);
  });

  it("prefers what it is given", () => {
    const api = newApi({ description: "first", apiKeySource: "AUTHORIZER", minimumCompressionSize: 5 });
    const given = { minimumCompressionSize: 0, endpointConfiguration: { types: ["REGIONAL"] }, description: "second" };
    expect(CreateRestApi({ name: "copy", cloneFrom: api.restApiId, ...given }, api.context)).toMatchObject({
      description: "second",
      minimumCompressionSize: 0,
      apiKeySource: "AUTHORIZER",
      endpointConfiguration: { types: ["REGIONAL"], ipAddressType: "ipv4" },
    });
  });

  it("keeps a cache namespace of its own name", () => {
    const api = newApi();
    newIntegration(api, { cacheNamespace: "shared" });
    const clone = CreateRestApi({ name: "copy", cloneFrom: api.restApiId }, api.context);
    const root = api.context.tx.get("resource", clone.id ?? "", clone.rootResourceId ?? "");
    expect(root?.resourceMethods["GET"]?.methodIntegration?.cacheNamespace).toBe("shared");
  });
});
