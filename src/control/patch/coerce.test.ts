import { describe, expect, test } from "vitest";
import { toBoolean, toDouble, toEnum, toInteger, toText } from "./coerce.ts";

const long = "9".repeat(1_048_576);
/** Numbers to some reader or other, but not to the service. */
const noNumbers = [
  undefined,
  "",
  " ",
  " 1",
  "1 ",
  "1\n",
  "+1",
  "--1",
  "1,5",
  "0x10",
  "1_000",
  "NaN",
  "nan",
  "Infinity",
  "-Infinity",
  "1e999",
  "-1e999",
  "ten",
  "1f",
  "true",
  "null",
  "[]",
  "٣",
  "\u0000",
  "__proto__",
  "constructor",
  "toString",
  long,
];

describe("toBoolean", () => {
  test.each([
    ["true", true],
    ["TRUE", true],
    ["tRuE", true],
    ["false", false],
    ["False", false],
    ["", false],
    ["yes", false],
    ["1", false],
    [" true", false],
    ["true\n", false],
    ["truetrue", false],
    [long, false],
    [undefined, false],
  ])("%.20j is %s, silently", (value, expected) => {
    expect(toBoolean(value)).toBe(expected);
  });
});

describe("toInteger", () => {
  test.each([
    ["0", 0],
    ["-0", 0],
    ["-1", -1],
    ["007", 7],
    ["3600", 3600],
  ])("%s is %d", (value, expected) => {
    expect(toInteger(value, -1, 3600, "no")).toBe(expected);
  });

  test.each([...noNumbers, "1.5", "1.0", "1e3", "3601", "-2", ".5"])(
    "refuses %.20j with the message given",
    (value) => {
      expect(() => toInteger(value, -1, 3600, "no, in these words")).toThrow("no, in these words");
    },
  );
});

describe("toDouble", () => {
  test.each([
    ["0", 0],
    ["-0", 0],
    ["-0.0", 0],
    ["10.5", 10.5],
    ["100.0", 100],
    ["1e2", 100],
    ["1E+1", 10],
    ["5e-1", 0.5],
    [".5", 0.5],
    ["5.", 5],
  ])("%s is %d", (value, expected) => {
    expect(toDouble(value, 0, 100, "no")).toBe(expected);
  });

  test.each([...noNumbers, "100.1", "-0.1", ".", "-", "e5", "1e", "1e5.5", `0.${long}`])(
    "refuses %.20j with the message given",
    (value) => {
      expect(() => toDouble(value, 0, 100, "no, in these words")).toThrow("no, in these words");
    },
  );
});

describe("toEnum", () => {
  test("gives the word back", () => {
    expect(toEnum("INFO", ["OFF", "INFO"], "no")).toBe("INFO");
  });

  test.each([undefined, "", "info", "INFO ", "0", "length", "__proto__", "constructor", long])(
    "refuses %.20j with the message given",
    (value) => {
      expect(() => toEnum(value, ["OFF", "INFO"], "no, in these words")).toThrow("no, in these words");
    },
  );
});

describe("toText", () => {
  test.each(["", "plain", "line\nline\r\n\ttab", "é 漢 😀", "__proto__", "x".repeat(20)])("keeps %j", (value) => {
    expect(toText(value, 20, "no")).toBe(value);
  });

  test.each(["x".repeat(21), "a\u0000b", "\u001b[31m", "\u007f", "\u000b", "half \ud83d", "\ude00 half", long])(
    "refuses %.20j with the message given",
    (value) => {
      expect(() => toText(value, 20, "no, in these words")).toThrow("no, in these words");
    },
  );
});
