import { describe, expect, it } from "vitest";
import { bad, missing, newApi, newResource, refusalOf, taken } from "../../../../test/support/api-fixture.ts";
import { describePatchMatrix, familyA } from "../../../../test/support/patch-matrix.ts";
import { pathsOf, resourcesOf, updateResource } from "../../../../test/support/resources.ts";
import type { ResourceDocument } from "../../../model/documents.ts";
import type { PatchOperation } from "../../../model/service.ts";
import { resourceRules } from "./resource.ts";

function open() {
  const api = newApi();
  const other = newResource(api, api.rootId, "other");
  const resource = newResource(api, api.rootId, "resource");
  return {
    tx: api.context.tx,
    // `other` stands for the id that this resource happens to have.
    update: (operations: readonly PatchOperation[]) =>
      updateResource(
        api,
        resource,
        ...operations.map((sent) => (sent.value === "other" ? { ...sent, value: other } : sent)),
      ),
  };
}

describePatchMatrix("Resource", {
  rules: resourceRules.table.rules as never,
  rows: [
    { rule: "/parentId", value: "other", ops: { replace: { path: "/other/resource" } } },
    { rule: "/pathPart", value: "renamed", ops: { replace: { pathPart: "renamed", path: "/renamed" } } },
  ],
  open,
  ...familyA("/parentId, /pathPart"),
  unlisted: ["/path", "/pathPart/", "/resourceMethods", "/resourceMethods/GET", "/parentId/x"],
});

describe("UpdateResource", () => {
  it("re-computes the paths of everything below", () => {
    const api = newApi();
    const a = newResource(api, api.rootId, "a");
    const b = newResource(api, a, "b");
    newResource(api, b, "{c}");
    const other = newResource(api, api.rootId, "other");
    updateResource(api, a, { op: "replace", path: "/pathPart", value: "renamed" });
    expect(pathsOf(api)).toEqual(["/", "/other", "/renamed", "/renamed/b", "/renamed/b/{c}"]);
    updateResource(api, b, { op: "replace", path: "/parentId", value: other });
    expect(pathsOf(api)).toEqual(["/", "/other", "/other/b", "/other/b/{c}", "/renamed"]);
  });

  it("keeps methods, and shows them as {}", () => {
    const api = newApi();
    const a = newResource(api, api.rootId, "a");
    const stored = resourcesOf(api).find(({ id }) => id === a);
    api.context.tx.put("resource", api.restApiId, a, {
      ...(stored as ResourceDocument),
      resourceMethods: { GET: { httpMethod: "GET", authorizationType: "NONE", apiKeyRequired: false } },
    });
    const reply = updateResource(api, a, { op: "replace", path: "/pathPart", value: "b" });
    expect(reply).toMatchObject({ path: "/b", resourceMethods: { GET: {} } });
    expect(resourcesOf(api).find(({ id }) => id === a)?.resourceMethods["GET"]?.authorizationType).toBe("NONE");
  });

  const cyclical = bad("Resources cannot be cyclical.");
  it.each([
    ["under itself", "a", "/parentId", "a", cyclical],
    ["under its child", "a", "/parentId", "b", cyclical],
    ["under its grandchild", "a", "/parentId", "c", cyclical],
    ["under nothing", "a", "/parentId", "nope", missing("Invalid Resource identifier specified")],
    ["without a value", "a", "/parentId", undefined, missing("Invalid Resource identifier specified")],
    [
      "under a greedy part",
      "a",
      "/parentId",
      "proxy",
      bad("Cannot create a child of a resource with a greedy path variable: {proxy+}"),
    ],
    [
      "where its name is taken",
      "b2",
      "/parentId",
      "a",
      taken("Another resource with the same parent already has this name: b"),
    ],
    ["to a taken name", "a", "/pathPart", "b", taken("Another resource with the same parent already has this name: b")],
    ["to its own name", "a", "/pathPart", "a", "nothing"],
    [
      "to a second variable",
      "a",
      "/pathPart",
      "{x}",
      bad("A sibling ({proxy+}) of this resource already has a variable path part -- only one is allowed"),
    ],
    [
      "to greedy, with children",
      "b",
      "/pathPart",
      "{b+}",
      bad("Cannot create a child of a resource with a greedy path variable: {b+}"),
    ],
    ["to greedy, without", "c", "/pathPart", "{c+}", "nothing"],
    ["the root's part", "root", "/pathPart", "x", bad("Root resource cannot update its pathPart.")],
    ["the root's parent", "root", "/parentId", "a", bad("Root resource cannot update its parentId.")],
  ])("%s", (_name, which, path, value, expected) => {
    const api = newApi();
    const a = newResource(api, api.rootId, "a");
    const b = newResource(api, a, "b");
    const ids: Record<string, string> = {
      root: api.rootId,
      a,
      b,
      c: newResource(api, b, "c"),
      b2: newResource(api, api.rootId, "b"),
      proxy: newResource(api, api.rootId, "{proxy+}"),
    };
    const before = structuredClone(resourcesOf(api));
    // Names stand for ids only where an id is meant.
    const sent = path === "/parentId" ? (ids[value ?? ""] ?? value) : value;
    expect(refusalOf(() => updateResource(api, ids[which] ?? "", { op: "replace", path, value: sent }))).toBe(expected);
    if (expected !== "nothing") expect(resourcesOf(api)).toEqual(before);
  });

  it("looks at neighbours once, where it ends up", () => {
    const api = newApi();
    const a = newResource(api, api.rootId, "a");
    newResource(api, a, "x");
    const x = newResource(api, api.rootId, "x");
    const [move, rename] = [
      { op: "replace", path: "/parentId", value: a },
      { op: "replace", path: "/pathPart", value: "y" },
    ];
    expect(updateResource(api, x, move, rename).path).toBe("/a/y");
  });

  it("changes nothing without operations", () => {
    const api = newApi();
    const a = newResource(api, api.rootId, "a");
    expect(updateResource(api, a)).toStrictEqual({ id: a, parentId: api.rootId, pathPart: "a", path: "/a" });
  });
});
