import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { labelled } from "../../test/support/api-fixture.ts";
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
    ["[\\s\\S]*\\[400\\][\\s\\S]*", "a\n[400] b", true],
    ["(?!.*error).*", "all is well", true],
    ["(?!.*error).*", "an error", false],
    ["^(?:(?!200).)*$", "404", true],
    ["^(?:(?!200).)*$", "x200", false],
    [".*(?<=a)b", "xab", true],
    [".*(?<!a)b", "xab", false],
    ["(?=(?=.b)a.)ab", "ab", true],
    ["(?<=^)a", "a", true],
    ["(?i)error", "ERROR", true],
    ["(?i)error", "ERRORS", false],
    ["(?i)é", "É", false],
    ["(?iu)é", "É", true],
    ["(?is).*error", "AN\nERROR", true],
    ["((?i)a)b", "Ab", true],
    ["((?i)a)b", "AB", false],
    ["(?i)a(?-i)b", "Ab", true],
    ["(?i)a(?-i)b", "AB", false],
    ["(?i:E)rror", "error", true],
    ["(?i)[a-c]+", "aBC", true],
    ["(?m)^b$", "a\nb", false],
    ["(?m)a$\n^b", "a\nb", true],
    ["a$\n", "a\n", true],
    ["a$\r\n", "a\r\n", true],
    ["\\Q1.5\\E", "1.5", true],
    ["\\Q1.5\\E", "1x5", false],
    ["\\Q(a", "(a", true],
    ["\\Q😀\\E?", "😀", true],
    ["[\\Q+]\\E]+", "+]", true],
    ["\\A5..\\z", "500", true],
    ["5\\d*+", "500", true],
    ["a{1,3}+b", "aab", true],
    ["a{2,}", "a", false],
    ["a{2,}", "aaa", true],
    ["a{2}", "aaa", false],
    ["a??b*?", "bb", true],
    ["(?>5)00", "500", true],
    ["(?<name>5)00", "500", true],
    ["[+]++", "++", true],
    ["a\\++", "a++", true],
    ["\\\\Q", "\\Q", true],
    ["\\h\\t\\x41\\u0042\\x{43}\\0104\\cA", "\t\tABCD\u0001", true],
    ["[^a-c]", "d", true],
    ["[^a-c]", "b", false],
    ["[]a]+", "]a", true],
    ["[a-]+", "a-", true],
    ["[a-c&&[^b]]+", "ac", true],
    ["[a-c&&[^b]]+", "ab", false],
    ["[a[x-z]]+", "ay", true],
    ["[\\d.]+", "1.5", true],
    ["\\p{Alpha}+\\p{Punct}\\P{Digit}", "ab!x", true],
    ["\\p{Lu}\\pL", "Éa", true],
    ["\\bab\\b c\\B", "ab c", false],
    ["\\bab\\b c\\b", "ab c", true],
    ["\\R", "\r\n", true],
    [".", "😀", true],
    ["}", "}", true],
    ["a|", "", true],
    ["", "", true],
    ["", "200", false],
  ])("%j on %j: %s", (pattern, text, expected) => {
    expect(compileSelectionPattern(pattern)?.test(text)).toBe(expected);
  });

  it.each(
    labelled([
      "(",
      ")",
      "[",
      "[]",
      "[^]",
      "[a",
      "[b-a]",
      "[a&&]",
      "*",
      "{2}",
      "a**",
      "a{2}{3}",
      "a{3,2}",
      "a{x}",
      "a)(b",
      "(?<n",
      "(?i",
      "(?'a')",
      "\\",
      "\\y",
      "(a)\\1",
      "\\k<a>",
      "\\p{Nothing}",
      "\\xg",
      "a{5000}",
      "(a{1000}){1000}",
      "((a?){100}){100}",
      "x".repeat(1_025),
      "(".repeat(1_000),
      "(".repeat(1_000_000),
    ]),
  )("%s is none", (_label, pattern) => {
    expect(compileSelectionPattern(pattern)).toBeUndefined();
  });

  it("runs patterns that would keep other engines busy for hours", () => {
    const text = "a".repeat(1_000);
    for (const pattern of ["(a+)+b", "((a|a)*)*b", "(a?){300}a{300}b", "(?=(a+)+b).*", ".*(?<=(a+)+)b"]) {
      expect(compileSelectionPattern(pattern)?.test(text)).toBe(false);
    }
    expect(compileSelectionPattern("(a+)+")?.test(text)).toBe(true);
  });

  it("gives up on a text that takes too long", () => {
    const nested = compileSelectionPattern("(?:(?=.*(?<=a.*)b).)*b?");
    expect(nested?.test("ab")).toBe(true);
    expect(nested?.test("a".repeat(100_000))).toBe(false);
  });

  it("never throws", () => {
    const piece = fc.constantFrom(
      ..."\\Q \\E (?> (?i) (?= (?<! [ ] ( ) + * {2} \\ a \\z ^ && - | . $ \\p{Lu}".split(" "),
    );
    const pieces = fc.array(piece, { maxLength: 15 }).map((parts) => parts.join(""));
    let compiled = 0;
    fc.assert(
      fc.property(fc.oneof(fc.string(), pieces), (pattern) => {
        const found = compileSelectionPattern(pattern);
        if (found !== undefined) compiled++;
        expect([true, false, undefined]).toContain(found?.test(pattern));
      }),
      { seed: 3, numRuns: 3_000 },
    );
    expect(compiled).toBeGreaterThan(200);
  });

  /** Patterns that mean the same in Java and JavaScript. */
  const { tree } = fc.letrec<{ tree: string; leaf: string; join: string; or: string; many: string; look: string }>(
    (tie) => ({
      leaf: fc.constantFrom("a", "b", "1", ".", "\\d", "\\W", "[ab]", "[^a\\d]", "\\b", "^", "\\n", ""),
      join: fc.array(tie("tree"), { minLength: 2, maxLength: 3 }).map((parts) => parts.join("")),
      or: fc.tuple(tie("tree"), tie("tree")).map(([left, right]) => `(?:${left}|${right})`),
      many: fc
        .tuple(tie("tree"), fc.constantFrom("*", "+", "?", "{2}", "{1,2}", "{0,}", "*?", "+?"))
        .map(([body, sign]) => `(?:${body})${sign}`),
      look: fc.tuple(fc.constantFrom("?=", "?!", "?<=", "?<!"), tie("tree")).map(([sign, body]) => `(${sign}${body})`),
      tree: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        tie("leaf"),
        tie("join"),
        tie("or"),
        tie("many"),
        tie("look"),
      ),
    }),
  );

  it("agrees with JavaScript where the two languages do", () => {
    const text = fc.array(fc.constantFrom("a", "b", "1", "\n"), { maxLength: 5 }).map((letters) => letters.join(""));
    const seen = { matched: 0, not: 0 };
    fc.assert(
      fc.property(tree, fc.array(text, { minLength: 1, maxLength: 6 }), (pattern, texts) => {
        fc.pre(pattern.length < 200);
        const reference = new RegExp(`^(?:${pattern})$`, "u");
        const compiled = compileSelectionPattern(pattern);
        for (const one of texts) {
          const expected = reference.test(one);
          seen[expected ? "matched" : "not"]++;
          expect([pattern, one, compiled?.test(one)]).toEqual([pattern, one, expected]);
        }
      }),
      { seed: 4, numRuns: 2_000 },
    );
    expect(Math.min(seen.matched, seen.not)).toBeGreaterThan(300);
  });
});

it("a class of many parts is paid for: a long text that it matches takes too long", () => {
  const many = Array.from({ length: 400 }, (_, nth) => String.fromCodePoint(0x4e00 + 2 * nth)).join("");
  const text = "a".repeat(100_000);
  expect(compileSelectionPattern(`[${many}a]*`)?.test("aaa")).toBe(true);
  expect(compileSelectionPattern(`[${many}a]*`)?.test(text)).toBe(false);
  expect(compileSelectionPattern("[a-z0-9_.]*")?.test(text)).toBe(true);
});
