import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readMockStatus } from "./mock.ts";

describe("the statusCode of a MOCK's request template (facts/mapping.md 9)", () => {
  test.each([
    ['{"statusCode": 200}', 200],
    ["{statusCode: 200}", 200],
    ["{'statusCode': 404}", 404],
    ['  {\n"statusCode" :\t201\n}\n', 201],
    ['{"statusCode": 200,}', 200],
    ['{,,"a": 1,, "statusCode": 200,,}', 200],
    ["{statusCode: 200, foo}: [ba r]}", 200],
    ['{"message": "a } in a text", "statusCode": 418}', 418],
    ['{"nested": {"statusCode": 1, "x": ["}", {}]}, "statusCode": 202}', 202],
    ['{"statusCode": 0}', 0],
    ['{"statusCode": -7}', -7],
    ['{"statusCode": 200} and more', 200],
    ['{"statusCode": 200, "statusCode": 500}', 500],
  ])("%j → %d", (text, status) => {
    expect(readMockStatus(text)).toBe(status);
  });

  test.each([
    ["{\"statusCode': 200}", "quotes that do not match"],
    ["statusCode: 200", "no braces"],
    ["", "nothing"],
    ["{}", "no statusCode"],
    ["{stat{usCode: 200}", "a brace in a bare name"],
    ['{"statusCode": "200"}', "a quoted number"],
    ['{"statusCode": 200', "cut off"],
    ['{"statusCode": 200, "a": "b', "cut off in a text"],
    ['{"statusCode": 200, "a": [1', "cut off in a list"],
    ['{"statusCode": 2.5}', "not an integer"],
    ['{"statusCode": abc}', "not a number"],
    ['{"StatusCode": 200}', "another name"],
    ['["statusCode", 200]', "not an object"],
    ['{"statusCode": {"a": 1}}', "an object"],
  ])("%j has none: %s", (text) => {
    expect(readMockStatus(text)).toBeUndefined();
  });

  test("reads all JSON that has an integer there", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.integer({ min: -999, max: 999 }), (rest, status) => {
        expect(readMockStatus(JSON.stringify({ ...rest, statusCode: status }))).toBe(status);
      }),
    );
  });

  test("takes any text, in time that grows with its length", () => {
    const pieces = fc.constantFrom("{", "}", "[", "]", ":", ",", '"', "'", "\\", "statusCode", "200", " ");
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 400 }), (parts) => {
        const status = readMockStatus(parts.join(""));
        expect(status === undefined || Number.isInteger(status)).toBe(true);
      }),
    );
    expect(readMockStatus(`{${"[".repeat(300_000)}`)).toBeUndefined();
  });
});
