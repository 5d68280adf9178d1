import * as fc from "fast-check";
import { expect, test } from "vitest";
import { isNestedWithin } from "./json-depth.ts";

const within = (text: string, levels: number) => isNestedWithin(Buffer.from(text), levels);

test.each([
  ["1", 0, true],
  ["[]", 0, false],
  ["[]", 1, true],
  ['{"a":[1,{"b":2}]}', 3, true],
  ['{"a":[1,{"b":2}]}', 2, false],
  ['["[[[["]', 1, true],
  [String.raw`["\"[[[[", "\\", [1]]`, 2, true],
  [String.raw`["\\", [1]]`, 1, false],
  ['["é[[[["]', 1, true],
  ["[],[],[]", 1, true],
  ['"[', 0, true],
  ["[".repeat(1_000_000), 200, false],
])("%.40s within %i levels: %s", (text, levels, expected) => {
  expect(within(text, levels)).toBe(expected);
});

const depthOf = (value: unknown): number =>
  typeof value === "object" && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;

test("agrees with the parsed value", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.nat(8), (value, levels) => {
      expect(within(JSON.stringify(value), levels)).toBe(depthOf(value) <= levels);
    }),
    { seed: 11, numRuns: 300 },
  );
});
