/** DocumentationPart and the DocumentationVersions that freeze it, through the SDK. */
import type { APIGateway } from "@aws-sdk/client-api-gateway";
import { expect, it } from "vitest";

export function describeDocumentation(use: () => APIGateway): void {
  it("creates, reads, lists, changes and deletes a DocumentationPart", async () => {
    const client = use();
    const { id: restApiId } = await client.createRestApi({ name: "documented" });
    const properties = JSON.stringify({ description: "All pets" });
    const made = await client.createDocumentationPart({
      restApiId,
      location: { type: "METHOD", path: "/pets" },
      properties,
    });
    expect(made).toMatchObject({ location: { type: "METHOD", path: "/pets", method: "*" }, properties });
    const place = { restApiId, documentationPartId: made.id };
    const changed = await client.updateDocumentationPart({
      ...place,
      patchOperations: [{ op: "replace", path: "/properties", value: "{}" }],
    });
    expect(changed.properties).toBe("{}");
    expect(await client.getDocumentationPart(place)).toMatchObject({ id: made.id, properties: "{}" });
    await client.createDocumentationPart({ restApiId, location: { type: "API" }, properties });
    const listed = await client.getDocumentationParts({ restApiId, type: "METHOD", locationStatus: "UNDOCUMENTED" });
    expect(listed.items?.map(({ id }) => id)).toEqual([made.id]);
    await expect(
      client.createDocumentationPart({ restApiId, location: { type: "API" }, properties }),
    ).rejects.toMatchObject({
      name: "ConflictException",
      message: "Documentation part already exists for the specified location: type 'API'.",
    });
    await expect(
      client.createDocumentationPart({ restApiId, location: { type: "TABLE" as "API" }, properties }),
    ).rejects.toThrow("'createDocumentationPartInput.location.type' failed to satisfy constraint");
    const definition = {
      swagger: "2.0",
      info: { title: "documented", version: "1" },
      paths: {},
      "x-amazon-apigateway-documentation": {
        documentationParts: [
          { location: { type: "API" }, properties: { "x-owner": "us" } },
          { location: { type: "RESOURCE", path: "/pets" }, properties: { description: "Pets" } },
        ],
      },
    };
    const imported = await client.importDocumentationParts({
      restApiId,
      mode: "merge",
      failOnWarnings: true,
      body: Buffer.from(JSON.stringify(definition)),
    });
    expect(imported.ids).toHaveLength(2);
    const [first] = (await client.getDocumentationParts({ restApiId, type: "API" })).items ?? [];
    expect(first).toMatchObject({ id: imported.ids?.[0], properties: '{"description":"All pets","x-owner":"us"}' });
    await expect(
      client.importDocumentationParts({ restApiId, body: Buffer.from("not a definition") }),
    ).rejects.toMatchObject({
      name: "BadRequestException",
      message: "Unable to build importer with provided input.",
    });
    await client.deleteDocumentationPart(place);
    await expect(client.getDocumentationPart(place)).rejects.toMatchObject({
      name: "NotFoundException",
      message: "Invalid Documentation part identifier specified",
    });
    await client.deleteRestApi({ restApiId });
  });
}
