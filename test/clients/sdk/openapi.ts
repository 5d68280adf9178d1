/** OpenAPI out of a stage through the SDK. */
import type { APIGateway } from "@aws-sdk/client-api-gateway";
import { expect, it } from "vitest";
import { deployApi } from "../../support/sdk.ts";

export function describeOpenApi(use: () => APIGateway): void {
  it("exports a stage in both versions, as JSON and as YAML", async () => {
    const client = use();
    const { restApiId } = await deployApi(client, "prod");
    const stage = { restApiId, stageName: "prod" };
    const plain = await client.getExport({ ...stage, exportType: "oas30" });
    expect(plain.contentType).toBe("application/octet-stream");
    expect(plain.contentDisposition).toMatch(/^attachment; filename="oas30_\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\.json"$/);
    const document = JSON.parse(plain.body?.transformToString() ?? "") as Readonly<Record<string, unknown>>;
    expect(document).toMatchObject({ openapi: "3.0.1", info: { title: "test" }, paths: { "/": { get: {} } } });
    expect(plain.body?.transformToString()).not.toContain("x-amazon");
    // A payload has no HAL: what asks for that gets the same bytes.
    const hal = await client.getExport({ ...stage, exportType: "oas30", accepts: "application/hal+json" });
    expect(hal.contentType).toBe("application/octet-stream");
    expect(JSON.parse(hal.body?.transformToString() ?? "")).toEqual(document);
    const full = await client.getExport({
      ...stage,
      exportType: "swagger",
      accepts: "application/yaml",
      parameters: { extensions: "integrations,authorizers" },
    });
    expect(full.contentDisposition).toMatch(/^attachment; filename="swagger_.*\.yaml"$/);
    expect(full.body?.transformToString()).toMatch(/^---\nswagger: "2\.0"\n[^]*\n {8}type: "mock"\n/);
    await expect(client.getExport({ ...stage, exportType: "raml" })).rejects.toMatchObject({
      name: "BadRequestException",
      message: "Invalid export type specified. Valid options are oas30,swagger",
    });
    await client.deleteRestApi({ restApiId });
  });
}
