import { expect, test } from "vitest";
import { contextVariable, requestTime } from "./context.ts";

test.each([
  [Date.UTC(2026, 0, 2, 3, 4, 5), "02/Jan/2026:03:04:05 +0000"],
  [Date.UTC(2015, 11, 31, 23, 59, 59, 999), "31/Dec/2015:23:59:59 +0000"],
])("%d is the request time %s", (epochMilliseconds, text) => {
  expect(requestTime(epochMilliseconds)).toBe(text);
});

test("a name that an object has by birth is no variable", () => {
  for (const name of ["__proto__", "constructor", "toString", ""]) expect(contextVariable(name)).toBeUndefined();
});
