import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { limits } from "../../limits.ts";
import { DocumentRefused } from "./document-refused.ts";
import { readDocument } from "./read-document.ts";
import { readOpenApi } from "./read-openapi.ts";

fc.configureGlobal({ seed: 20_261_121 });

const bytes = (text: string): Buffer => Buffer.from(text);
const read = (text: string): Promise<unknown> => readDocument(bytes(text));
const comment = "# a comment\n".repeat(limits.importInline / 11);

/** Nine levels of nine: a billion values from a few lines. */
const bomb = (length: number): string => {
  let text = 'a0: &a0 ["lol"]\n';
  for (let level = 1; level < 12; level++) {
    text += `a${level}: &a${level} [${Array.from({ length }, () => `*a${level - 1}`).join(",")}]\n`;
  }
  return text;
};

describe("readDocument", () => {
  it("gives the same value for JSON and for YAML, read at once and in a thread", async () => {
    const value = fc.jsonValue({ maxDepth: 4 }).map((json) => ({ value: json }));
    await fc.assert(
      fc.asyncProperty(value, async (given) => {
        const plain: unknown = JSON.parse(JSON.stringify(given));
        expect(await read(JSON.stringify(given))).toEqual(plain);
        expect(await read(stringify(plain, { aliasDuplicateObjects: false }))).toEqual(plain);
      }),
      { numRuns: 100 },
    );
    expect(await read(`${comment}a: { b: [1, "2", true, null] }`)).toEqual({ a: { b: [1, "2", true, null] } });
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
  ])("reads %s", async (_what, text, value) => {
    expect(await read(text)).toEqual(value);
  });

  it("keeps __proto__ as a key like any other", async () => {
    for (const text of ['{"__proto__":{"a":1}}', "__proto__: { a: 1 }", "b: { <<: { __proto__: { a: 1 } } }"]) {
      const value = JSON.stringify(await read(text));
      expect(value).toContain('"__proto__":{"a":1}');
    }
    expect(Object.hasOwn(Object.prototype, "a")).toBe(false);
  });

  const levels = limits.importDepth + 2;
  const many = Math.ceil(limits.importValues / 2) + 10;
  it.each([
    ["a YAML bomb", bomb(9), "more than"],
    ["a YAML bomb in a thread", comment + bomb(9), "more than"],
    ["a bomb of merge keys", bomb(9).replaceAll("[*", "{ <<: [*").replaceAll("]\n", "] }\n"), ""],
    ["an anchor in itself", "a: &x [*x]", "deeper than"],
    ["deep JSON", "[".repeat(levels) + "]".repeat(levels), "deeper than"],
    ["deep YAML", `a: ${"[".repeat(levels)}${"]".repeat(levels)}`, "deeper than"],
    ["YAML deeper than the stack", `a: ${"[".repeat(7_000)}`, ""],
    ["YAML deeper than the stack, in a thread", `a: ${"- ".repeat(100_000)}`, ""],
    ["many JSON values", `[${"[],".repeat(many)}[]]`, "more than"],
    ["an unknown alias", "a: *x", ""],
    ["a map as a key", "? { a: 1 }\n: b", ""],
    ["a merge key of a text", "a: { <<: b }", ""],
    ["two documents", "a: 1\n---\na: 2\n", ""],
    ["what is neither", "a: b: c", ""],
    ["unfinished YAML", '{"a": [', ""],
  ])("refuses %s", async (_what, text, message) => {
    const refused = expect(read(text)).rejects;
    await refused.toBeInstanceOf(DocumentRefused);
    await refused.toThrow(message);
  });

  it("refuses what is not UTF-8", async () => {
    await expect(readDocument(Uint8Array.of(0x7b, 0xff, 0x7d))).rejects.toBeInstanceOf(DocumentRefused);
  });

  it("is never broken by any bytes", async () => {
    const text = fc.string({
      unit: fc.constantFrom(
        "a",
        ":",
        " ",
        "\n",
        "-",
        "&",
        "*",
        "!",
        "{",
        "}",
        "[",
        "]",
        "<",
        '"',
        "'",
        "|",
        "?",
        "#",
        "%",
        ",",
      ),
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 40 }), text.map(bytes)), async (given) => {
        const outcome = await readDocument(given).catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(DocumentRefused);
        else expect(JSON.stringify(outcome)).toBeDefined();
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
    "",
    "null",
    "[]",
    "1",
    "text",
    "{}",
    "swagger: '1.2'",
    "openapi: 3.1.0",
    "openapi: [3]",
    '{"swagger":2}',
    "{",
  ])("refuses %j in the service's words", async (text) => {
    await expect(readOpenApi(bytes(text))).rejects.toThrow(/^Invalid OpenAPI input\.$/);
  });

  it("says which bound was exceeded", async () => {
    await expect(readOpenApi(bytes("[".repeat(1_000)))).rejects.toThrow(
      `Invalid OpenAPI input. The document is nested deeper than ${limits.importDepth} levels`,
    );
  });
});
