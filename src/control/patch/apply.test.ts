import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { limits } from "../../limits.ts";
import { applyPatch, compileTable, type Effect, type PatchRule, type Step } from "./apply.ts";

type Log = readonly string[];
type LogEffect = Effect<Log, string>;

/** Notes which row an operation came to, and with what captures. */
const note =
  (row: string): LogEffect =>
  (log, { captures }) => [...log, `${row} ${JSON.stringify(captures)}`];

const tableOf = (rules: readonly PatchRule<Log, string>[]) =>
  compileTable<Log, string>({
    rules,
    refuse: (_log, { op, path }, rule) => new Error(`no ${op} at ${path}, row ${rule?.path ?? "none"}`),
  });

const replacing = (...paths: string[]) => tableOf(paths.map((path) => ({ path, replace: note(path) })));

/** How exact each segment of a row is: 0 a literal, 1 one segment, 2 several. */
const grade = (candidate: string): string =>
  candidate
    .slice(1)
    .split("/")
    .map((segment) => (segment.endsWith("+}") ? 2 : segment.startsWith("{") ? 1 : 0))
    .join("");

const replaced = (table: ReturnType<typeof tableOf>, path: string): string | undefined =>
  applyPatch<Log, string>([], [{ op: "replace", path }], table, "")[0];

describe("the row for a path", () => {
  const table = replacing(
    "/{any+}/{verb}/metrics/enabled",
    "/variables/{name}",
    "/{any+}/{verb}",
    "/variables",
    "/methods/{any+}/{verb}/metrics/enabled",
    "/variables/special",
    "/{one}",
    "/{one}/{two}/{three}",
  );

  test.each([
    ["/variables", "/variables {}"],
    ["/variables/special", "/variables/special {}"],
    ["/variables/a", '/variables/{name} {"name":"a"}'],
    ["/variables/a~1b~0c", '/variables/{name} {"name":"a/b~c"}'],
    ["/other", '/{one} {"one":"other"}'],
    ["/a/b/c", '/{one}/{two}/{three} {"one":"a","two":"b","three":"c"}'],
    ["/a/GET", '/{any+}/{verb} {"any":"a","verb":"GET"}'],
    ["/~1a~1b/GET", '/{any+}/{verb} {"any":"~1a~1b","verb":"GET"}'],
    ["/a/b/c/d/GET", '/{any+}/{verb} {"any":"a/b/c/d","verb":"GET"}'],
    ["/a/GET/metrics/enabled", '/{any+}/{verb}/metrics/enabled {"any":"a","verb":"GET"}'],
    ["/a/b//GET/metrics/enabled", '/{any+}/{verb}/metrics/enabled {"any":"a/b/","verb":"GET"}'],
    ["/methods/a/GET/metrics/enabled", '/methods/{any+}/{verb}/metrics/enabled {"any":"a","verb":"GET"}'],
    ["/methods/GET/metrics/enabled", '/{any+}/{verb}/metrics/enabled {"any":"methods","verb":"GET"}'],
    ["/a/__proto__", '/{any+}/{verb} {"any":"a","verb":"__proto__"}'],
  ])("%s comes to %s", (path, expected) => {
    expect(replaced(table, path)).toBe(expected);
  });

  test.each(["", "/", "//", "variables", "variables/a", "/variables/", "/a/", "//GET", "~1variables"])(
    "%j comes to none",
    (path) => {
      expect(() => replaced(table, path)).toThrow(`no replace at ${path}, row none`);
    },
  );

  test("an absent path is called null", () => {
    expect(() => applyPatch<Log, string>([], [{ op: "replace" }], table, "")).toThrow("no replace at null, row none");
  });

  test("rows compete by exactness, whatever their order", () => {
    const paths = ["/{a+}", "/{a}", "/x", "/{a}/x", "/x/{b}", "/{a}/{b}", "/{a+}/x", "/x/{b+}"];
    const naive = (path: string): string | undefined => {
      const segments = path.slice(1).split("/");
      const fitting = paths.filter((candidate) => {
        const source = candidate.replaceAll(/\{\w\+\}/g, ".+").replaceAll(/\{\w\}/g, "[^/]+");
        return new RegExp(`^${source}$`).test(path) && segments.every((segment) => segment !== "");
      });
      // Compared place by place; of two that begin alike the longer wins.
      return fitting.toSorted((a, b) => (`${grade(a)}9` < `${grade(b)}9` ? -1 : 1))[0];
    };
    const segment = fc.constantFrom("x", "y", "z");
    fc.assert(
      fc.property(
        fc.shuffledSubarray(paths, { minLength: paths.length }),
        fc.array(segment, { minLength: 1, maxLength: 4 }),
        (order, segments) => {
          const path = `/${segments.join("/")}`;
          expect(replaced(replacing(...order), path)?.split(" ")[0]).toBe(naive(path));
        },
      ),
    );
  });
});

describe("an operation", () => {
  test("reaches its row as it was sent, null counting as absent", () => {
    const seen: Step<string>[] = [];
    const table = tableOf([
      {
        path: "/a/{b}",
        copy: (log, step) => {
          seen.push(step);
          return log;
        },
      },
    ]);
    applyPatch<Log, string>([], [{ op: "copy", path: "/a/~1", value: "v", from: "/f" }], table, "context");
    applyPatch<Log, string>([], [{ op: "copy", path: "/a/b", value: null, from: null } as never], table, "context");
    expect(seen).toMatchObject([
      { op: "copy", path: "/a/~1", captures: { b: "/" }, value: "v", from: "/f", context: "context" },
      { op: "copy", path: "/a/b", captures: { b: "b" }, value: undefined, from: undefined, context: "context" },
    ]);
  });

  test("has one object in common with the others of its request, and with no other request", () => {
    const requests: object[] = [];
    const collect: LogEffect = (log, { request }) => {
      requests.push(request);
      return log;
    };
    const table = tableOf([{ path: "/a", add: collect, replace: collect }]);
    const operations = [
      { op: "add", path: "/a" },
      { op: "replace", path: "/a" },
    ];
    applyPatch<Log, string>([], operations, table, "");
    applyPatch<Log, string>([], operations, table, "");
    const [first, second, third, fourth] = requests;
    expect(first).toBe(second);
    expect(third).toBe(fourth);
    expect(first).not.toBe(third);
  });

  test.each(["constructor", "__proto__", "toString", "path", "hasOwnProperty", "", "ADD", "swap"])(
    "of the word %j is refused, never looked up in the row",
    (op) => {
      expect(() => applyPatch<Log, string>([], [{ op, path: "/a" }], replacing("/a"), "")).toThrow(
        `no ${op} at /a, row /a`,
      );
    },
  );

  test("without a word is refused", () => {
    expect(() => applyPatch<Log, string>([], [{ path: "/a" }], replacing("/a"), "")).toThrow("no null at /a, row /a");
  });
});

describe("a list", () => {
  const table = tableOf([
    { path: "/push", add: (log, { value }) => [...log, value ?? ""] },
    { path: "/double", add: (log) => [...log, ...log] },
  ]);

  test("is applied in order, and each operation sees those before it", () => {
    const operations = [
      { op: "add", path: "/push", value: "a" },
      { op: "add", path: "/double" },
      { op: "add", path: "/push", value: "b" },
    ];
    expect(applyPatch<Log, string>([], operations, table, "")).toEqual(["a", "a", "b"]);
  });

  test("that is refused leaves the document as it was", () => {
    const before: Log = Object.freeze(["x"]);
    const operations = [
      { op: "add", path: "/push", value: "a" },
      { op: "remove", path: "/push" },
    ];
    expect(() => applyPatch(before, operations, table, "")).toThrow("no remove at /push, row /push");
    expect(before).toEqual(["x"]);
  });

  test("that is empty gives the document itself back", () => {
    const before: Log = ["x"];
    expect(applyPatch(before, [], table, "")).toBe(before);
  });
});

describe("bounds", () => {
  const table = tableOf([{ path: "/push", add: (log, { value }) => [...log, value ?? ""] }]);
  const push = { op: "add", path: "/push", value: "" };

  test("of the operations", () => {
    const most = Array.from({ length: limits.patchOperations }, () => push);
    expect(applyPatch<Log, string>([], most, table, "")).toHaveLength(limits.patchOperations);
    expect(() => applyPatch<Log, string>([], [...most, push], table, "")).toThrow(
      `Invalid patch specified. A request can have at most ${limits.patchOperations} operations`,
    );
  });

  test.each([
    ["path", { op: "add", path: `/${"a/".repeat(limits.patchPathLength)}` }],
    ["from", { op: "copy", path: "/push", from: "a".repeat(limits.patchPathLength + 1) }],
  ])("of a %s", (_name, operation) => {
    expect(() => applyPatch<Log, string>([], [operation], table, "")).toThrow(
      `Invalid patch path specified. Paths can be at most ${limits.patchPathLength} characters`,
    );
  });

  test("of a value", () => {
    const most = { ...push, value: "a".repeat(limits.patchValueLength) };
    expect(applyPatch<Log, string>([], [most], table, "")).toEqual([most.value]);
    expect(() => applyPatch<Log, string>([], [{ ...most, value: `${most.value}a` }], table, "")).toThrow(
      `Invalid patch value specified. Values can be at most ${limits.patchValueLength} characters`,
    );
  });

  test("of all paths and values of a request together", () => {
    const half = { ...push, value: "a".repeat(limits.patchLength / 2 - push.path.length) };
    expect(applyPatch<Log, string>([], [half, half], table, "")).toHaveLength(2);
    expect(() => applyPatch<Log, string>([], [half, half, push], table, "")).toThrow(
      `Invalid patch specified. A request can have at most ${limits.patchLength} characters`,
    );
  });
});

test.each([
  ["twice", ["/a", "/a"]],
  ["without a slash", ["a"]],
])("a table with a path %s is a mistake", (_name, paths) => {
  expect(() => replacing(...paths)).toThrow("is wrong or double");
});
