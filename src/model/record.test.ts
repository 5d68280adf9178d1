import v8 from "node:v8";
import vm from "node:vm";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compact, entryOf, isEmptyMap, mergeEntries, toMap, withEntry, withoutEntry } from "./record.ts";

const hostile = ["__proto__", "constructor", "toString", "hasOwnProperty", "", "0", "a"];

describe.each(hostile)("the key %j", (key) => {
  test("is nowhere until it is set", () => {
    expect(entryOf({}, key)).toBeUndefined();
    expect(entryOf(undefined, key)).toBeUndefined();
  });

  test("can be set, read, merged and removed like any other", () => {
    const map = withEntry<string>({ other: "o" }, key, "v");
    expect(Object.keys(map).toSorted()).toEqual(["other", key].toSorted());
    expect(entryOf(map, key)).toBe("v");
    expect(entryOf(mergeEntries({ [`${key}2`]: "x" }, map), key)).toBe("v");
    expect(entryOf(withEntry(map, key, "w"), key)).toBe("w");
    expect(withoutEntry(map, key)).toEqual({ other: "o" });
    expect(Object.getPrototypeOf(map)).toBe(Object.prototype);
  });
});

test("no map is changed in place, and a new key comes last", () => {
  const map = Object.freeze({ b: 1, a: 2 });
  expect(Object.entries(withEntry(map, "c", 3))).toEqual([
    ["b", 1],
    ["a", 2],
    ["c", 3],
  ]);
  expect(Object.entries(withEntry(map, "b", 4))).toEqual([
    ["b", 4],
    ["a", 2],
  ]);
  expect(withoutEntry(map, "nope")).toEqual(map);
  expect(mergeEntries(map, { a: 5 })).toEqual({ b: 1, a: 5 });
  expect(mergeEntries<number>(undefined, undefined)).toEqual({});
});

test("they do what a Map does", () => {
  const key = fc.constantFrom(...hostile);
  const step = fc.oneof(fc.tuple(fc.constant("set"), key, fc.nat(9)), fc.tuple(fc.constant("delete"), key, fc.nat(9)));
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const model = new Map<string, number>();
      let map: Record<string, number> = {};
      for (const [act, name, value] of steps) {
        if (act === "set") model.set(name, value);
        else model.delete(name);
        map = act === "set" ? withEntry(map, name, value) : withoutEntry(map, name);
      }
      expect(new Map(Object.entries(map))).toEqual(model);
      expect(isEmptyMap(map)).toBe(model.size === 0);
      expect(Object.keys(Object.prototype)).toEqual([]);
    }),
  );
});

test("a map of entries is what Object.fromEntries makes", () => {
  const key = fc.oneof(
    fc.constantFrom(...hostile, "200", "404", "1000", "01", "4294967295", "9x", '"', "\n"),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(key, fc.nat(9))), (entries) => {
      const map = toMap(entries);
      expect(Object.entries(map)).toEqual(Object.entries(Object.fromEntries(entries)));
      expect(Object.getPrototypeOf(map)).toBe(Object.prototype);
    }),
  );
});

test("a map of status codes has room for its entries, and not for all numbers below", () => {
  v8.setFlagsFromString("--allow-natives-syntax");
  const isTable = vm.runInThisContext("(map) => %HasDictionaryElements(map)") as (map: object) => boolean;
  // It is compiled when it is called.
  expect(isTable(Object.fromEntries([["200", ""]]))).toBe(false);
  v8.setFlagsFromString("--no-allow-natives-syntax");
  const map = toMap([["200", ""]]);
  const copies = [map, withEntry({}, "200", ""), withEntry(map, "404", ""), withEntry(map, "default", "")];
  const less = withoutEntry(copies[2], "200");
  for (const each of [...copies, less, mergeEntries(map, { other: "" }), mergeEntries({ other: "" }, map)]) {
    expect([Object.keys(each), isTable(each)]).toEqual([Object.keys(each), true]);
  }
});

test("compact leaves out what is undefined, and that alone", () => {
  expect(compact({ a: undefined, b: null, c: false, d: "", e: 0 })).toStrictEqual({ b: null, c: false, d: "", e: 0 });
});
