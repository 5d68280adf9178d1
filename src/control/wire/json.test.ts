import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { limits } from "../../limits.ts";
import { parseJson } from "./json.ts";

fc.configureGlobal({ seed: 20_260_102 });

const parse = (text: string) => parseJson(Buffer.from(text));

function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

describe("parseJson", () => {
  it("gives what JSON.parse gives, within the bound of depth", () => {
    const wrapped = fc.tuple(fc.json({ maxDepth: 4 }), fc.integer({ min: 0, max: limits.jsonDepth + 4 }), fc.boolean());
    fc.assert(
      fc.property(wrapped, ([inner, levels, inLists]) => {
        const text = inLists
          ? `${"[".repeat(levels)}${inner}${"]".repeat(levels)}`
          : `${'{"[{\\"":'.repeat(levels)}${inner}${"}".repeat(levels)}`;
        const value: unknown = JSON.parse(text);
        if (depthOf(value) > limits.jsonDepth) expect(() => parse(text)).toThrow("nested deeper than");
        else expect(parse(text)).toEqual(value);
      }),
      { numRuns: 500 },
    );
  });

  it("refuses what JSON.parse refuses", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("{", "}", "[", "]", '"', "\\", ",", ":", "1", " ", "é") }),
        (text) => {
          let valid = true;
          try {
            JSON.parse(text);
          } catch {
            valid = false;
          }
          if (valid) expect(() => parse(text)).not.toThrow();
          else expect(() => parse(text)).toThrow();
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ["numbers", (count: number) => `[${"1,".repeat(count - 2)}1]`],
    ["objects", (count: number) => `[${"{},".repeat(Math.floor(count / 2) - 1)}{}]`],
    ["members", (count: number) => `{${Array.from({ length: count - 1 }, (_, i) => `"k${i}":1`).join(",")}}`],
    ["commas in texts, which are none", (count: number) => `["${",[{".repeat(count)}"]`],
  ])("takes as many values as the bound has: %s", (what, textOf) => {
    expect(() => parse(textOf(limits.jsonValues))).not.toThrow();
    const more = () => parse(textOf(2 * limits.jsonValues));
    if (what.startsWith("commas")) expect(more).not.toThrow();
    else expect(more).toThrow(`has more than ${limits.jsonValues} values`);
  });

  it.each(["", " ", "undefined", "NaN", "\ufeff{}", "{'a':1}", '{"a":1,}', '"\\', '"', "[1] 2"])(
    "refuses %j",
    (text) => {
      expect(() => parse(text)).toThrow("not valid JSON");
    },
  );
});
