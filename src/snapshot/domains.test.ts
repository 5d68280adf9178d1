import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BasePathMappingDocument } from "../model/documents.ts";
import { DomainProgram, Domains } from "./domains.ts";

const mapping = (basePath: string, stage?: string): BasePathMappingDocument => ({
  basePath,
  restApiId: `api-${basePath}`,
  ...(stage !== undefined && { stage }),
});

describe("a domain's mappings", () => {
  const domain = new DomainProgram([
    mapping("v1", "prod"),
    mapping("free"),
    mapping("a!b", "prod"),
    mapping("__proto__", "p"),
  ]);
  const withRoot = new DomainProgram([mapping("v1", "prod"), mapping("(none)", "root")]);
  const openRoot = new DomainProgram([mapping("(none)")]);

  const v1 = { apiId: "api-v1", stageName: "prod", basePath: "v1" };
  const free = { apiId: "api-free", basePath: "free" };
  const root = { apiId: "api-(none)", stageName: "root", basePath: "(none)" };

  it.each<[string, DomainProgram, string, object | undefined]>([
    ["takes the first segment away", domain, "/v1/pets/1", { ...v1, path: "/pets/1" }],
    ["leaves nothing of the base path alone", domain, "/v1", { ...v1, path: "" }],
    ["keeps the slash behind it", domain, "/v1/", { ...v1, path: "/" }],
    ["skips doubled slashes", domain, "//v1//pets", { ...v1, path: "//pets" }],
    ["compares whole segments", domain, "/v1x/pets", undefined],
    ["compares letters by case", domain, "/V1/pets", undefined],
    ["undoes escapes in the segment", domain, "/a%21b/pets", { apiId: "api-a!b", path: "/pets" }],
    ["survives broken escapes", domain, "/%/pets", undefined],
    ["has no root of its own", domain, "/", undefined],
    ["has no root of its own, without a path", domain, "", undefined],
    ["knows no word of JavaScript", domain, "/constructor/pets", undefined],
    ["takes any word for a base path", domain, "/__proto__/pets", { apiId: "api-__proto__", path: "/pets" }],
    ["finds the stage behind the base path", domain, "/free/dev/pets", { ...free, stageName: "dev", path: "/pets" }],
    ["finds no stage where there is none", domain, "/free/", { ...free, stageName: "", path: "" }],
    ["gives the root what no other takes", withRoot, "/pets/v1", { ...root, path: "/pets/v1" }],
    ["gives the root nothing that is no path", withRoot, "*", undefined],
    ["prefers the base path to the root", withRoot, "/v1/pets", { ...v1, path: "/pets" }],
    ["does not take the root's own name for a base path", withRoot, "/(none)/pets", { ...root, path: "/(none)/pets" }],
    [
      "finds the root's stage in the path",
      openRoot,
      "/dev/pets",
      { stageName: "dev", path: "/pets", basePath: "(none)" },
    ],
  ])("%s", (_name, program, path, expected) => {
    const address = program.addressOf(path);
    if (expected === undefined) expect(address).toBeUndefined();
    else expect(address).toMatchObject(expected);
  });

  it("agrees with a plain reading of its rules", () => {
    const segment = fc.constantFrom("v1", "v2", "dev", "pets", "");
    const paths = fc.array(segment, { maxLength: 4 }).map((parts) => parts.map((part) => `/${part}`).join(""));
    const some = fc.uniqueArray(
      fc.record({ basePath: fc.constantFrom("v1", "v2", "(none)"), stage: fc.constantFrom("prod", undefined) }),
      { selector: ({ basePath }) => basePath },
    );
    fc.assert(
      fc.property(some, paths, (given, path) => {
        const mappings = given.map(({ basePath, stage }) => mapping(basePath, stage));
        const parts = path.split("/").filter((part) => part !== "");
        const own = mappings.find(({ basePath }) => basePath === parts[0]);
        const chosen = own ?? mappings.find(({ basePath }) => basePath === "(none)");
        const address = new DomainProgram(mappings).addressOf(path);
        expect(address?.apiId).toBe(chosen?.restApiId);
        if (chosen === undefined || address === undefined) return;
        const rest = own === undefined ? parts : parts.slice(1);
        expect(address.stageName).toBe(chosen.stage ?? rest[0] ?? "");
        const below = chosen.stage === undefined ? rest.slice(1) : rest;
        expect(address.path.split("/").filter((part) => part !== "")).toEqual(below);
      }),
      { seed: 14, numRuns: 500 },
    );
  });
});

describe("domains", () => {
  it("are found by host, a wildcard one label below and behind a name of its own", () => {
    const domains = new Domains();
    domains.put("*.example.com", [mapping("(none)", "wild")]);
    domains.put("api.example.com", [mapping("(none)", "own")]);
    const stageAt = (host: string) => domains.find(host)?.addressOf("/")?.stageName;
    expect(stageAt("api.example.com")).toBe("own");
    expect(stageAt("any.example.com")).toBe("wild");
    for (const host of ["example.com", "a.b.example.com", "com", "", "*.com"]) expect(stageAt(host)).toBeUndefined();
    domains.put("api.example.com", [mapping("(none)", "other")]);
    expect(stageAt("api.example.com")).toBe("other");
    domains.delete("api.example.com");
    expect(stageAt("api.example.com")).toBe("wild");
    domains.delete("*.example.com");
    expect(stageAt("api.example.com")).toBeUndefined();
  });
});
