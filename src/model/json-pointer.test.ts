import * as fc from "fast-check";
import { expect, test } from "vitest";
import { escapeSegment, splitPointer, unescapeSegment } from "./json-pointer.ts";

test.each([
  ["", ""],
  ["pets", "pets"],
  ["~1pets", "/pets"],
  ["~0", "~"],
  ["~01", "~1"],
  ["~10", "/0"],
  ["application~1json", "application/json"],
  ["~", "~"],
  ["~2", "~2"],
])("%j un-escapes to %j", (escaped, plain) => {
  expect(unescapeSegment(escaped)).toBe(plain);
});

test("un-escaping undoes escaping, and an escaped segment has no slash", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("~", "/", "0", "1", "a", "é") }), (text) => {
      expect(escapeSegment(text)).not.toContain("/");
      expect(unescapeSegment(escapeSegment(text))).toBe(text);
    }),
  );
});

test("splits behind the first slash, and only when there is one", () => {
  expect(splitPointer("/a/~1b/")).toEqual(["a", "~1b", ""]);
  expect(splitPointer("/")).toEqual([""]);
  expect(splitPointer("a/b")).toBeUndefined();
  expect(splitPointer("")).toBeUndefined();
});
