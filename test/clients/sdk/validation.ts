/** RequestValidator, Model and GatewayResponse through the SDK. */
import type { APIGateway } from "@aws-sdk/client-api-gateway";
import { expect, it } from "vitest";

export function describeValidation(use: () => APIGateway): void {
  it("puts, reads, lists, changes and deletes a GatewayResponse", async () => {
    const client = use();
    const { id: restApiId } = await client.createRestApi({ name: "answering" });
    const place = { restApiId, responseType: "THROTTLED" } as const;
    const put = await client.putGatewayResponse({ ...place, statusCode: "503" });
    expect(put).toMatchObject({ responseType: "THROTTLED", statusCode: "503", defaultResponse: false });
    const changed = await client.updateGatewayResponse({
      ...place,
      patchOperations: [{ op: "add", path: "/responseParameters/gatewayresponse.header.Retry-After", value: "'1'" }],
    });
    expect(changed.responseParameters).toEqual({ "gatewayresponse.header.Retry-After": "'1'" });
    expect(await client.getGatewayResponse(place)).toMatchObject({ statusCode: "503", defaultResponse: false });
    const listed = await client.getGatewayResponses({ restApiId });
    expect(listed.items).toHaveLength(21);
    expect(listed.items?.filter(({ defaultResponse }) => defaultResponse === false)).toHaveLength(1);
    await client.deleteGatewayResponse(place);
    expect(await client.getGatewayResponse(place)).toMatchObject({ statusCode: "429", defaultResponse: true });
    await expect(client.deleteGatewayResponse(place)).rejects.toMatchObject({
      name: "NotFoundException",
      message: "Gateway response type not defined on api",
    });
    await client.deleteRestApi({ restApiId });
  });

  it("creates, reads, lists, changes and deletes a Model", async () => {
    const client = use();
    const { id: restApiId } = await client.createRestApi({ name: "modelled" });
    const made = await client.createModel({
      restApiId,
      name: "Pet",
      contentType: "application/json",
      schema: '{"type":"object","properties":{"name":{"type":"string"}}}',
    });
    expect(made).toMatchObject({ name: "Pet", contentType: "application/json" });
    const place = { restApiId, modelName: "Pet" };
    const changed = await client.updateModel({
      ...place,
      patchOperations: [{ op: "replace", path: "/description", value: "a pet" }],
    });
    expect(changed.description).toBe("a pet");
    expect(await client.getModel({ ...place, flatten: true })).toMatchObject({ id: made.id, description: "a pet" });
    expect((await client.getModelTemplate(place)).value).toContain('"name" : "$inputRoot.name"');
    const listed = await client.getModels({ restApiId });
    expect(listed.items?.map(({ name }) => name)).toEqual(["Empty", "Error", "Pet"]);
    await client.deleteModel(place);
    await expect(client.getModel(place)).rejects.toMatchObject({
      name: "NotFoundException",
      message: "Invalid model name specified: Pet",
    });
    await client.deleteRestApi({ restApiId });
  });

  it("creates, reads, lists, changes and deletes a RequestValidator", async () => {
    const client = use();
    const { id: restApiId } = await client.createRestApi({ name: "validated" });
    const made = await client.createRequestValidator({ restApiId, name: "all", validateRequestBody: true });
    expect(made).toMatchObject({ name: "all", validateRequestBody: true, validateRequestParameters: false });
    const place = { restApiId, requestValidatorId: made.id };
    const changed = await client.updateRequestValidator({
      ...place,
      patchOperations: [{ op: "replace", path: "/validateRequestParameters", value: "true" }],
    });
    expect(changed.validateRequestParameters).toBe(true);
    expect(await client.getRequestValidator(place)).toMatchObject({ id: made.id, validateRequestParameters: true });
    expect((await client.getRequestValidators({ restApiId })).items?.map(({ id }) => id)).toEqual([made.id]);
    await client.deleteRequestValidator(place);
    await expect(client.getRequestValidator(place)).rejects.toMatchObject({
      name: "NotFoundException",
      message: "Invalid Request Validator identifier specified",
    });
    await client.deleteRestApi({ restApiId });
  });
}
