import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parameterNames, Routes } from "./route.ts";

const routesOf = (...paths: string[]): Routes<string> => new Routes(paths.map((path) => [path, path] as const));

describe("which resource serves a path (facts/runtime.md 1)", () => {
  const routes = routesOf(
    "/",
    "/pets",
    "/pets/mine",
    "/pets/{id}",
    "/pets/{id}/toys",
    "/pets/mine/{rest+}",
    "/files/{path+}",
    "/a:b",
    "/{any}/x",
  );
  test.each([
    ["", "/", []],
    ["/", "/", []],
    ["//", "/", []],
    ["/pets", "/pets", []],
    ["/pets/", "/pets", []],
    ["//pets", "/pets", []],
    ["/pets/mine", "/pets/mine", []],
    ["/pets/7", "/pets/{id}", ["7"]],
    ["/pets/7/", "/pets/{id}", ["7"]],
    ["/pets/7/toys", "/pets/{id}/toys", ["7"]],
    // The literal branch cannot finish this one, the parameter can not either: the greedy one does.
    ["/pets/mine/a/b", "/pets/mine/{rest+}", ["a/b"]],
    ["/pets/mine/toys", "/pets/mine/{rest+}", ["toys"]],
    ["/pets/a%2Fb", "/pets/{id}", ["a%2Fb"]],
    ["/pets/a%20b", "/pets/{id}", ["a%20b"]],
    ["/files/a/b.txt", "/files/{path+}", ["a/b.txt"]],
    ["/files/a/", "/files/{path+}", ["a/"]],
    ["/files/a//b", "/files/{path+}", ["a//b"]],
    ["/a%3Ab", "/a:b", []],
    ["/pets/x", "/pets/{id}", ["x"]],
    ["/y/x", "/{any}/x", ["y"]],
    ["/files/...", "/files/{path+}", ["..."]],
    ["/files/.hidden/..a", "/files/{path+}", [".hidden/..a"]],
    ["/files/a.b%2F..c/%2E%2Ed%252e", "/files/{path+}", ["a.b%2F..c/%2E%2Ed%252e"]],
  ])("%s → %s", (path, resource, captures) => {
    expect(routes.find(path)).toEqual({ resource, captures });
  });

  test.each([
    ["/files", "a greedy parameter needs a segment"],
    ["/files/", "and an empty one is none"],
    ["/files//", "nor are two"],
    ["/nothing", "no such literal"],
    ["/pets/7/toys/1", "nothing below"],
    ["/pets//toys", "an empty segment is no value"],
    ["/Pets", "names are case-sensitive"],
    ["/pets%2Fmine", "an escaped slash does not split"],
    ["/pets/..", "a dot segment is no value"],
    ["/pets/%2e%2E", "nor escaped"],
    ["/pets/.", "nor the single one"],
    ["/files/../secret", "nor within a greedy value"],
    ["/files/a/%2e./b", "nor escaped there"],
    ["/pets/x%2F..%2fy", "nor between escaped slashes"],
    ["/files/x%2f..%2F..%2Fsecret", "nor between escaped slashes of a greedy value"],
    ["/files/x%5C%2e%2E%5cy", "nor between backslashes"],
    ["/files/..\\y", "nor before one"],
    ["/files/a/..", "nor at its end"],
  ])("%s has none: %s", (path) => {
    expect(routes.find(path)).toBeUndefined();
  });

  test("a search that gives a parameter up leaves none of its captures", () => {
    const backtracking = routesOf("/{a}/b/c", "/{x+}");
    expect(backtracking.find("/1/b/d")).toEqual({ resource: "/{x+}", captures: ["1/b/d"] });
  });
});

test("names of a path's parameters", () => {
  expect(parameterNames("/a/{b}/c/{d+}")).toEqual(["b", "d"]);
  expect(parameterNames("/")).toEqual([]);
});

/** The rule of precedence as it is said: at each segment literal, then parameter, then greedy, and back when stuck. */
function reference(paths: readonly string[], segments: readonly string[], prefix = ""): string | undefined {
  const has = (path: string): boolean => paths.includes(path);
  const [first, ...rest] = segments;
  if (first === undefined) return has(prefix || "/") ? prefix || "/" : undefined;
  const literal = reference(paths, rest, `${prefix}/${first}`);
  if (literal !== undefined) return literal;
  return reference(paths, rest, `${prefix}/{p}`) ?? (has(`${prefix}/{g+}`) ? `${prefix}/{g+}` : undefined);
}

test("agrees with a naive reference on random trees and paths", () => {
  const literal = fc.constantFrom("a", "b", "c");
  const inner = fc.oneof(literal, fc.constant("{p}"));
  const path = fc
    .tuple(fc.array(inner, { maxLength: 4 }), fc.boolean())
    .map(([segments, greedy]) => `/${[...segments, ...(greedy ? ["{g+}"] : [])].join("/")}`);
  fc.assert(
    fc.property(
      fc.uniqueArray(path, { maxLength: 25 }),
      fc.array(fc.array(fc.oneof(literal, fc.constant("d")), { maxLength: 6 }), { maxLength: 10 }),
      (paths, requests) => {
        const routes = routesOf(...paths);
        for (const segments of requests) {
          expect(routes.find(`/${segments.join("/")}`)?.resource).toBe(reference(paths, segments));
        }
      },
    ),
    { numRuns: 300 },
  );
});

test("the work for a path is bounded by the tree, however the branches are laid", () => {
  // Every level has a literal and a parameter: 2^depth ways for a path of the same letter, but only as many nodes as paths.
  const paths = Array.from(
    { length: 256 },
    (_unused, bits) =>
      `/${Array.from({ length: 8 }, (_none, place) => ((bits >> place) & 1 ? "a" : "{p}")).join("/")}/end`,
  );
  expect(routesOf(...paths).find(`/${"a/".repeat(8)}other`)).toBeUndefined();
  expect(routesOf(...paths).find(`/${"a/".repeat(100_000)}`)).toBeUndefined();
});
