import { array, assert, property, string } from "fast-check";
import { describe, expect, test } from "vitest";
import { mask, Secrets } from "./secrets.ts";

test.each([
  ["", ""],
  ["abc", "***"],
  ["abcdef", "******"],
  ["abcdefg", "*bcdefg"],
])("%j is masked as %j", (secret, masked) => {
  expect(mask(secret)).toBe(masked);
});

describe("secrets in a text", () => {
  const secrets = new Secrets([
    "short",
    "0123456789abcd\u{1d11e}efghi",
    "0123456789/abcdef",
    "0123456789/abcdef and more",
  ]);

  test.each([
    ["short", "*****"],
    ["a short one is looked for as a whole alone", "a short one is looked for as a whole alone"],
    ["0123456789/abcdef", "***********abcdef"],
    ["<0123456789/abcdef> 0123456789/abcdef", "<***********abcdef> ***********abcdef"],
    ["the longer one first: 0123456789/abcdef and more", "the longer one first: ********************d more"],
    ["$& 0123456789/abcdef $1", "$& ***********abcdef $1"],
  ])("%j is shown as %j", (text, shown) => {
    expect(secrets.maskedValue(text)).toBe(shown);
  });

  test.each([
    ["/a/b", "/a/b"],
    ["", ""],
    ["/a%20b/%2x", "/a%20b/%2x"],
    ["/short/0123456789%2Fabcdef", "/short/***********abcdef"],
    ["/x-0123456789%2fabcdef é", "/x-***********abcdef%20%C3%A9"],
    ["/a?b=short&c=%73hort;d=short+&short=1&&e", "/a?b=*****&c=*****;d=short+&short=1&&e"],
    ["/a?b=0123456789/abcdef?c=1", "/a?b=***********abcdef?c=1"],
    ["/a?b==0123456789/abcdef=", "/a?b=%3D***********abcdef%3D"],
    ["/a?0123456789%2Fabcdef&=&;=short", "/a?***********abcdef&=&;=*****"],
    ["/0123456789abcd%F0%9D%84%9Eefghi?b=%F0%9D%84%9E", "/***************%EF%BF%BDefghi?b=%F0%9D%84%9E"],
    [
      "/a?X-Amz-Signature=0123abcdef&x-amz-signature=0123abcdef",
      "/a?X-Amz-Signature=****abcdef&x-amz-signature=0123abcdef",
    ],
  ])("the target %j is shown as %j", (target, shown) => {
    expect(secrets.maskedTarget(target)).toBe(shown);
  });
});

test("a target takes no longer for being one long word", () => {
  const target = `/${"a".repeat(1_000_000)}?${"b".repeat(1_000_000)}`;
  expect(new Secrets(["0123456789abcdef"]).maskedTarget(target) === target).toBe(true);
});

test("a secret that a text ends in the middle of", () => {
  const periodic = "0123456789abcdef".repeat(4);
  const secrets = new Secrets([periodic, "fedcba9876543210!"]);
  const shown = (text: string): string => secrets.maskedExcerpt(text);
  expect(shown(`a ${periodic.slice(0, 40)}… and …`)).toBe(`a ${"*".repeat(40)}… and …`);
  expect(shown(`${periodic.slice(0, 20)}… ${periodic}…, fedcba9876543210…`)).toBe(
    `${"*".repeat(20)}… ${"*".repeat(58)}abcdef…, ${"*".repeat(16)}…`,
  );
  expect(shown("fedcba987654321…")).toBe("fedcba987654321…");
  expect(shown("fedcba9876543210?…")).toBe("fedcba9876543210?…");
});

test("whatever a secret and what stands around it are, nothing of it is shown but its end", () => {
  const anything = string({ unit: "binary", maxLength: 8 });
  const secretText = string({ unit: "binary", minLength: 16, maxLength: 24 }).map((text) => text.toWellFormed());
  assert(
    property(array(secretText, { minLength: 1, maxLength: 3 }), anything, (texts, around) => {
      const secrets = new Secrets(texts);
      const [secret = ""] = texts;
      const text = `${around}${secret}${around}`;
      const shown = secrets.maskedText(text);
      expect(shown).not.toContain(secret);
      expect(shown).toHaveLength(text.length);
      const encoded = encodeURIComponent(secret);
      const target = secrets.maskedTarget(`/${encoded}/x${encoded}?a=${encoded}&b=x${encoded}`);
      expect(target).not.toContain(encoded);
      expect(target.split(/[/?&]/)).toHaveLength(5);
    }),
    { numRuns: 300, seed: 1 },
  );
});
