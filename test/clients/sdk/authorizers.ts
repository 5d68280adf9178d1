/** Authorizer through the SDK. */
import type { APIGateway } from "@aws-sdk/client-api-gateway";
import { expect, it } from "vitest";

export const authorizerUri =
  "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:asks/invocations";

export function describeAuthorizers(use: () => APIGateway): void {
  it("creates, reads, lists, changes and deletes an Authorizer", async () => {
    const client = use();
    const { id: restApiId } = await client.createRestApi({ name: "guarded" });
    const made = await client.createAuthorizer({
      restApiId,
      name: "asks",
      type: "TOKEN",
      authorizerUri,
      identitySource: "method.request.header.Auth",
    });
    expect(made).toMatchObject({ name: "asks", type: "TOKEN", authType: "custom", authorizerUri });
    expect(made.authorizerResultTtlInSeconds).toBeUndefined();
    const place = { restApiId, authorizerId: made.id };
    const changed = await client.updateAuthorizer({
      ...place,
      patchOperations: [{ op: "replace", path: "/authorizerResultTtlInSeconds", value: "60" }],
    });
    expect(changed.authorizerResultTtlInSeconds).toBe(60);
    expect(await client.getAuthorizer(place)).toMatchObject({ id: made.id, authorizerResultTtlInSeconds: 60 });
    expect((await client.getAuthorizers({ restApiId })).items?.map(({ id }) => id)).toEqual([made.id]);
    const tested = await client.testInvokeAuthorizer({ ...place, headers: { Auth: "somebody" } });
    expect(tested).toMatchObject({ clientStatus: 500 });
    expect(tested.log).toMatch(/^Execution log for request [0-9a-f-]{36}\n.*Incoming identity: \*\*mebody\n/s);
    await client.deleteAuthorizer(place);
    await expect(client.getAuthorizer(place)).rejects.toMatchObject({
      name: "NotFoundException",
      message: "Invalid Authorizer identifier specified",
    });
    await client.deleteRestApi({ restApiId });
  });
}
