import { Writable } from "node:stream";
import { describe, expect, test } from "vitest";
import { changeLines, changesBetween } from "./changes.ts";
import type { Definition, Part } from "./definition.ts";
import { Terminal } from "./terminal.ts";

const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
const terminal = new Terminal({ stdout: nowhere, stderr: nowhere, env: {} });

type Given = Partial<Omit<Part, "values">> & { readonly values?: Readonly<Record<string, string>> };

const definitionOf = (...parts: readonly Given[]): Definition =>
  new Map(
    parts.map(({ kind = "method", name = "GET /", brief = "", values = {} }) => [
      `${kind} ${name}`,
      { kind, name, brief, values: new Map(Object.entries(values)) },
    ]),
  );

const linesBetween = (before: Definition, after: Definition): string[] =>
  changeLines(changesBetween(before, after), terminal);

test("parts in order: methods by path, then what is beside them", () => {
  const before = definitionOf({ kind: "model", name: "Pet" }, { name: "GET /b", brief: "MOCK" });
  const after = definitionOf(
    { kind: "api", name: "pets" },
    { kind: "validator", name: "all" },
    { name: "POST /a", brief: "HTTP http://x/" },
    { name: "GET /a" },
  );
  expect(linesBetween(before, after)).toEqual([
    "  + GET /a",
    "  + POST /a  HTTP http://x/",
    "  - GET /b  MOCK",
    "  - model Pet",
    "  + validator all",
  ]);
});

test("nothing", () => {
  const same = definitionOf({ values: { a: "1" } });
  expect(linesBetween(same, definitionOf({ values: { a: "1" } }))).toEqual(["  the definition is as it was"]);
});

type Values = NonNullable<Given["values"]>;

/** The lines of one method's values. */
const changed = (before: Values, after: Values): string[] =>
  linesBetween(definitionOf({ values: before }), definitionOf({ values: after })).slice(1);

describe("values", () => {
  test("that are short stand side by side", () => {
    expect(changed({ a: "1", b: "2", same: "x" }, { a: "2", c: "", same: "x" })).toEqual([
      "      a: 1 → 2",
      "      b: 2 → (none)",
      '      c: (none) → ""',
    ]);
  });

  test("that are long stand below each other, from where they part", () => {
    const text = "x".repeat(100);
    expect(changed({ a: `${text}one${text}` }, { a: `${text}two${text}` })).toEqual([
      "      a:",
      `        - …${"x".repeat(12)}one${"x".repeat(53)}…`,
      `        + …${"x".repeat(12)}two${"x".repeat(53)}…`,
    ]);
  });

  test("lines never have more than 80 columns, and no line end of a value's", () => {
    const lines = changed({ ["n".repeat(200)]: "a\nb" }, { ["n".repeat(200)]: `c\r\n\u001b[2J${"猫".repeat(99)}` });
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    expect(lines.join("")).not.toContain("\u001b");
  });

  test("that are many are counted", () => {
    const many = Object.fromEntries(Array.from({ length: 9 }, (_none, index) => [`v${index}`, "x"]));
    expect(changed({}, many).at(-1)).toBe("      and 3 more");
  });
});

test("many parts are counted", () => {
  const many = definitionOf(...Array.from({ length: 50 }, (_none, index) => ({ name: `GET /${index + 100}` })));
  expect(linesBetween(definitionOf(), many)).toHaveLength(41);
  expect(linesBetween(definitionOf(), many).at(-1)).toBe("  and 10 more");
});
