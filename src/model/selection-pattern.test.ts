import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileSelectionPattern } from "./selection-pattern.ts";

describe("compileSelectionPattern", () => {
  it.each([
    ["200", "200", true],
    ["200", "2000", false],
    ["20", "200", false],
    ["4\\d{2}", "404", true],
    ["4\\d{2}", "500", false],
    ["404|500", "500", true],
    ["404|500", "5000", false],
    [".*error.*", "an error happened", true],
    ["error", "an error happened", false],
    [".*error.*", "an\nerror", false],
    ["(\\n|.)*error(\\n|.)*", "an\nerror\nhappened", true],
    ["(?s).*error.*", "an\nerror", true],
    ["(?i)error", "ERROR", true],
    ["(?i)error", "ERRORS", false],
    ["(?is).*error", "AN\nERROR", true],
    ["(?m)^b$", "a\nb", false],
    ["(?i:E)rror", "error", true],
    ["\\Q1.5\\E", "1.5", true],
    ["\\Q1.5\\E", "1x5", false],
    ["\\Q(a", "(a", true],
    ["\\A5..\\z", "500", true],
    ["5\\d*+", "500", true],
    ["a{1,3}+b", "aab", true],
    ["(?>5)00", "500", true],
    ["[+]++", "++", true],
    ["[\\Q+]", "+", true],
    ["a\\++", "a++", true],
    ["\\\\Q", "\\Q", true],
    ["\\h", "\t", true],
    ["", "", true],
    ["", "200", false],
  ])("%j on %j: %s", (pattern, text, expected) => {
    expect(compileSelectionPattern(pattern)?.test(text)).toBe(expected);
  });

  it.each(["(", ")", "[", "*", "a**", "a)(b", "(?<n", "(?i", "\\", "x".repeat(1_025), "(".repeat(1_000_000)])(
    "case %# is none",
    (pattern) => {
      expect(compileSelectionPattern(pattern)).toBeUndefined();
    },
  );

  it("never throws", () => {
    const piece = fc.constantFrom(
      "\\Q",
      "\\E",
      "(?>",
      "(?i)",
      "[",
      "]",
      "(",
      ")",
      "+",
      "*",
      "{2}",
      "\\",
      "a",
      "\\z",
      "^",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((pieces) => pieces.join("")),
        ),
        (pattern) => {
          const compiled = compileSelectionPattern(pattern);
          expect(compiled === undefined || compiled instanceof RegExp).toBe(true);
        },
      ),
      { seed: 3, numRuns: 2_000 },
    );
  });
});
