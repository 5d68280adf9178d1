/** Account, ClientCertificate and Tags through the SDK. */
import type { APIGateway } from "@aws-sdk/client-api-gateway";
import { X509Certificate } from "node:crypto";
import { expect, it } from "vitest";
import { deployApi } from "../../support/sdk.ts";

export function describeAccountWide(use: () => APIGateway): void {
  it("reads and changes the Account", async () => {
    const client = use();
    const cloudwatchRoleArn = "arn:aws:iam::000000000000:role/logs";
    const changed = await client.updateAccount({
      patchOperations: [{ op: "replace", path: "/cloudwatchRoleArn", value: cloudwatchRoleArn }],
    });
    expect(changed.cloudwatchRoleArn).toBe(cloudwatchRoleArn);
    expect(await client.getAccount({})).toMatchObject({
      cloudwatchRoleArn,
      throttleSettings: { burstLimit: 5000, rateLimit: 10_000 },
    });
  });

  it("generates, reads, lists, changes and deletes a ClientCertificate", async () => {
    const client = use();
    const made = await client.generateClientCertificate({ description: "for backends", tags: { team: "red" } });
    const clientCertificateId = made.clientCertificateId ?? "";
    expect(clientCertificateId).toMatch(/^[a-z0-9]{6}$/);
    expect(made.tags).toEqual({ team: "red" });
    const certificate = new X509Certificate(made.pemEncodedCertificate ?? "");
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(JSON.stringify(made)).not.toContain("PRIVATE KEY");

    await client.updateClientCertificate({
      clientCertificateId,
      patchOperations: [{ op: "replace", path: "/description", value: "for one backend" }],
    });
    expect(await client.getClientCertificate({ clientCertificateId })).toMatchObject({
      description: "for one backend",
      pemEncodedCertificate: made.pemEncodedCertificate,
    });
    const listed = await client.getClientCertificates({});
    expect(listed.items?.map((item) => item.clientCertificateId)).toContain(clientCertificateId);
    await client.deleteClientCertificate({ clientCertificateId });
    await expect(client.getClientCertificate({ clientCertificateId })).rejects.toMatchObject({
      name: "NotFoundException",
    });
  });

  it("tags, reads and untags a RestApi, a Stage and a ClientCertificate by ARN", async () => {
    const client = use();
    const { restApiId } = await deployApi(client, "tagged");
    const { clientCertificateId } = await client.generateClientCertificate({});
    const arns = [
      `/restapis/${restApiId}`,
      `/restapis/${restApiId}/stages/tagged`,
      `/clientcertificates/${clientCertificateId}`,
    ].map((path) => `arn:aws:apigateway:us-east-1::${path}`);
    for (const resourceArn of arns) {
      await client.tagResource({ resourceArn, tags: { team: "red", "cost centre": "7" } });
      expect((await client.getTags({ resourceArn })).tags).toEqual({ team: "red", "cost centre": "7" });
      await client.untagResource({ resourceArn, tagKeys: ["cost centre"] });
      expect((await client.getTags({ resourceArn })).tags).toEqual({ team: "red" });
    }
    expect((await client.getStage({ restApiId, stageName: "tagged" })).tags).toEqual({ team: "red" });
  });
}
