import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ApiFixture, newApi, refusalOf } from "../../../test/support/api-fixture.ts";
import { pathsOf, resourcesOf, updateResource } from "../../../test/support/resources.ts";
import { resourceOperations } from "./resource.ts";

const { CreateResource, DeleteResource } = resourceOperations;

/** The tree must hold together after anything: paths follow from parents, parents exist, no cycles, rules of siblings. */
function checkTree(api: ApiFixture): void {
  const byId = new Map(resourcesOf(api).map((resource) => [resource.id, resource]));
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
          const ids = resourcesOf(api).map(({ id }) => id);
          const resourceId = ids[at % ids.length] ?? "";
          const move = { op: "replace", path: "/parentId", value: ids[to % ids.length] };
          const rename = { op: "replace", path: "/pathPart", value: pathPart };
          const before = pathsOf(api);
          const refusal = refusalOf(() => {
            if (kind === "create") CreateResource({ restApiId, parentId: resourceId, pathPart }, context);
            else if (kind === "delete") DeleteResource({ restApiId, resourceId }, context);
            else
              updateResource(
                api,
                resourceId,
                ...(kind === "move" ? [move] : kind === "rename" ? [rename] : [move, rename]),
              );
          });
          seen[refusal === "nothing" ? "accepted" : "refused"]++;
          if (refusal !== "nothing") expect(pathsOf(api)).toEqual(before);
          checkTree(api);
        }
      }),
      { seed: 20, numRuns: 100 },
    );
    // Both kinds of outcome were really met.
    expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(100);
  });
});
