/** RequestValidator through the SDK. */
import type { APIGateway } from "@aws-sdk/client-api-gateway";
import { expect, it } from "vitest";

export function describeValidation(use: () => APIGateway): void {
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
