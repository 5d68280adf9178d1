/** RestApi, Resource, Method, MethodResponse, Integration, IntegrationResponse through the SDK. */
import type { APIGateway } from "@aws-sdk/client-api-gateway";
import { beforeAll, describe, expect, it } from "vitest";

export function describeDefinition(use: () => APIGateway): void {
  describeRestApi(use);
  describeResource(use);
  describeMethod(use);
  describeIntegration(use);
}

function describeRestApi(use: () => APIGateway): void {
  it("creates, reads, lists, changes and deletes a RestApi", async () => {
    const client = use();
    const created = await client.createRestApi({
      name: "pets",
      description: "all pets",
      binaryMediaTypes: ["image/png"],
      endpointConfiguration: { types: ["REGIONAL"] },
      tags: { team: "red" },
    });
    expect(created).toMatchObject({
      name: "pets",
      description: "all pets",
      apiKeySource: "HEADER",
      disableExecuteApiEndpoint: false,
      endpointConfiguration: { types: ["REGIONAL"] },
      binaryMediaTypes: ["image/png"],
      tags: { team: "red" },
    });
    expect(created.id).toMatch(/^[a-z0-9]{10}$/);
    expect(created.createdDate).toBeInstanceOf(Date);

    const restApiId = created.id;
    expect(await client.getRestApi({ restApiId })).toMatchObject({ name: "pets" });
    const changed = await client.updateRestApi({
      restApiId,
      patchOperations: [
        { op: "replace", path: "/name", value: "animals" },
        { op: "add", path: "/binaryMediaTypes/image~1gif" },
        { op: "replace", path: "/minimumCompressionSize", value: "1024" },
      ],
    });
    expect(changed).toMatchObject({
      name: "animals",
      binaryMediaTypes: ["image/png", "image/gif"],
      minimumCompressionSize: 1024,
    });
    const page = await client.getRestApis({ limit: 500 });
    expect(page.items?.find(({ id }) => id === restApiId)).toMatchObject({ name: "animals" });
    await client.deleteRestApi({ restApiId });
    await expect(client.getRestApi({ restApiId })).rejects.toMatchObject({
      name: "NotFoundException",
      message: `Invalid API identifier specified 000000000000:${restApiId}`,
    });
  });

  it("lists RestApis page by page", async () => {
    const client = use();
    const made = await Promise.all(["a", "b", "c"].map((name) => client.createRestApi({ name })));
    const seen: (string | undefined)[] = [];
    let position: string | undefined;
    do {
      const page = await client.getRestApis({ limit: 2, ...(position === undefined ? {} : { position }) });
      seen.push(...(page.items ?? []).map(({ id }) => id));
      position = page.position;
    } while (position !== undefined);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(made.map(({ id }) => id)));
    for (const { id } of made) await client.deleteRestApi({ restApiId: id });
  });
}

function describeResource(use: () => APIGateway): void {
  it("creates, reads, lists, moves and deletes Resources", async () => {
    const client = use();
    const { id: restApiId, rootResourceId: parentId } = await client.createRestApi({ name: "resources" });
    const pets = await client.createResource({ restApiId, parentId, pathPart: "pets" });
    expect(pets).toMatchObject({ parentId, pathPart: "pets", path: "/pets" });
    const pet = await client.createResource({ restApiId, parentId: pets.id, pathPart: "{petId}" });
    expect(pet.path).toBe("/pets/{petId}");

    const renamed = await client.updateResource({
      restApiId,
      resourceId: pets.id,
      patchOperations: [{ op: "replace", path: "/pathPart", value: "animals" }],
    });
    expect(renamed.path).toBe("/animals");
    expect(await client.getResource({ restApiId, resourceId: pet.id })).toMatchObject({ path: "/animals/{petId}" });
    const listed = await client.getResources({ restApiId });
    expect(listed.items?.map(({ path }) => path).sort()).toEqual(["/", "/animals", "/animals/{petId}"]);
    await client.deleteResource({ restApiId, resourceId: pets.id });
    expect((await client.getResources({ restApiId })).items).toHaveLength(1);
    await client.deleteRestApi({ restApiId });
  });
}

/** Gives each test of a block one RestApi with `POST /` on it. */
function withMethod(use: () => APIGateway): { restApiId: string; resourceId: string; httpMethod: string } {
  const method = { restApiId: "", resourceId: "", httpMethod: "POST" };
  beforeAll(async () => {
    const api = await use().createRestApi({ name: "methods" });
    method.restApiId = api.id ?? "";
    method.resourceId = api.rootResourceId ?? "";
  });
  return method;
}

function describeMethod(use: () => APIGateway): void {
  describe("a Method and its responses", () => {
    const method = withMethod(use);

    it("puts, reads, changes and deletes a Method", async () => {
      const client = use();
      const parameter = "method.request.querystring.limit";
      const put = await client.putMethod({
        ...method,
        authorizationType: "NONE",
        requestParameters: { [parameter]: true },
        operationName: "addPet",
      });
      expect(put).toMatchObject({
        httpMethod: "POST",
        authorizationType: "NONE",
        apiKeyRequired: false,
        operationName: "addPet",
        requestParameters: { [parameter]: true },
      });
      const changed = await client.updateMethod({
        ...method,
        patchOperations: [
          { op: "replace", path: "/apiKeyRequired", value: "true" },
          { op: "remove", path: `/requestParameters/${parameter}` },
        ],
      });
      expect(changed.apiKeyRequired).toBe(true);
      expect(changed.requestParameters ?? {}).toEqual({});
      expect(await client.getMethod(method)).toMatchObject({ operationName: "addPet", apiKeyRequired: true });
    });

    it("puts, reads, changes and deletes a MethodResponse", async () => {
      const client = use();
      const response = { ...method, statusCode: "201" };
      const header = "method.response.header.Location";
      const put = await client.putMethodResponse({ ...response, responseParameters: { [header]: false } });
      expect(put).toMatchObject({ statusCode: "201", responseParameters: { [header]: false } });
      const changed = await client.updateMethodResponse({
        ...response,
        patchOperations: [{ op: "replace", path: `/responseParameters/${header}`, value: "true" }],
      });
      expect(changed.responseParameters).toEqual({ [header]: true });
      expect(await client.getMethodResponse(response)).toMatchObject({ responseParameters: { [header]: true } });
      await client.deleteMethodResponse(response);
      await expect(client.getMethodResponse(response)).rejects.toMatchObject({
        name: "NotFoundException",
        message: "Invalid Response status code specified",
      });
      await client.deleteMethod(method);
      await expect(client.getMethod(method)).rejects.toMatchObject({ message: "Invalid Method identifier specified" });
    });
  });
}

function describeIntegration(use: () => APIGateway): void {
  describe("an Integration and its responses", () => {
    const method = withMethod(use);

    it("puts, reads and changes an Integration", async () => {
      const client = use();
      await client.putMethod({ ...method, authorizationType: "NONE" });
      const put = await client.putIntegration({
        ...method,
        type: "HTTP",
        integrationHttpMethod: "GET",
        uri: "http://127.0.0.1:9/pets",
        requestParameters: { "integration.request.header.x-from": "'stagewright'" },
        requestTemplates: { "application/json": "{}" },
      });
      expect(put).toMatchObject({
        type: "HTTP",
        httpMethod: "GET",
        uri: "http://127.0.0.1:9/pets",
        connectionType: "INTERNET",
        passthroughBehavior: "WHEN_NO_MATCH",
        timeoutInMillis: 29_000,
        cacheNamespace: method.resourceId,
        requestTemplates: { "application/json": "{}" },
      });
      const changed = await client.updateIntegration({
        ...method,
        patchOperations: [
          { op: "replace", path: "/uri", value: "http://127.0.0.1:9/animals" },
          { op: "replace", path: "/timeoutInMillis", value: "1500" },
        ],
      });
      expect(changed).toMatchObject({ uri: "http://127.0.0.1:9/animals", timeoutInMillis: 1500 });
      expect(await client.getIntegration(method)).toMatchObject({ timeoutInMillis: 1500 });
    });

    it("puts, reads, changes and deletes an IntegrationResponse, then the Integration", async () => {
      const client = use();
      const response = { ...method, statusCode: "200" };
      await client.putMethodResponse(response);
      const put = await client.putIntegrationResponse({ ...response, selectionPattern: "2\\d{2}" });
      expect(put).toMatchObject({ statusCode: "200", selectionPattern: "2\\d{2}" });
      const changed = await client.updateIntegrationResponse({
        ...response,
        patchOperations: [
          { op: "replace", path: "/selectionPattern", value: "20\\d" },
          { op: "add", path: "/responseTemplates/application~1json", value: "{}" },
        ],
      });
      expect(changed).toMatchObject({ selectionPattern: "20\\d", responseTemplates: { "application/json": "{}" } });
      expect(await client.getIntegrationResponse(response)).toMatchObject({ selectionPattern: "20\\d" });
      expect(await client.getMethod(method)).toMatchObject({
        methodIntegration: { integrationResponses: { 200: { selectionPattern: "20\\d" } } },
        methodResponses: { 200: { statusCode: "200" } },
      });
      await client.deleteIntegrationResponse(response);
      await client.deleteIntegration(method);
      await expect(client.getIntegration(method)).rejects.toMatchObject({
        name: "NotFoundException",
        message: "Invalid Integration identifier specified",
      });
    });
  });
}
