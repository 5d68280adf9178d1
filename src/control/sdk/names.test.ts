import { describe, expect, it } from "vitest";
import { className, isKeyword, memberName } from "./java/names.ts";
import { inComment, javaLiteral } from "./java/text.ts";
import { literal, plainText } from "./literal.ts";
import { camelCase, UniqueNames, wordsOf } from "./names.ts";
import { fillTemplate } from "./template.ts";

describe("names", () => {
  it.each([
    ["/pets/{petId}", "petsPetId"],
    ["/{a}/{b}/{op}", "aBOp"],
    ["Get-User_list", "getUserList"],
    ["/files/{proxy+}", "filesProxy"],
    ["é", ""],
  ])("of %s", (text, name) => {
    expect(camelCase(wordsOf(text))).toBe(name);
  });

  it("are given out once, in any case, and never begin with a digit", () => {
    const names = new UniqueNames(["then"]);
    expect(["pets", "Pets", "pets2", "then", "1st", "pets"].map((name) => names.take(name))).toEqual([
      "pets",
      "Pets2",
      "pets22",
      "then2",
      "_1st",
      "pets3",
    ]);
  });

  it.each([
    ["pet store sdk", "PetStoreSdk"],
    ["SimpleCalcSdk", "SimpleCalcSdk"],
    ["2nd", "_2nd"],
    ["../..", ""],
    ["x".repeat(500), `X${"x".repeat(99)}`],
  ])("of a Java class: %.20s", (text, name) => {
    expect(className(text)).toBe(name);
  });

  it.each([
    ["X-Request-Id", "xRequestId"],
    ["class", "class_"],
    ["", "fallback"],
  ])("of a Java member: %s", (text, name) => {
    expect(memberName(text, "fallback")).toBe(name);
  });

  it("knows Java's keywords", () => {
    expect(["int", "true", "_", "record"].every(isKeyword)).toBe(true);
    expect(["Int", "pets", "constructor", "__proto__"].some(isKeyword)).toBe(false);
  });
});

describe("texts in code", () => {
  it.each([
    ['a"b\\c\n\r\u2028é</script>', '"a\\"b\\\\c\\n\\r\\u2028\\u00e9\\u003c/script\\u003e"'],
    ["\\u0022", '"\\\\u0022"'],
    ["\ud83d\ude00", '"\\ud83d\\ude00"'],
  ])("as a JavaScript literal: %j", (text, source) => {
    expect(literal(text)).toBe(source);
    expect(JSON.parse(source)).toBe(text);
  });

  it.each([
    ['a"b\\c\n\r\u2028é\u0000', '"a\\"b\\\\c\\n\\r\\u2028\\u00e9\\u0000"'],
    ["\\u000a", '"\\\\u000a"'],
    ["\ud83d\ude00", '"\\ud83d\\ude00"'],
  ])("as a Java literal: %j", (text, source) => {
    expect(javaLiteral(text)).toBe(source);
  });

  it("as words of a comment or a page", () => {
    expect(inComment("a */ \\u002a/ é\n{x}")).toBe("a ?/ ?u002a/ ??{x}");
    expect(plainText("a|b <script> `c` [d](e) {f+}\n/g_h\u202e")).toBe("a b script c d (e) {f+} /g_h");
  });

  it("in a template, whatever they say", () => {
    expect(fillTemplate("@ONE@ @TWO@ @NONE@", { ONE: "@TWO@ $1 $&", TWO: "2" })).toBe("@TWO@ $1 $& 2 @NONE@");
  });
});
