/**
 * Work that one step of a template can ask for: whatever is done again and again has to be counted by its size. Without that,
 * each of these would go on for minutes.
 */
import { expect, test } from "vitest";
import { limits } from "../../limits.ts";
import { Input, util } from "./builtins.ts";
import { compileTemplate, type Scope } from "./compile.ts";
import { parseJson } from "./json.ts";
import { VtlMap } from "./value.ts";

const listOf = (count: number): string => `[${"0,".repeat(count - 1)}0]`;
const numbers = listOf(200_000);
const map = JSON.stringify(Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`k${i}`, 0])));
const texts = JSON.stringify({ a: "x".repeat(1_000_000), b: "x".repeat(1_000_000), l: Array(100_000).fill(1) });
const text = "x".repeat(4_000_000);
const slashes = "/".repeat(4_000_000);
const blanks = " ".repeat(4_000_000);
const names = "'a',".repeat(200);

const root = "#set($root = $input.path('$'))";
const pair = `${root}#set($a = $root.a)#set($b = $root.b)`;
const often = (work: string): string => `${"#foreach($i in [1..1000])".repeat(3)}${work}${"#end".repeat(3)}`;

const scopeOf = (body: string): Scope => {
  const input = new Input({ body, params: new VtlMap() });
  return (name) => (name === "input" ? input : name === "util" ? util : null);
};

test.each([
  ["a list's first item", numbers, root + often("#set($x = $root.remove(0))")],
  ["an item looked for and removed", numbers, root + often("#set($x = $root.remove('x'))")],
  ["values of a map that is looked through", map, root + often("#set($x = $root.containsValue(0))")],
  ["a loop over a large map that ends at once", map, root + often("#foreach($q in $root)#break#end")],
  ["a loop over a large list that ends at once", numbers, root + often("#foreach($q in $root)#break#end")],
  ["beginnings", texts, pair + often("#if($a.startsWith($b))#end")],
  ["ends", texts, pair + often("#if($a.endsWith($b))#end")],
  ["characters", text, often("#set($x = $input.body.toCharArray())")],
  ["blanks", blanks, often("#set($x = $input.body.trim())")],
  ["replacements of nothing by nothing", text, often("#set($x = $input.body.replace('x', ''))")],
  ["escapes", slashes, often("#set($x = $util.escapeJavaScript($input.body))")],
  ["JSON that is read", map, often("#set($x = $util.parseJson($input.body))")],
  [
    "whole numbers without a bound",
    "{}",
    `#set($x = 9)${"#set($x = $x * $x)".repeat(8)}${often("#set($y = $x + $x)")}`,
  ],
  ["slices", numbers, often("#set($x = $input.path('$[0:200000]'))")],
  ["sums", numbers, often("#set($x = $input.path('$.sum()'))")],
  ["keys", map, often("#set($x = $input.path('$.keys()'))")],
  ["names in a path", `[${"{},".repeat(100_000)}0]`, often(`#set($x = $input.path("$[*][${names}'b']"))`)],
  ["long paths", "{}", often(`#set($x = $input.path("$.${"a.".repeat(300)}b$i"))`)],
  ["texts that a filter looks through", texts, often(`#set($x = $input.path("$.l[?($.a contains 'y')]"))`)],
  ["texts that a filter compares", texts, often(`#set($x = $input.path("$.l[?($.a == $.b)]"))`)],
  ["texts that a filter puts in order", texts, often(`#set($x = $input.path("$.l[?($.a < $.b)]"))`)],
  ["groups of an expression", text, often(`#set($x = $input.body.replaceAll("x|${"(y)".repeat(300)}", ""))`)],
  ["looking ahead with many groups", text, often(`#set($x = $input.body.matches("((?=x)x)*${"(y)?".repeat(200)}"))`)],
  ["formats", "%".repeat(4_000_000), often("#set($x = $input.body.format($input.body))")],
])("%s: too much of it is refused", (_, body, template) => {
  expect(() => compileTemplate(template).render(scopeOf(body))).toThrow(/too many steps|too much text/);
});

test("JSON of ten megabytes with long texts goes through, whatever its depth", () => {
  const long = "x".repeat(1_900_000);
  const body = `${'{"a":['.repeat(20)}"${`${long}","`.repeat(4)}${long}"${"]}".repeat(20)}`;
  expect(body.length).toBeGreaterThan(9_000_000);
  expect(compileTemplate("$input.json('$')").render(scopeOf(body))).toBe(body);
});

test("a JSON text has as many values as it may, and no more", () => {
  // The list itself is one of them.
  expect(parseJson(listOf(limits.bodyJsonValues - 1))).toBeDefined();
  expect(parseJson(listOf(limits.bodyJsonValues))).toBeUndefined();
});
