import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bad,
  labelled,
  missing,
  newApi,
  newResource,
  refusalOf,
  taken,
  newMethod,
  type ApiFixture,
} from "../../../test/support/api-fixture.ts";
import { describePatchMatrix, familyA } from "../../../test/support/patch-matrix.ts";
import { limits } from "../../limits.ts";
import type { ResourceDocument } from "../../model/documents.ts";
import type { PatchOperation } from "../../model/service.ts";
import { resourceRules } from "../patch/rules/resource.ts";
import { resourceOperations } from "./resource.ts";

const { CreateResource, DeleteResource, GetResource, GetResources, UpdateResource } = resourceOperations;

const all = ({ context, restApiId }: ApiFixture): readonly ResourceDocument[] => context.tx.list("resource", restApiId);
const paths = (api: ApiFixture): string[] =>
  all(api)
    .map(({ path }) => path)
    .toSorted();
const update = (api: ApiFixture, resourceId: string, ...patchOperations: PatchOperation[]) =>
  UpdateResource({ restApiId: api.restApiId, resourceId, patchOperations }, api.context);

describe("CreateResource", () => {
  it("answers id, parentId, pathPart and path, and nothing more", () => {
    const api = newApi();
    const pets = CreateResource({ restApiId: api.restApiId, parentId: api.rootId, pathPart: "pets" }, api.context);
    expect(pets).toStrictEqual({ id: pets.id, parentId: api.rootId, pathPart: "pets", path: "/pets" });
    expect(pets.id).toMatch(/^[a-z0-9]{6}$/);
    const child = CreateResource({ restApiId: api.restApiId, parentId: pets.id ?? "", pathPart: "{id}" }, api.context);
    expect(child).toMatchObject({ parentId: pets.id, pathPart: "{id}", path: "/pets/{id}" });
  });

  it.each([
    ["unknown parent", "nope", "pets", missing("Invalid Resource identifier specified")],
    ["same name", "root", "child", taken("Another resource with the same parent already has this name: child")],
    [
      "second variable",
      "root",
      "{id}",
      bad("A sibling ({proxy+}) of this resource already has a variable path part -- only one is allowed"),
    ],
    [
      "same variable",
      "root",
      "{proxy+}",
      taken("Another resource with the same parent already has this name: {proxy+}"),
    ],
    [
      "below a greedy part",
      "proxy",
      "x",
      bad("Cannot create a child of a resource with a greedy path variable: {proxy+}"),
    ],
    ["greedy below a literal", "child", "{child+}", "nothing"],
    ["variable below a literal", "child", "{child}", "nothing"],
    ["literal beside a greedy part", "root", "other", "nothing"],
  ])("%s", (_name, parent, pathPart, expected) => {
    const api = newApi();
    const ids: Record<string, string> = {
      root: api.rootId,
      child: newResource(api, api.rootId, "child"),
      proxy: newResource(api, api.rootId, "{proxy+}"),
    };
    const input = { restApiId: api.restApiId, parentId: ids[parent] ?? parent, pathPart };
    expect(refusalOf(() => CreateResource(input, api.context))).toBe(expected);
  });

  const characters = bad(
    "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly braces at the beginning and the end.",
  );
  it.each(labelled(["a", "A.b_c-d:e", "0", "{a}", "{a+}", "{a.b}", "..", "__proto__", "x".repeat(256)]))(
    "takes %s",
    (_label, pathPart) => {
      const api = newApi();
      expect(refusalOf(() => newResource(api, api.rootId, pathPart))).toBe("nothing");
    },
  );
  it.each(
    labelled([
      "",
      " ",
      "a b",
      "a/b",
      "é",
      "a%20b",
      "{",
      "}",
      "{}",
      "{+}",
      "{a",
      "a}",
      "a{b}",
      "{a}b",
      "{a+}+",
      "{a++}",
      "{a}{b}",
      "a\n",
      "\u0000",
      "a+",
      "*",
      "x".repeat(257),
      "x".repeat(1_000_000),
      `{${"a".repeat(1_000_000)}`,
    ]),
  )("refuses %s", (_label, pathPart) => {
    const api = newApi();
    expect(refusalOf(() => newResource(api, api.rootId, pathPart))).toBe(characters);
  });

  it("stops at the service's quota", () => {
    const api = newApi();
    for (let i = 1; i < limits.resourcesPerApi; i++) newResource(api, api.rootId, `r${i}`);
    expect(all(api)).toHaveLength(limits.resourcesPerApi);
    expect(refusalOf(() => newResource(api, api.rootId, "more"))).toBe(
      "LimitExceededException: Maximum number of Resources for this API has been reached.  Please contact AWS if you need additional Resources.",
    );
  });
});

describe("GetResource and GetResources", () => {
  const embed = ["methods"];

  it("shows the root without parent, part and methods", () => {
    const api = newApi();
    const input = { restApiId: api.restApiId, resourceId: api.rootId };
    expect(GetResource(input, api.context)).toStrictEqual({ id: api.rootId, path: "/" });
    expect(GetResource({ ...input, embed }, api.context)).toStrictEqual({ id: api.rootId, path: "/" });
  });

  it("shows methods as {} each, and whole when they are embedded", () => {
    const api = newApi();
    newMethod(api);
    const input = { restApiId: api.restApiId, resourceId: api.rootId };
    expect(GetResource(input, api.context).resourceMethods).toStrictEqual({ GET: {} });
    const whole = { GET: { httpMethod: "GET", authorizationType: "NONE", apiKeyRequired: false } };
    expect(GetResource({ ...input, embed }, api.context).resourceMethods).toStrictEqual(whole);
    expect(GetResources({ ...input, embed }, api.context).items?.[0]?.resourceMethods).toStrictEqual(whole);
    expect(GetResources(input, api.context).items?.[0]?.resourceMethods).toStrictEqual({ GET: {} });
  });

  it("lists by path, in pages", () => {
    const api = newApi();
    for (const part of ["c", "a", "b"]) newResource(api, api.rootId, part);
    const { restApiId, context } = api;
    expect(GetResources({ restApiId }, context).items?.map(({ path }) => path)).toEqual(["/", "/a", "/b", "/c"]);
    const first = GetResources({ restApiId, limit: 3 }, context);
    expect(first.items?.map(({ path }) => path)).toEqual(["/", "/a", "/b"]);
    const second = GetResources({ restApiId, limit: 3, position: first.position }, context);
    expect(second.items?.map(({ path }) => path)).toEqual(["/c"]);
    expect(second.position).toBeUndefined();
  });

  it("says what there is not", () => {
    const { context, restApiId } = newApi();
    const noResource = missing("Invalid Resource identifier specified");
    const both = { restApiId: "nope", resourceId: "nope" };
    expect(refusalOf(() => GetResource({ ...both, restApiId }, context))).toBe(noResource);
    expect(refusalOf(() => GetResource(both, context))).toBe(noResource);
    expect(refusalOf(() => UpdateResource(both, context))).toBe(noResource);
    expect(refusalOf(() => DeleteResource(both, context))).toBe(noResource);
    expect(refusalOf(() => CreateResource({ restApiId: "nope", parentId: "nope", pathPart: "x" }, context))).toBe(
      noResource,
    );
    expect(refusalOf(() => GetResources({ restApiId: "nope" }, context))).toBe(
      missing("Invalid API identifier specified 123456789012:nope"),
    );
  });
});

function open() {
  const api = newApi();
  const other = newResource(api, api.rootId, "other");
  const resource = newResource(api, api.rootId, "resource");
  return {
    tx: api.context.tx,
    // `other` stands for the id that this resource happens to have.
    update: (operations: readonly PatchOperation[]) =>
      update(api, resource, ...operations.map((sent) => (sent.value === "other" ? { ...sent, value: other } : sent))),
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
    update(api, a, { op: "replace", path: "/pathPart", value: "renamed" });
    expect(paths(api)).toEqual(["/", "/other", "/renamed", "/renamed/b", "/renamed/b/{c}"]);
    update(api, b, { op: "replace", path: "/parentId", value: other });
    expect(paths(api)).toEqual(["/", "/other", "/other/b", "/other/b/{c}", "/renamed"]);
  });

  it("keeps methods, and shows them as {}", () => {
    const api = newApi();
    const a = newResource(api, api.rootId, "a");
    const stored = all(api).find(({ id }) => id === a);
    api.context.tx.put("resource", api.restApiId, a, {
      ...(stored as ResourceDocument),
      resourceMethods: { GET: { httpMethod: "GET", authorizationType: "NONE", apiKeyRequired: false } },
    });
    const reply = update(api, a, { op: "replace", path: "/pathPart", value: "b" });
    expect(reply).toMatchObject({ path: "/b", resourceMethods: { GET: {} } });
    expect(all(api).find(({ id }) => id === a)?.resourceMethods["GET"]?.authorizationType).toBe("NONE");
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
    const before = structuredClone(all(api));
    // Names stand for ids only where an id is meant.
    const sent = path === "/parentId" ? (ids[value ?? ""] ?? value) : value;
    expect(refusalOf(() => update(api, ids[which] ?? "", { op: "replace", path, value: sent }))).toBe(expected);
    if (expected !== "nothing") expect(all(api)).toEqual(before);
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
    expect(update(api, x, move, rename).path).toBe("/a/y");
  });

  it("changes nothing without operations", () => {
    const api = newApi();
    const a = newResource(api, api.rootId, "a");
    expect(update(api, a)).toStrictEqual({ id: a, parentId: api.rootId, pathPart: "a", path: "/a" });
  });
});

describe("DeleteResource", () => {
  it("takes everything below with it", () => {
    const api = newApi();
    const a = newResource(api, api.rootId, "a");
    const b = newResource(api, a, "b");
    newResource(api, b, "c");
    newResource(api, api.rootId, "d");
    DeleteResource({ restApiId: api.restApiId, resourceId: a }, api.context);
    expect(paths(api)).toEqual(["/", "/d"]);
    expect(refusalOf(() => GetResource({ restApiId: api.restApiId, resourceId: b }, api.context))).toBe(
      missing("Invalid Resource identifier specified"),
    );
  });

  it("does not take the root", () => {
    const api = newApi();
    const input = { restApiId: api.restApiId, resourceId: api.rootId };
    expect(refusalOf(() => DeleteResource(input, api.context))).toBe(bad("Root resource cannot be deleted."));
  });
});

/** The tree must hold together after anything: paths follow from parents, parents exist, no cycles, rules of siblings. */
function checkTree(api: ApiFixture): void {
  const byId = new Map(all(api).map((resource) => [resource.id, resource]));
  const children = new Set<string>();
  for (const { id, parentId, pathPart, path } of byId.values()) {
    if (parentId === undefined) {
      expect([id, path]).toEqual([api.rootId, "/"]);
      continue;
    }
    const parent = byId.get(parentId);
    expect(path).toBe(`${parent?.path === "/" ? "" : parent?.path}/${pathPart}`);
    expect(parent?.pathPart?.endsWith("+}") ?? false).toBe(false);
    const slot = `${parentId} ${pathPart?.startsWith("{") === true ? "{}" : pathPart}`;
    expect(children.has(slot)).toBe(false);
    children.add(slot);
    let steps = 0;
    for (let at = parent; at?.parentId !== undefined; at = byId.get(at.parentId)) {
      expect(++steps).toBeLessThanOrEqual(byId.size);
    }
  }
  expect(new Set([...byId.values()].map(({ path }) => path)).size).toBe(byId.size);
}

describe("a tree of resources", () => {
  const part = fc.constantFrom("a", "b", "c", "{x}", "{y}", "{z+}");
  const place = fc.nat({ max: 40 });
  const command = fc.oneof(
    fc.record({ kind: fc.constant("create"), at: place, part, to: place }),
    fc.record({ kind: fc.constantFrom("move", "rename", "both"), at: place, part, to: place }),
    fc.record({ kind: fc.constant("delete"), at: place, part, to: place }),
  );

  it("stays consistent through any creations, moves, renames and deletions", () => {
    const seen = { accepted: 0, refused: 0 };
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
        const api = newApi();
        const { restApiId, context } = api;
        for (const { kind, at, part: pathPart, to } of commands) {
          const ids = all(api).map(({ id }) => id);
          const resourceId = ids[at % ids.length] ?? "";
          const move = { op: "replace", path: "/parentId", value: ids[to % ids.length] };
          const rename = { op: "replace", path: "/pathPart", value: pathPart };
          const before = paths(api);
          const refusal = refusalOf(() => {
            if (kind === "create") CreateResource({ restApiId, parentId: resourceId, pathPart }, context);
            else if (kind === "delete") DeleteResource({ restApiId, resourceId }, context);
            else update(api, resourceId, ...(kind === "move" ? [move] : kind === "rename" ? [rename] : [move, rename]));
          });
          seen[refusal === "nothing" ? "accepted" : "refused"]++;
          if (refusal !== "nothing") expect(paths(api)).toEqual(before);
          checkTree(api);
        }
      }),
      { seed: 20, numRuns: 100 },
    );
    // Both kinds of outcome were really met.
    expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(100);
  });
});
