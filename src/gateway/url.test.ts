import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  encodePath,
  encodePathValue,
  encodeQuery,
  encodeQueryComponent,
  nameOfPair,
  parseQuery,
  splitQuery,
} from "./url.ts";

describe("queries as they are read", () => {
  test.each([
    ["", {}],
    ["a=1", { a: ["1"] }],
    ["a=1&a=2;a=3", { a: ["1", "2", "3"] }],
    ["a", { a: [""] }],
    ["a=b=c", { a: ["b=c"] }],
    ["a%20b=c+d%2B", { "a b": ["c d+"] }],
    ["&&a=1&;", { a: ["1"] }],
    ["bad=%zz&half=%E2%82", { bad: ["%zz"], half: ["%E2%82"] }],
    [
      "__proto__=1&constructor=2",
      Object.fromEntries([
        ["__proto__", ["1"]],
        ["constructor", ["2"]],
      ]),
    ],
  ])("%s", (query, expected) => {
    expect(Object.fromEntries(parseQuery(query))).toEqual(expected);
  });

  test("pairs stay as they were sent", () => {
    expect(splitQuery("a=1%20;b&&c=%zz")).toEqual(["a=1%20", "b", "c=%zz"]);
    expect(nameOfPair("a%2Bb=1")).toBe("a+b");
    expect(nameOfPair("flag")).toBe("flag");
  });
});

describe("texts as they are written", () => {
  test.each([
    ["a/b", "a/b", "a/b"],
    ["a b", "a%20b", "a%20b"],
    ["a%20b", "a%20b", "a%2520b"],
    ["100%", "100%25", "100%25"],
    ["a?b#c", "a%3Fb%23c", "a%3Fb%23c"],
    ["é€😀", "%C3%A9%E2%82%AC%F0%9F%98%80", "%C3%A9%E2%82%AC%F0%9F%98%80"],
    ["{x}", "%7Bx%7D", "%7Bx%7D"],
    ["a\r\nb", "a%0D%0Ab", "a%0D%0Ab"],
  ])("in a path, %j keeps its escapes as %s, and as a plain value is %s", (text, kept, plain) => {
    expect(encodePath(text)).toBe(kept);
    expect(encodePathValue(text)).toBe(plain);
  });

  test("in a query", () => {
    expect(encodeQuery("a=1&b=x y?/{z}%41")).toBe("a=1&b=x%20y?/%7Bz%7D%41");
    expect(encodeQueryComponent("a&b=c+d")).toBe("a%26b%3Dc%2Bd");
    expect(encodeQueryComponent("\uD800")).toBe("%EF%BF%BD");
  });

  test("whatever is written can stand in a target, and a plain value reads back", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        for (const encoded of [
          encodePath(text),
          encodePathValue(text),
          encodeQuery(text),
          encodeQueryComponent(text),
        ]) {
          expect(encoded).toMatch(/^[!$&-;=?-Z_a-z~%]*$/);
        }
        expect(decodeURIComponent(encodePathValue(text))).toBe(text.toWellFormed());
      }),
    );
  });
});
