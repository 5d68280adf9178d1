import { describe, expect, test } from "vitest";
import { bodyOf } from "../../test/support/gateway-fixture.ts";
import { limits } from "../limits.ts";
import { fixedResponses, Refusal } from "./gateway-response.ts";
import { jsonText } from "./vtl/print.ts";
import { Run } from "./vtl/run.ts";
import { readWhole, WholeBody } from "./whole-body.ts";

const body = (text: string): WholeBody => new WholeBody(Buffer.from(text), fixedResponses.invalidJson);

describe("a whole body", () => {
  test.each([
    ["", "{}", "{}"],
    ['{"a":1}', '{"a":1}', '{"a":1}'],
    [" [1]", " [1]", "[1]"],
    ['"text"', '"text"', '"text"'],
    ["plain", "plain", undefined],
    ["12", "12", undefined],
  ])("%j reads as %j and %j", (sent, text, json) => {
    expect(body(sent).text).toBe(text);
    const read = body(sent).json;
    expect(read && jsonText(new Run([]), read)).toBe(json);
  });

  test("is parsed once", () => {
    const parsed = body('{"a":{}}');
    expect(parsed.json).toBe(parsed.json);
  });

  test.each(["{", "'single'", "[1,]"])("%j is broken JSON", (sent) => {
    expect(() => body(sent).json).toThrow(Refusal);
  });

  test("nesting of any depth is read or refused", () => {
    expect(() => body("[".repeat(1_000_000)).json).toThrow(Refusal);
  });
});

/** What a reader hears. */
function heard(pieces: readonly Buffer[], breaksOff?: "reset"): string[] {
  const calls: string[] = [];
  readWhole(bodyOf(pieces, -1, breaksOff), "client-too-large", {
    onBody: (bytes) => void calls.push(`${bytes.length} bytes`),
    onFailure: ({ kind }) => void calls.push(kind),
  });
  return calls;
}

describe("reading a body to its end", () => {
  const megabyte = Buffer.alloc(1_048_576);

  test("of several pieces, of one, of none", () => {
    expect(heard([Buffer.from("ab"), Buffer.from("c")])).toEqual(["3 bytes"]);
    expect(heard([Buffer.from("ab")])).toEqual(["2 bytes"]);
    expect(heard([])).toEqual(["0 bytes"]);
  });

  test("that does not come", () => {
    expect(heard([Buffer.from("ab")], "reset")).toEqual(["reset"]);
  });

  test("at the bound, and over it", () => {
    const full = Array.from({ length: limits.payload / megabyte.length }, () => megabyte);
    expect(heard(full)).toEqual([`${limits.payload} bytes`]);
    expect(heard([...full, Buffer.from("x"), megabyte])).toEqual(["client-too-large"]);
  });
});
