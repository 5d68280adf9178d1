import { expect, test } from "vitest";
import { didYouMean } from "./did-you-mean.ts";

test.each([
  ["throtle.rate", ["throttle.rate", "throttle.burst"], " Did you mean throttle.rate?"],
  ["TRACING", ["tracing"], " Did you mean tracing?"],
  ["zzz", ["tracing"], ""],
  ["x".repeat(10_000), ["tracing"], ""],
  ["", ["tracing"], ""],
])("near %j", (word, known, said) => {
  expect(didYouMean(word, known)).toBe(said);
});

test("what is alike in another way comes before what is near", () => {
  expect(didYouMean("on", ["off", "on"], ["other", "more"])).toBe(" Did you mean other or more?");
});
