/** VpcLink, DomainName, BasePathMapping and DomainNameAccessAssociation through the SDK. */
import type { APIGateway } from "@aws-sdk/client-api-gateway";
import { expect, it } from "vitest";
import { deployApi } from "../../support/sdk.ts";

const loadBalancer = "arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/net/backends/0123456789abcdef";
const certificateArn = "arn:aws:acm:us-east-1:000000000000:certificate/01234567-89ab-cdef-0123-456789abcdef";

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

  it("makes a DomainName, maps its paths, changes and tags it, and deletes it with its mappings", async () => {
    const client = use();
    const { restApiId } = await deployApi(client, "mapped");
    const domainName = "pets.example.com";
    const made = await client.createDomainName({
      domainName,
      regionalCertificateArn: certificateArn,
      endpointConfiguration: { types: ["REGIONAL"] },
      tags: { team: "red" },
    });
    expect(made).toMatchObject({ domainName, domainNameStatus: "AVAILABLE", securityPolicy: "TLS_1_2" });
    expect(made.regionalDomainName).toMatch(/^d-[a-z0-9]{10}\.execute-api\.us-east-1\.amazonaws\.com$/);
    await expect(client.createDomainName({ domainName, certificateArn })).rejects.toMatchObject({
      name: "ConflictException",
    });

    const mapping = await client.createBasePathMapping({ domainName, basePath: "v1", restApiId, stage: "mapped" });
    expect(mapping).toMatchObject({ basePath: "v1", restApiId, stage: "mapped" });
    await client.createBasePathMapping({ domainName, restApiId });
    expect((await client.getBasePathMappings({ domainName })).items).toEqual([
      { basePath: "v1", restApiId, stage: "mapped" },
      { basePath: "(none)", restApiId },
    ]);
    await client.updateBasePathMapping({
      domainName,
      basePath: "(none)",
      patchOperations: [{ op: "replace", path: "/basePath", value: "v2" }],
    });
    expect(await client.getBasePathMapping({ domainName, basePath: "v2" })).toMatchObject({ restApiId });
    await expect(client.deleteStage({ restApiId, stageName: "mapped" })).rejects.toMatchObject({
      message: `Deleting stage mapped failed. Please remove all base path mappings related to the stage in your domains: ${domainName}`,
    });
    await client.deleteBasePathMapping({ domainName, basePath: "v2" });

    const patched = await client.updateDomainName({
      domainName,
      patchOperations: [
        { op: "add", path: "/endpointConfiguration/types", value: "EDGE" },
        { op: "add", path: "/certificateArn", value: certificateArn },
      ],
    });
    expect(patched.endpointConfiguration?.types).toEqual(["REGIONAL", "EDGE"]);
    expect(patched.certificateUploadDate).toBeInstanceOf(Date);
    const resourceArn = `arn:aws:apigateway:us-east-1::/domainnames/${domainName}`;
    await client.tagResource({ resourceArn, tags: { stage: "live" } });
    expect((await client.getDomainName({ domainName })).tags).toEqual({ team: "red", stage: "live" });
    expect((await client.getDomainNames({})).items?.map((item) => item.domainName)).toContain(domainName);
    await client.deleteDomainName({ domainName });
    await expect(client.getBasePathMappings({ domainName })).rejects.toMatchObject({
      message: "Invalid domain name identifier specified",
    });
    await client.deleteRestApi({ restApiId });
  });

  it("associates VPC endpoints with a private DomainName", async () => {
    const client = use();
    const domainName = "inside.example.com";
    const { domainNameId = "", domainNameArn = "" } = await client.createDomainName({
      domainName,
      certificateArn,
      endpointConfiguration: { types: ["PRIVATE"] },
    });
    expect(domainNameArn).toBe(`arn:aws:apigateway:us-east-1:000000000000:/domainnames/${domainName}+${domainNameId}`);
    const associate = (accessAssociationSource: string) =>
      client.createDomainNameAccessAssociation({
        domainNameArn,
        accessAssociationSourceType: "VPCE",
        accessAssociationSource,
      });
    const [first, second] = [await associate("vpce-0a1b2c3d"), await associate("vpce-0e4f5a6b")];
    const arns = [first, second].map(({ domainNameAccessAssociationArn = "" }) => domainNameAccessAssociationArn);
    const listed = await client.getDomainNameAccessAssociations({ resourceOwner: "SELF" });
    expect(listed.items?.map((item) => item.domainNameAccessAssociationArn)).toEqual(arns);
    const [kept = "", gone = ""] = arns;
    await client.tagResource({ resourceArn: kept, tags: { team: "red" } });
    expect((await client.getTags({ resourceArn: kept })).tags).toEqual({ team: "red" });
    await client.deleteDomainNameAccessAssociation({ domainNameAccessAssociationArn: gone });
    await client.rejectDomainNameAccessAssociation({ domainNameAccessAssociationArn: kept, domainNameArn });
    expect((await client.getDomainNameAccessAssociations({})).items).toEqual([]);
    await expect(client.getDomainName({ domainName })).rejects.toMatchObject({ name: "NotFoundException" });
    await client.deleteDomainName({ domainName, domainNameId });
  });
}
