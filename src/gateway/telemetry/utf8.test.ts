import { assert, nat, property, string } from "fast-check";
import { expect, test } from "vitest";
import { cutUtf8 } from "./utf8.ts";

test.each([
  ["", 0, ""],
  ["abc", 3, "abc"],
  ["abc", 2, "ab"],
  ["é", 1, ""],
  ["aé", 2, "a"],
  ["a猫b", 4, "a猫"],
  ["a𝄞", 4, "a"],
  ["a𝄞", 5, "a𝄞"],
])("%j in %d bytes is %j", (text, most, start) => {
  expect(cutUtf8(text, most)).toBe(start);
});

test("the longest beginning that fits", () => {
  assert(
    property(string({ unit: "binary" }), nat(60), (text, most) => {
      const whole = text.toWellFormed();
      const start = cutUtf8(whole, most);
      expect(whole.startsWith(start)).toBe(true);
      expect(Buffer.byteLength(start)).toBeLessThanOrEqual(most);
      const next = whole.codePointAt(start.length);
      if (next !== undefined) expect(Buffer.byteLength(start + String.fromCodePoint(next))).toBeGreaterThan(most);
    }),
    { seed: 1 },
  );
});
