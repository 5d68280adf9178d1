import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseTraceHeader, passedTraceHeader, traceHeaderText } from "./trace-header.ts";

const root = "1-5759e988-bd862e3fe1be46a994272793";
const parent = "53995c3f42cd8ad8";
const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`));

describe("X-Amzn-Trace-Id", () => {
  test.each([
    [`Root=${root}`, { root, parent: undefined, sampled: undefined }],
    [`Root=${root};Parent=${parent};Sampled=1`, { root, parent, sampled: true }],
    [`Sampled=0; parent=${parent} ;ROOT=${root.toUpperCase()}`, { root, parent, sampled: false }],
    [
      `Self=1-67891234-12456789abcdef012345678;Root=${root};Lineage=a87bd80c:1`,
      { root, parent: undefined, sampled: undefined },
    ],
    [`Root=${root};Parent=0000000000000000`, { root, parent: undefined, sampled: undefined }],
    [
      `Root=1-00000000-00000000000000000000000a`,
      { root: `1-00000000-${"0".repeat(23)}a`, parent: undefined, sampled: undefined },
    ],
    [`Root=${root};Parent=53995c3f;Sampled=?`, { root, parent: undefined, sampled: undefined }],
    [`Root=${root};Sampled=true;;=;x`, { root, parent: undefined, sampled: undefined }],
  ])("%s", (text, expected) => {
    expect(parseTraceHeader(text)).toEqual(expected);
  });

  test.each([
    "",
    "Sampled=1",
    "Root=",
    "Root=1-2-3",
    `Root=2${root.slice(1)}`,
    `Root=${root}0`,
    `Root=${root}${" ".repeat(512)}`,
    "Root=1-00000000-000000000000000000000000;Sampled=1",
  ])("no trace: %s", (text) => {
    expect(parseTraceHeader(text)).toBeUndefined();
  });

  test("what names a root passes as it is, anything else is a new trace", () => {
    for (const text of [`Root=${root};x=y`, ` sampled=1; ROOT = ${root} `])
      expect(passedTraceHeader(text, 0)).toBe(text);
    for (const text of [undefined, "", "x=y", root, `Root=${root}${";".repeat(500)}`]) {
      expect(passedTraceHeader(text, 1_767_225_600_250)).toMatch(/^Root=1-6955b900-[0-9a-f]{24}$/);
    }
  });

  test("what is written is read as it was", () => {
    const header = fc.record({
      root: fc.tuple(hex(8), hex(23)).map(([time, rest]) => `1-${time}-${rest}1`),
      parent: fc.option(
        hex(15).map((rest) => `${rest}2`),
        { nil: undefined },
      ),
      sampled: fc.option(fc.boolean(), { nil: undefined }),
    });
    fc.assert(
      fc.property(header, (each) => {
        expect(parseTraceHeader(traceHeaderText(each))).toEqual(each);
      }),
      { seed: 7 },
    );
  });

  test("nothing that comes breaks it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 600 }), (text) => {
        parseTraceHeader(text);
        parseTraceHeader(`Root=${root};${text}`);
      }),
      { seed: 8 },
    );
  });
});
