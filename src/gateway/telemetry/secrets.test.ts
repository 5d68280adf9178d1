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
  const secrets = new Secrets(["short", "0123456789/abcdef", "0123456789/abcdef and more"]);

  test.each([
    ["short", "*****"],
    ["a short one is looked for as a whole alone", "a short one is looked for as a whole alone"],
    ["0123456789/abcdef", "***********abcdef"],
    ["<0123456789/abcdef> 0123456789/abcdef", "<***********abcdef> ***********abcdef"],
    ["the longer one first: 0123456789/abcdef and more", "the longer one first: ********************d more"],
    ["$& 0123456789/abcdef $1", "$& ***********abcdef $1"],
  ])("%j is shown as %j", (text, shown) => {
    expect(secrets.masked(text)).toBe(shown);
  });

  test.each([
    ["/a/b", "/a/b"],
    ["", ""],
    ["/a%20b/%2x", "/a%20b/%2x"],
    ["/short/0123456789%2Fabcdef", "/*****/***********abcdef"],
    ["/x-0123456789%2fabcdef é", "/x-***********abcdef%20%C3%A9"],
    ["/a?b=short&c=%73hort;d=short+&short=1&&e", "/a?b=*****&c=*****;d=short+&short=1&&e"],
    ["/a?b=0123456789/abcdef?c=1", "/a?b=***********abcdef?c=1"],
    [
      "/a?X-Amz-Signature=0123abcdef&x-amz-signature=0123abcdef",
      "/a?X-Amz-Signature=****abcdef&x-amz-signature=0123abcdef",
    ],
  ])("the target %j is shown as %j", (target, shown) => {
    expect(secrets.maskedTarget(target)).toBe(shown);
  });
});
