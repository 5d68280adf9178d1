/** GetSdk and what it can generate, through the SDK. */
import type { APIGateway } from "@aws-sdk/client-api-gateway";
import { unzipSync } from "fflate";
import { expect, it } from "vitest";
import { deployApi } from "../../support/sdk.ts";

export function describeGeneration(use: () => APIGateway): void {
  it("lists and reads the types of SDKs", async () => {
    const client = use();
    const { items = [] } = await client.getSdkTypes({});
    expect(items.map(({ id }) => id)).toEqual(["android", "java", "javascript", "objectivec", "ruby", "swift"]);
    for (const item of items) {
      const { $metadata: _, ...read } = await client.getSdkType({ id: item.id });
      expect(read).toEqual(item);
    }
    expect(await client.getSdkType({ id: "swift" })).toMatchObject({
      friendlyName: "iOS (Swift)",
      configurationProperties: [{ name: "classPrefix", friendlyName: "Prefix", required: true }],
    });
    await expect(client.getSdkType({ id: "cobol" })).rejects.toMatchObject({
      name: "NotFoundException",
      message: "Invalid SDK type identifier specified",
    });
  });

  it("generates an SDK", async () => {
    const client = use();
    const { restApiId } = await deployApi(client, "prod");
    const sdk = await client.getSdk({ restApiId, stageName: "prod", sdkType: "javascript" });
    expect(sdk.contentType).toBe("application/octet-stream");
    expect(sdk.contentDisposition).toMatch(/^attachment; filename="javascript_\d{4}-\d\d-\d\d_\d\d-\d\dZ\.zip"$/);
    expect(Object.keys(unzipSync(sdk.body ?? new Uint8Array()))).toContain("apiGateway-js-sdk/apigClient.js");
    for (const [sdkType, message] of [
      ["swift", "SDKs of type swift cannot be generated here. Those of these types can: java, javascript"],
      ["java", "Missing required parameter: serviceName"],
    ] as const) {
      await expect(client.getSdk({ restApiId, stageName: "prod", sdkType })).rejects.toMatchObject({
        name: "BadRequestException",
        message,
      });
    }
    await expect(client.getSdk({ restApiId, stageName: "none", sdkType: "javascript" })).rejects.toMatchObject({
      name: "NotFoundException",
      message: "Invalid Stage identifier specified",
    });
  });
}
