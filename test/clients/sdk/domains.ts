/** VpcLink, DomainName, BasePathMapping and DomainNameAccessAssociation through the SDK. */
import type { APIGateway } from "@aws-sdk/client-api-gateway";
import { expect, it } from "vitest";

const loadBalancer = "arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/net/backends/0123456789abcdef";

export function describeDomains(use: () => APIGateway): void {
  it("makes a VpcLink, waits for it, changes, tags and deletes it", async () => {
    const client = use();
    const made = await client.createVpcLink({ name: "backends", targetArns: [loadBalancer], tags: { team: "red" } });
    expect(made).toMatchObject({ status: "PENDING", targetArns: [loadBalancer], tags: { team: "red" } });
    const vpcLinkId = made.id ?? "";
    await expect.poll(async () => (await client.getVpcLink({ vpcLinkId })).status).toBe("AVAILABLE");
    const changed = await client.updateVpcLink({
      vpcLinkId,
      patchOperations: [{ op: "replace", path: "/name", value: "others" }],
    });
    expect(changed).toMatchObject({ name: "others", statusMessage: "Your vpc link is ready for use" });
    const resourceArn = `arn:aws:apigateway:us-east-1::/vpclinks/${vpcLinkId}`;
    await client.untagResource({ resourceArn, tagKeys: ["team"] });
    expect((await client.getVpcLinks({})).items).toEqual([
      expect.objectContaining({ id: vpcLinkId, name: "others", status: "AVAILABLE" }),
    ]);
    await client.deleteVpcLink({ vpcLinkId });
    const gone = { name: "NotFoundException", message: "Invalid Vpc Link identifier specified" };
    await expect.poll(() => client.getVpcLink({ vpcLinkId }).catch((error: unknown) => error)).toMatchObject(gone);
  });
}
