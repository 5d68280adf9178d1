import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { limits } from "../../limits.ts";
import { compileTemplate } from "./compile.ts";
import { TemplateError } from "./error.ts";
import { parseJson } from "./json.ts";
import { type Value, VtlMap } from "./value.ts";

/** The output, or the error; anything else that is thrown fails the test. */
function outcome(template: string): string | TemplateError {
  try {
    return render(template);
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
}

const data = { s: "str", n: 5, l: [1, 2, 3], m: { a: 1, b: [{ c: 5 }] }, t: true, d: 1.5, e: "" };

function render(template: string, scope: unknown = data): string {
  const root = parseJson(JSON.stringify(scope));
  return compileTemplate(template).render((name): Value => (root instanceof VtlMap ? root.get(name) : null));
}

describe("what differs from Velocity 1.7 (docs/decisions.md)", () => {
  test.each([
    ["nothing is empty text", "[$nothing][$!nothing][$s.nothing][${m.x.y}]", "[][][][]"],
    ["a dollar or hash at the end", "5$", "5$"],
    ["a hash at the end", "5#", "5#"],
    ["blanks between empty parentheses", "$s.length( )", "3"],
    ["a bracket after a directive", "#set($x = 1)[$x]", "[1]"],
    ["an array prints as a list", '$s.split("t")', "[s, r]"],
    ["no classes", "[$s.class][$s.getClass()][$m.class.name]", "[][][]"],
    ["maps keep the order of their keys", '#set($x = {"z": 1, "a": 2, "m": 3})$x', "{z=1, a=2, m=3}"],
    ["slashes in lists are not escaped", '#set($x = $l.add("a/b"))$l', '[1,2,3,"a/b"]'],
  ])("%s", (_, template, output) => {
    expect(render(template)).toBe(output);
  });

  test.each(['#include("x")', '#parse("x")', '#evaluate("x")', "#literal()x#end"])(
    "%s is not available",
    (template) => {
      expect(() => render(template)).toThrow("is not available");
    },
  );
});

describe("no way to JavaScript", () => {
  test.each([
    "$s.constructor",
    "$s.constructor.constructor('return 1')",
    "$l.constructor",
    "$l.map",
    "$l.items",
    "$m.entries",
    "$n.toFixed(2)",
    '$s["constructor"]',
    '$m["__proto__"]',
    "$constructor",
    "$__proto__",
    "$toString",
    "$s.toLocaleString()",
    "$l.push(1)",
  ])("%s is nothing", (template) => {
    expect(render(template)).not.toMatch(/function|object|native|prototype|5\.00/i);
    expect(render(`[#if(${template})x#end]`).startsWith("[]")).toBe(true);
  });

  test("such names are keys like any other", () => {
    expect(render('#set($m["__proto__"] = "p")#set($m.constructor = "c")$m["__proto__"] $m.constructor')).toBe("p c");
    expect(render("$__proto__ $constructor", JSON.parse('{"__proto__": "p", "constructor": "c"}'))).toBe("p c");
    expect(({} as Record<string, unknown>)["p"]).toBeUndefined();
  });
});

const refusal = (template: string): string => {
  const result = outcome(template);
  return result instanceof TemplateError ? result.message : "";
};

const place = (template: string): readonly [number, number] => {
  const result = outcome(template);
  return result instanceof TemplateError ? [result.line, result.column] : [0, 0];
};

describe("bounds", () => {
  test.each([
    ["#foreach runs 1,000 times and no more", "#foreach($i in [1..1001])x#end", "more than 1000 iterations"],
    ["ranges", "#set($x = [1..100000])", "range is too long"],
    ["steps", "#foreach($i in [1..1000])#foreach($j in [1..1000])#foreach($k in [1..1000])x#end#end#end", "too"],
    ["text that doubles", `#set($x = "0123456789")${'#set($x = "$x$x")'.repeat(40)}`, "too"],
    ["text that repeats", "#set($x = $s.repeat(100000000))$x", "too much text"],
    ["text that is replaced", `#set($x = "0123456789")${"#set($x = $x.replace('', $x))".repeat(10)}`, "too much text"],
    ["lists that double", `#set($x = [1])${"#set($x = [$x, $x])".repeat(60)}$x`, "too"],
    [
      "lists that are compared",
      `#set($x = [1])${"#set($x = [$x, $x])".repeat(60)}#set($y = [1])${"#set($y = [$y, $y])".repeat(60)}#if($x == $y)#end`,
      "too",
    ],
    ["a list in itself", "#set($x = [1])#set($y = $x.add($x))$x", "nested too deeply"],
    [
      "a map in itself",
      "#set($x = {})#set($x.x = $x)#set($y = {})#set($y.x = $y)#if($x == $y)#end",
      "nested too deeply",
    ],
    ["numbers", `#set($x = 99)${"#set($x = $x * $x)".repeat(40)}`, "number is too large"],
    ["macros that call themselves", "#macro(m)#m()#end#m()", "calls itself too deeply"],
    [
      "blocks that print each other",
      Array.from({ length: limits.templateCalls + 1 }, (_, i) => `#define($x${i})$x${i + 1}#end`).join("") + "$x0",
      "calls itself too deeply",
    ],
    ["parentheses", `#if(${"(".repeat(100)}true${")".repeat(100)})#end`, "nested too deeply"],
    ["blocks", `${"#if(true)".repeat(100)}${"#end".repeat(100)}`, "nested too deeply"],
    ["lists within lists", `#set($x = ${"[".repeat(100)}${"]".repeat(100)})`, "nested too deeply"],
    ["calls within calls", `${"$s.concat(".repeat(100)}${")".repeat(100)}`, "nested too deeply"],
    ["regular expressions", `#set($x = "${"a".repeat(40)}b")#if($x.matches("(a+)+"))#end`, "too many steps"],
    ["output", `#set($x = $s.repeat(3000000))$x$x$x$x`, "too"],
  ])("%s", (_, template, message) => {
    expect(refusal(template)).toContain(message);
  });

  test("as many iterations as there may be", () => {
    expect(render("#foreach($i in [1..1000])x#end")).toBe("x".repeat(1_000));
  });

  test("a template's length", () => {
    expect(() => compileTemplate("x".repeat(limits.mappingTemplate + 1))).toThrow(TemplateError);
    expect(render("x".repeat(limits.mappingTemplate))).toHaveLength(limits.mappingTemplate);
  });

  test("the deepest nesting that is allowed fits the stack, in macros too", () => {
    const deep = limits.templateDepth - 3;
    const body = `${"#if(true)".repeat(deep)}#m()${"#end".repeat(deep)}`;
    expect(refusal(`#macro(m)${body}#end#m()`)).toContain("calls itself too deeply");
    const blocks = Array.from({ length: limits.templateCalls + 1 }, (_, i) => {
      const loops = `${"#foreach($i in [1])".repeat(deep)}$b${i + 1}${"#end".repeat(deep)}`;
      return `#define($b${i})${loops}#end`;
    });
    expect(refusal(`${blocks.join("")}$b0`)).toContain("calls itself too deeply");
  });

  test.each([
    ["$s ", 100_000],
    ["#if($n == 5)x#else y#end\n", 11_000],
    ["#set($x = [1, 2, {'a': \"$s\"}])\n", 9_000],
    ["\\", 300_000],
    ["$s.length(", 30_000],
    ['"', 300_000],
    ["#", 300_000],
    ["${", 150_000],
    [" #set", 60_000],
    ["#foo (", 50_000],
    ["$a[", 100_000],
    ["#*", 150_000],
    ["#if(1+", 50_000],
    ["!", 300_000],
    ['#set($x = "', 27_000],
    [`#if(${"1 + ".repeat(70_000)}`, 1],
    [`#if(${"!".repeat(290_000)}`, 1],
    [`$s${".a".repeat(140_000)}`, 1],
    [`#if(true)${"#elseif(true)".repeat(20_000)}#end`, 1],
  ])("300 KB of %j are read or refused", (piece, count) => {
    const template = piece.repeat(count);
    expect(template.length).toBeGreaterThan(limits.mappingTemplate / 2);
    expect(outcome(template.slice(0, limits.mappingTemplate))).toBeDefined();
  });
});

test("an error says where it is", () => {
  expect(place("a\nb #if(")).toEqual([2, 7]);
  expect(place("a\r\nb $s.substring(9)")).toEqual([2, 5]);
  expect(place('x\n\n#set($x = "$l[9]")')).toEqual([3, 14]);
});

test("a template is rendered any number of times, and nothing of one rendering is left for the next", () => {
  const template = compileTemplate("$!x#set($x = 1)$x#macro(m $a)$!a#set($a = 2)$a#end#m()");
  expect([1, 2, 3].map(() => template.render(() => null))).toEqual(["12", "12", "12"]);
});

const words = [
  ..."$ $! ${ } $s $l $m $n $x .a .size() .get(0) .get( ) ( [ ] [0] #set($x= #if( #end #else #elseif( #macro(m#m( #break".split(
    " ",
  ),
  ..."#stop ## #* *# #[[ ]]# \\ ' , : { 1 - + * / % == ! && || true $foreach.hasNext 1..3 a .split('') #define($x)".split(
    " ",
  ),
  "#foreach($i in ",
  "#macro(m $a)",
  "#m(",
  "\n",
  " ",
  '"',
  ".replaceAll('a*', 'b')",
  ".put('a', 1)",
  "#foreach($i in $l)",
];

test("whatever a template is, it is rendered or refused with an error that has a place", () => {
  const pieces = fc.constantFrom(...words);
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join("")),
        fc.string(),
      ),
      (template) => {
        try {
          expect(typeof render(template)).toBe("string");
        } catch (error) {
          expect(error).toBeInstanceOf(TemplateError);
          expect((error as TemplateError).line).toBeGreaterThan(0);
          expect((error as TemplateError).column).toBeGreaterThan(0);
        }
      },
    ),
    { seed: 17, numRuns: 10_000 },
  );
});
