import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileTemplate } from "../../gateway/vtl/compile.ts";
import { limits } from "../../limits.ts";
import { JavaRegex } from "./match.ts";
import { RegexError } from "./parse.ts";

type Row = readonly [regex: string, text: string, replacement: string, ...Partial<Result>];
type Result = readonly [matches: boolean, replaced: string, first: string, split: readonly string[]];

/** What Java's own String made of these; a row without results is a call that it refuses. */
const rows = JSON.parse(readFileSync(new URL("golden.json", import.meta.url), "utf8")) as Row[];

function evaluate(template: string, variables: Readonly<Record<string, string>>): string {
  return compileTemplate(template).render((name) => variables[name] ?? null);
}

test(`${rows.length} expressions do what they do in Java`, () => {
  const templates = ["$t.matches($r)", "$t.replaceAll($r, $w)", "$t.replaceFirst($r, $w)"];
  const split = "#foreach($part in $t.split($r))$part\u0001#end";
  for (const [r, t, w, ...results] of rows) {
    const run = (): string[] => [...templates, split].map((template) => evaluate(template, { r, t, w }));
    const [matches, replaced, first, parts] = results;
    if (matches === undefined) expect(run, JSON.stringify([r, t, w])).toThrow(/regular expression|replacement|group/);
    else {
      const joined = parts?.map((part) => `${part}\u0001`).join("");
      expect(run(), JSON.stringify([r, t, w])).toEqual([String(matches), replaced, first, joined]);
    }
  }
  expect.hasAssertions();
});

const free = (): void => undefined;

test.each([
  ["a run", (set: string) => `[${set}]*`],
  ["one by one", (set: string) => `(?:[${set}]b?)*`],
])("a class of many parts is paid for: %s", (_what, expression) => {
  const many = Array.from({ length: 400 }, (_, nth) => String.fromCodePoint(0x4e00 + 2 * nth)).join("");
  const stepsOf = (set: string): number => {
    let steps = 0;
    const count = (more: number): void => void (steps += more);
    expect(JavaRegex.compile(expression(set)).matches("a".repeat(1_000), count)).toBe(true);
    return steps;
  };
  expect(stepsOf(`${many}a`)).toBeGreaterThan(stepsOf("a-z0-9_.") + 1_000 * 40);
});

describe("what Java has beside", () => {
  test.each([
    ["(?x) a b # note\n c", "abc", true],
    ["\\p{IsLatin}+", "é", true],
    ["\\p{L}\\P{L}", "é1", true],
    ["(?s)a.b", "a\nb", true],
    ["(?m)a$\n^b", "a\nb", true],
    ["(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)\\10", "abcdefghijj", true],
    ["(a)\\10", "aa0", true],
    ["(?<x>a)\\k<x>", "aa", true],
    ["(?i)(a)\\1", "aA", true],
    ["😀{2}", "😀😀", true],
    ["[😀-😂]", "😁", true],
    ["\\cA\\0101\\x{1F600}", "\u0001A😀", true],
  ])("%s on %j: %s", (regex, text, matches) => {
    expect(JavaRegex.compile(regex).matches(text, free)).toBe(matches);
  });

  test.each([
    "a**",
    "a{2}{3}",
    "*",
    "(",
    ")",
    "[",
    "[b-a]",
    "\\y",
    "(?<a",
    "(?'a')",
    "\\1",
    "\\k<a>",
    "\\p{Nothing}",
    "a{3,2}",
    "\\",
  ])("%s is none", (regex) => {
    expect(() => JavaRegex.compile(regex)).toThrow(RegexError);
  });
});

const spender = (most: number) => {
  let left = most;
  return (steps: number): void => {
    left -= steps;
    if (left < 0) throw new Error("spent");
  };
};

describe("bounds", () => {
  test.each(["(a+)+b", "(a|a)*b", "(a|aa)+$b", "(.*)*b", "(?=(a+)+b)a", "a*a*a*a*a*a*a*a*b"])(
    "%s ends when its steps are spent",
    (regex) => {
      expect(() => JavaRegex.compile(regex).matches("a".repeat(5_000), spender(100_000))).toThrow("spent");
    },
  );

  test("long texts need no stack", () => {
    const long = "ab".repeat(30_000);
    expect(JavaRegex.compile("(a|b)*").matches(long, free)).toBe(true);
    expect(JavaRegex.compile("(?s).*").matches(long, free)).toBe(true);
    expect(JavaRegex.compile("(?:(?:a|b)+)+").matches(long, free)).toBe(true);
  });

  test.each([
    ["its length", "a".repeat(limits.regexLength + 1)],
    ["its size", "((ab){1000}){1000}"],
    ["its depth", `${"(".repeat(100)}a${")".repeat(100)}`],
    ["the depth of its classes", `${"[a".repeat(100)}${"]".repeat(100)}`],
  ])("%s", (_, regex) => {
    expect(() => JavaRegex.compile(regex)).toThrow(RegexError);
  });
});

test("any text is an expression or none, and matching it ends", () => {
  const piece = fc.constantFrom(
    ..."( ) [ ] { } * + ? | ^ $ . \\ \\b \\d \\1 (?: (?= (?<! (?> (?i) a b - , 1 && \\Q \\E {2}".split(" "),
  );
  const source = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 15 }).map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(source, fc.string(), (regex, text) => {
      let left = 100_000;
      const spend = (steps: number): void => {
        left -= steps;
        if (left < 0) throw new RegexError("spent");
      };
      try {
        JavaRegex.compile(regex).find(text, 0, spend);
      } catch (error) {
        expect(error).toBeInstanceOf(RegexError);
      }
    }),
    { seed: 11, numRuns: 5_000 },
  );
});
