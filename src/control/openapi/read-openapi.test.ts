import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { limits } from "../../limits.ts";
import { DocumentRefused, TooManyValues } from "./document-refused.ts";
import { readDocument } from "./read-document.ts";
import { readOpenApi } from "./read-in-thread.ts";

fc.configureGlobal({ seed: 20_261_121 });

const bytes = (text: string): Buffer => Buffer.from(text);
const read = (text: string): unknown => readDocument(bytes(text), limits.importValues);
const comment = "# a comment\n".repeat(limits.importInlineYaml / 11);

/** Nine levels of nine: a billion values from a few lines. */
const bomb = (length: number): string => {
  let text = 'a0: &a0 ["lol"]\n';
  for (let level = 1; level < 12; level++) {
    text += `a${level}: &a${level} [${Array.from({ length }, () => `*a${level - 1}`).join(",")}]\n`;
  }
  return text;
};

describe("readDocument", () => {
  it("gives the same value for JSON and for YAML", () => {
    const value = fc.jsonValue({ maxDepth: 4 }).map((json) => ({ value: json }));
    fc.assert(
      fc.property(value, (given) => {
        const plain: unknown = JSON.parse(JSON.stringify(given));
        expect(read(JSON.stringify(given))).toEqual(plain);
        expect(read(stringify(plain, { aliasDuplicateObjects: false }))).toEqual(plain);
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    ["text keys for numbers", "200: a\n010: b\n1.50: c\n~: d\n", { 200: "a", "010": "b", "1.50": "c", "~": "d" }],
    ["no dates and no octal of old", "a: 2020-01-01\nb: 017\nc: yes\n", { a: "2020-01-01", b: 17, c: "yes" }],
    ["numbers that JSON has not", "a: .inf\nb: .nan\n", { a: ".inf", b: ".nan" }],
    ["aliases", "a: &x { b: 1 }\nc: [*x, *x]\n", { a: { b: 1 }, c: [{ b: 1 }, { b: 1 }] }],
    ["the last anchor of a name", "a: &x 1\nb: *x\nc: &x 2\nd: *x\n", { a: 1, b: 1, c: 2, d: 2 }],
    ["merge keys", "a: &x { b: 1, c: 2 }\nd: { <<: *x, c: 3 }\n", { a: { b: 1, c: 2 }, d: { b: 1, c: 3 } }],
    ["merge keys of several", "d:\n  <<: [{ a: 1 }, { a: 2, b: 2 }]\n", { d: { a: 1, b: 2 } }],
    ["a quoted merge key as a key", 'd: { "<<": { a: 1 } }\n', { d: { "<<": { a: 1 } } }],
    ["custom tags as nothing", "a: !Sub '${AWS::Region}'\n", { a: "${AWS::Region}" }],
    ["the last of equal keys", "a: 1\na: 2\n", { a: 2 }],
    [
      "versions as they were written",
      "openapi: 3.0\ninfo: { version: 1.10 }\n",
      { openapi: "3.0", info: { version: "1.10" } },
    ],
    ["YAML that begins like JSON", "{a: 1, b: [x]}", { a: 1, b: ["x"] }],
    ["a byte order mark", '\uFEFF{"a":1}', { a: 1 }],
  ])("reads %s", (_what, text, value) => {
    expect(read(text)).toEqual(value);
  });

  it("keeps __proto__ as a key like any other", () => {
    for (const text of ['{"__proto__":{"a":1}}', "__proto__: { a: 1 }", "b: { <<: { __proto__: { a: 1 } } }"]) {
      const value = JSON.stringify(read(text));
      expect(value).toContain('"__proto__":{"a":1}');
    }
    expect(Object.hasOwn(Object.prototype, "a")).toBe(false);
  });

  const levels = limits.importDepth + 2;
  const many = Math.ceil(limits.importValues / 2) + 10;
  it.each([
    ["a YAML bomb", bomb(9), "more than"],
    ["a bomb of merge keys", bomb(9).replaceAll("[*", "{ <<: [*").replaceAll("]\n", "] }\n"), ""],
    ["an anchor in itself", "a: &x [*x]", "deeper than"],
    ["deep JSON", "[".repeat(levels) + "]".repeat(levels), "deeper than"],
    ["deep YAML", `a: ${"[".repeat(levels)}${"]".repeat(levels)}`, "deeper than"],
    ["YAML deeper than the stack", `a: ${"[".repeat(7_000)}`, "deeper than"],
    ["YAML of lists deeper than the stack", `${"- ".repeat(20_000)}a`, "deeper than"],
    ["many JSON values", `[${"[],".repeat(many)}[]]`, "more than"],
    ["an unknown alias", "a: *x", ""],
    ["a map as a key", "? { a: 1 }\n: b", ""],
    ["a merge key of a text", "a: { <<: b }", ""],
    ["two documents", "a: 1\n---\na: 2\n", ""],
    ["what is neither", "a: b: c", ""],
    ["unfinished YAML", '{"a": [', ""],
  ])("refuses %s", (_what, text, message) => {
    expect(() => read(text)).toThrow(DocumentRefused);
    expect(() => read(text)).toThrow(message);
  });

  it("refuses what is not UTF-8", () => {
    expect(() => readDocument(Uint8Array.of(0x7b, 0xff, 0x7d), 10)).toThrow(DocumentRefused);
  });

  it("counts what aliases stand for", () => {
    const text = "a: &x [1, 2, 3]\nb: [*x, *x]\n";
    expect(readDocument(bytes(text), 16)).toEqual({
      a: [1, 2, 3],
      b: [
        [1, 2, 3],
        [1, 2, 3],
      ],
    });
    expect(() => readDocument(bytes(text), 15)).toThrow(TooManyValues);
  });

  it("takes what only begins like JSON for YAML, and not in haste when it is long", () => {
    const text = `{ a: ${"x".repeat(100)} }`;
    expect(readDocument(bytes(text), text.length)).toEqual({ a: "x".repeat(100) });
    expect(() => readDocument(bytes(text), text.length - 1)).toThrow(TooManyValues);
  });

  it("is never broken by any bytes", () => {
    const text = fc.string({ unit: fc.constantFrom(...Array.from(`a: \n-&*!{}[]<"'|?#%,`)), maxLength: 40 });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 40 }), text.map(bytes)), (given) => {
        try {
          expect(JSON.stringify(readDocument(given, 1_000))).toBeDefined();
        } catch (error) {
          expect(error).toBeInstanceOf(DocumentRefused);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("readOpenApi", () => {
  it.each([
    ["swagger: '2.0'", "2.0"],
    ["swagger: 2.0", "2.0"],
    ['{"openapi":"3.0.1"}', "3.0"],
    ["openapi: 3.0", "3.0"],
    ["openapi: 3.0.3\npaths: {}", "3.0"],
  ])("knows the version of %s", async (text, version) => {
    expect((await readOpenApi(bytes(text))).version).toBe(version);
  });

  it.each([
    ["", ""],
    ["null", ""],
    ["[]", ""],
    ["1", ""],
    ["text", ""],
    ["{}", ""],
    ["openapi: [3]", ""],
    ["swagger: '1.2'", ", not swagger: 1.2"],
    ["openapi: 3.1.0", ", not openapi: 3.1.0"],
    ['{"swagger":2}', ", not swagger: 2"],
    ['{"swagger":"3.0.1","openapi":"2.0"}', ", not swagger: 3.0.1 and openapi: 2.0"],
  ])("says of %j which versions there are", async (text, not) => {
    const versions = `It must say "openapi": "3.0.1" or "swagger": "2.0"${not}`;
    await expect(readOpenApi(bytes(text))).rejects.toMatchObject({
      code: "BadRequestException",
      message: `Invalid OpenAPI input. ${versions}`,
    });
  });

  it.each([
    ["{", "Line 1, column 2: Flow map must end with a }"],
    ["info:\r\n\ttitle: x", "Line 2, column 1: Tabs are not allowed as indentation"],
    ["info:\n  title: a: b", "Line 2, column 10: Nested mappings are not allowed in compact mappings"],
    ["openapi: 3.0.1\n---\nopenapi: 3.0.1", "Line 2, column 1: A second document begins"],
    ["info: *x", "No anchor before *x has its name"],
    ["info: { <<: [x] }", "What << takes over is not a map"],
    ["? [a]\n: b", "A map or a list is the key of an entry"],
  ])("says of %j what is wrong and where", async (text, why) => {
    await expect(readOpenApi(bytes(text))).rejects.toMatchObject({
      code: "BadRequestException",
      message: `Invalid OpenAPI input. ${why}`,
    });
  });

  it("says that bytes are no text", async () => {
    await expect(readOpenApi(Buffer.from("openapi: '\xff'", "latin1"))).rejects.toMatchObject({
      message: "Invalid OpenAPI input. It is no text in UTF-8",
    });
  });

  const many = Math.ceil(limits.importInlineTokens / 2);
  it.each([
    ["lists", `[${"[],".repeat(many)}]`],
    ["nothing", `[${",".repeat(2 * many + 1)}]`],
    ["anchors", `[${"&a b,".repeat(many)}]`],
    ["tags", `[${"!a b,".repeat(many)}]`],
    ["comments", `[\n${"#\n".repeat(many)}]`],
    ["keys", `{${"?,".repeat(many)}}`],
    ["lines", `\n${"  - - b\n".repeat(many)}`],
    ["what begins like JSON", "", `{openapi: 3.0.0, x: [${"[],".repeat(many)}]}`],
  ])(
    "leaves YAML that is nearly all tokens to a thread: %s",
    async (_what, list, text = `openapi: 3.0.0\nx: ${list}`) => {
      expect(text.length).toBeLessThan(limits.importInlineYaml);
      expect(() => readDocument(bytes(text), limits.importInlineYaml)).toThrow(TooManyValues);
      const shown = JSON.stringify(await readOpenApi(bytes(text)).catch((error: Error) => error.message));
      expect(shown).toMatch(/^(?:\{"version":|"Invalid OpenAPI input. Line )/);
    },
  );

  it("reads other YAML of that length at once", () => {
    const text = `openapi: 3.0.0\nx: ${"some words (of a text), in it\n  ".repeat(900)}`;
    expect(readDocument(bytes(text), limits.importInlineYaml)).toMatchObject({ openapi: "3.0.0" });
  });

  it("reads what is long, or stands for much, in a thread", async () => {
    const text = "swagger: '2.0'\npaths: { a: &x [1, 2], b: *x }\n";
    expect((await readOpenApi(bytes(comment + text))).root).toEqual({
      swagger: "2.0",
      paths: { a: [1, 2], b: [1, 2] },
    });
    const json = { openapi: "3.0.0", "x-long": "x".repeat(limits.importInline) };
    expect((await readOpenApi(bytes(JSON.stringify(json)))).root).toEqual(json);
    await expect(readOpenApi(bytes(bomb(9)))).rejects.toThrow(
      `Invalid OpenAPI input. The document has more than ${limits.importValues} values`,
    );
    await expect(readOpenApi(bytes(`${comment}- ${"[".repeat(100_000)}`))).rejects.toThrow("Invalid OpenAPI input.");
  });

  it("says which bound was exceeded", async () => {
    await expect(readOpenApi(bytes("[".repeat(1_000)))).rejects.toThrow(
      `Invalid OpenAPI input. The document is nested deeper than ${limits.importDepth} levels`,
    );
  });
});
