import { describe, expect, it } from "vitest";
import { Imports, operation, swagger } from "../../../test/support/import-fixture.ts";

describe("ImportRestApi", () => {
  it("makes a RestApi of a definition", async () => {
    const imports = new Imports();
    const { reply, restApi, resources, method, integration } = await imports.import(
      swagger({ paths: { "/pets/{id}": { get: operation() } } }),
    );
    expect(reply).toStrictEqual(restApi);
    expect(restApi).toMatchObject({ name: "pets", version: "1" });
    expect(resources.map(({ path }) => path)).toEqual(["/", "/pets", "/pets/{id}"]);
    expect(method("/pets/{id}")).toMatchObject({ authorizationType: "NONE", apiKeyRequired: false });
    expect(integration("/pets/{id}")).toMatchObject({ type: "MOCK" });
  });
});
