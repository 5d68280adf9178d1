/** OpenAPI into a RestApi through the SDK. */
import type { APIGateway } from "@aws-sdk/client-api-gateway";
import { expect, it } from "vitest";
import { bodyOf, oas30, operation, swagger } from "../../support/import-fixture.ts";

export function describeImports(use: () => APIGateway): void {
  it("imports a definition, and puts others over it", async () => {
    const client = use();
    const made = await client.importRestApi({
      body: bodyOf(swagger({ paths: { "/pets": { get: operation() }, "/toys": { get: operation() } } })),
      parameters: { endpointConfigurationTypes: "REGIONAL" },
      failOnWarnings: true,
    });
    expect(made).toMatchObject({ name: "pets", version: "1", endpointConfiguration: { types: ["REGIONAL"] } });
    const restApiId = made.id ?? "";
    const pathsOf = async () => (await client.getResources({ restApiId })).items?.map(({ path }) => path);

    const body = bodyOf(oas30({ info: { title: "zoo" }, paths: { "/food": { get: operation() } } }));
    const merged = await client.putRestApi({ restApiId, body, mode: "merge" });
    expect(merged).toMatchObject({ id: restApiId, name: "zoo", version: "1" });
    expect(merged.warnings).toEqual(["Parse issue: attribute info.version is missing"]);
    expect(await pathsOf()).toEqual(["/", "/food", "/pets", "/toys"]);
    await expect(client.putRestApi({ restApiId, body, failOnWarnings: true })).rejects.toMatchObject({
      name: "BadRequestException",
      message: "Warnings found during import:\n\tParse issue: attribute info.version is missing",
    });
    await client.putRestApi({ restApiId, body, mode: "overwrite" });
    expect(await pathsOf()).toEqual(["/", "/food"]);
    await expect(client.importRestApi({ body: bodyOf("{") })).rejects.toMatchObject({
      name: "BadRequestException",
      message: expect.stringMatching(/^Invalid OpenAPI input\. Line 1, column /),
    });
    await client.deleteRestApi({ restApiId });
  });
}
