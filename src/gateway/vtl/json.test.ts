import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { limits } from "../../limits.ts";
import { parseJson } from "./json.ts";
import { doubleText } from "./number-text.ts";
import { jsonText } from "./print.ts";
import { Run } from "./run.ts";
import { Double } from "./value.ts";

const again = (text: string): string | undefined => {
  const value = parseJson(text);
  return value === undefined ? undefined : jsonText(new Run([]), value);
};

const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);

describe("a JSON text", () => {
  test.each([
    ['{"b":1,"a":2,"10":3,"9":4}', '{"b":1,"a":2,"10":3,"9":4}'],
    ['{"__proto__":1,"constructor":2}', '{"__proto__":1,"constructor":2}'],
    ['{"a":1,"a":2}', '{"a":2}'],
    ["123456789012345678901234567890", "123456789012345678901234567890"],
    ["3.141592653589793238462643383279", "3.141592653589793238462643383279"],
    ["-0", "0"],
    ["1.0", "1.0"],
    ["1.50", "1.5"],
    ["1e3", "1000.0"],
    ["1.5E10", "1.5E10"],
    ["0.0001", "1.0E-4"],
    ["12345678.5", "1.23456785E7"],
    ["1e999", "null"],
    [' [ true , false , null , "\\u0041\\n\\/" ] ', '[true,false,null,"A\\n/"]'],
    ['"é😀"', '"é😀"'],
  ])("%s is read as %s", (text, read) => {
    expect(again(text)).toBe(read);
  });

  test.each([
    "",
    "{",
    "[1,]",
    "{a:1}",
    "'a'",
    "01",
    "+1",
    ".5",
    "1.",
    "nul",
    '"a',
    '"\n"',
    '"\\x"',
    "[1] 2",
    "NaN",
    '{"a" 1}',
    '{"a":1,}',
  ])("%j is none", (text) => {
    expect(parseJson(text)).toBeUndefined();
  });

  test("is nested as deeply as it may be", () => {
    expect(parseJson(nested(limits.bodyJsonDepth))).toBeDefined();
    expect(parseJson(nested(limits.bodyJsonDepth + 1))).toBeUndefined();
    expect(parseJson("[".repeat(1_000_000))).toBeUndefined();
  });

  test("what JavaScript writes comes back", () => {
    const numbers = fc.double({ noDefaultInfinity: true, noNaN: true });
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.array(numbers)), (value) => {
        const text = JSON.stringify(value);
        expect(JSON.parse(again(text) ?? "")).toEqual(JSON.parse(text.replaceAll(/(?<![\d.])-0(?![.\d])/g, "0")));
      }),
      { seed: 5, numRuns: 1_000 },
    );
  });

  test("a fraction prints as its number does, however it was written", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -99_999_999, max: 99_999_999 }),
        fc.integer({ min: 0, max: 99_999 }),
        (whole, part) => {
          const text = `${whole}.${String(part).padStart(5, "0")}`;
          for (const written of [text, text.replace(/0+$/, "") + (part === 0 ? "0" : "")]) {
            expect(again(written)).toBe(doubleText(new Double(Number(written))));
          }
        },
      ),
      { seed: 6, numRuns: 2_000 },
    );
  });
});
