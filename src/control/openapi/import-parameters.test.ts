/** The free parameters of an import: base paths, endpoints, documentation (facts/control.md 1.1). */
import { describe, expect, it } from "vitest";
import { Imports, oas30, operation, type Spelling, spellings, swagger } from "../../../test/support/import-fixture.ts";

type Given = Readonly<Record<string, unknown>>;

const inEach = describe.each(
  spellings
    .filter(({ label }) => label.endsWith("JSON"))
    .map((spelling): [string, Spelling] => [spelling.label, spelling]),
);

inEach("the base path of OpenAPI %s", (_label, { spell, version }) => {
  const based = (basePath: string): Given =>
    version === "2.0"
      ? { basePath }
      : {
          servers: [
            {
              url: `https://a1b2.execute-api.us-east-1.amazonaws.com/{basePath}`,
              variables: { basePath: { default: basePath } },
            },
            { url: "https://127.0.0.1/other" },
          ],
        };

  it.each([
    ["ignore", "/a/b/c", ["/", "/e"]],
    [undefined, "/a/b/c", ["/", "/e"]],
    ["prepend", "/a/b/c", ["/", "/a", "/a/b", "/a/b/c", "/a/b/c/e"]],
    ["prepend", "a/", ["/", "/a", "/a/e"]],
    ["split", "/a/b/c", ["/", "/b", "/b/c", "/b/c/e"]],
    ["split", "/a", ["/", "/e"]],
    ["prepend", "/", ["/", "/e"]],
    ["Prepend", "/a", ["/", "/a", "/a/e"]],
  ])("is dealt with as %s says: %s", async (basepath, basePath, paths) => {
    const definition = spell({ ...based(basePath), paths: { "/e": { get: operation() } } });
    const { resources } = await new Imports().import(
      definition,
      basepath === undefined ? {} : { parameters: { basepath } },
    );
    expect(resources.map(({ path }) => path)).toEqual(paths);
  });
});

describe("3.0's servers", () => {
  it.each([
    [[{ url: "https://127.0.0.1/v1" }], ["/", "/v1", "/v1/e"]],
    [[{ url: "/v1" }], ["/", "/v1", "/v1/e"]],
    [[{ url: "https://127.0.0.1" }], ["/", "/e"]],
    [[{ url: "//127.0.0.1:80/v1/{x}?q#f", variables: { x: { default: "y" } } }], ["/", "/v1", "/v1/y", "/v1/y/e"]],
    [[{ url: "https://127.0.0.1/{x}" }], ["/", "/e"]],
    [
      [{ url: "https://127.0.0.1/v1", variables: { basePath: { default: "/a" }, stage: { default: "b" } } }],
      ["/", "/a", "/a/e"],
    ],
    [
      [
        { url: "https://127.0.0.1/v1" },
        { url: "https://127.0.0.1/v2/{basePath}", variables: { basePath: { default: "a" } } },
        { url: "https://127.0.0.1/{basePath}", variables: { basePath: { default: "b" } } },
      ],
      ["/", "/a", "/a/e"],
    ],
    [[{ url: "/{basePath}", variables: { basePath: {} } }], ["/", "/e"]],
    [[], ["/", "/e"]],
    [["x"], ["/", "/e"]],
  ])("%j", async (servers, paths) => {
    const definition = oas30({ servers, paths: { "/e": { get: operation() } } });
    const { resources } = await new Imports().import(definition, { parameters: { basepath: "prepend" } });
    expect(resources.map(({ path }) => path)).toEqual(paths);
  });
});

describe("the parameters of an import", () => {
  it.each<[Readonly<Record<string, string>>, Given]>([
    [{}, { types: ["EDGE"], ipAddressType: "ipv4" }],
    [{ endpointConfigurationTypes: "REGIONAL" }, { types: ["REGIONAL"], ipAddressType: "ipv4" }],
    [
      { endpointConfigurationTypes: "PRIVATE", vpcEndpointIds: "vpce-1, vpce-2" },
      { types: ["PRIVATE"], ipAddressType: "dualstack", vpcEndpointIds: ["vpce-1", "vpce-2"] },
    ],
    [{ unknown: "x" }, { types: ["EDGE"], ipAddressType: "ipv4" }],
  ])("%j", async (parameters, endpointConfiguration) => {
    const { restApi } = await new Imports().import(swagger(), { parameters });
    expect(restApi.endpointConfiguration).toEqual(endpointConfiguration);
  });

  it.each<[Readonly<Record<string, string>>, string]>([
    [
      { endpointConfigurationTypes: "LOCAL" },
      "Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE",
    ],
    [{ endpointConfigurationTypes: "EDGE,REGIONAL" }, "Cannot create an api with multiple Endpoint Types."],
    [{ basepath: "drop" }, "Invalid basepath specified. Valid options are ignore,prepend,split"],
    [{ ignore: "models" }, "Invalid ignore specified. Valid options are documentation"],
    [{ vpcEndpointIds: "vpce-1" }, "VPCEndpoints can only be specified with PRIVATE apis."],
  ])("%j is refused", async (parameters, message) => {
    await expect(new Imports().import(swagger(), { parameters })).rejects.toThrow(message);
  });

  it("change the endpoint of a RestApi that there is, and leave it when they say nothing", async () => {
    const imports = new Imports();
    const parameters = { endpointConfigurationTypes: "PRIVATE", vpcEndpointIds: "vpce-1" };
    const { restApi } = await imports.import(swagger(), { parameters });
    const kept = await imports.put(restApi.id, swagger(), { mode: "overwrite" });
    expect(kept.restApi.endpointConfiguration).toEqual(restApi.endpointConfiguration);
    const regional = { parameters: { endpointConfigurationTypes: "REGIONAL" } };
    const changed = await imports.put(restApi.id, swagger(), regional);
    expect(changed.restApi.endpointConfiguration).toEqual({ types: ["REGIONAL"], ipAddressType: "ipv4" });
  });
});
