import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { limits } from "../../limits.ts";
import { found, Framing } from "./framing.ts";

type Outcome = { body: string; end: "end" | "malformed" | "tooLarge" | "waits"; rest: string };

/** Reads these pieces one after the other; `rest` is what was left of them behind the end. */
function read(framing: Framing, pieces: readonly string[]): Outcome {
  let body = "";
  for (const [i, piece] of pieces.entries()) {
    const bytes = Buffer.from(piece, "latin1");
    let at = 0;
    for (;;) {
      const what = framing.next(bytes, at);
      at = framing.at;
      if (what === found.data) body += bytes.toString("latin1", framing.start, framing.stop);
      else if (what === found.nothing) break;
      else {
        const end = what === found.end ? "end" : what === found.malformed ? "malformed" : "tooLarge";
        return { body, end, rest: bytes.toString("latin1", at) + pieces.slice(i + 1).join("") };
      }
    }
  }
  return { body, end: "waits", rest: "" };
}

const chunked = (text: string, maximum = 1_000_000) => read(Framing.ofChunks(maximum), [text]);

/** A chunk of one byte with an extension of so many. */
const extended = (length: number) => `1;${"x".repeat(length)}\r\na\r\n`;

describe("a chunked body", () => {
  test.each([
    ["0\r\n\r\n", ""],
    ["5\r\nhello\r\n0\r\n\r\n", "hello"],
    ["5\r\nhello\r\n1\r\n!\r\n000\r\n\r\n", "hello!"],
    ["A\r\n0123456789\r\n0\r\n\r\n", "0123456789"],
    ["a;x=y;z\r\n0123456789\r\n0;last\r\n\r\n", "0123456789"],
    ["1\r\na\r\n0\r\nTrailer: dropped\r\nOther:\r\n\r\n", "a"],
    ["2\r\n\r\n\r\n0\r\n\r\n", "\r\n"],
  ])("%j", (text, body) => {
    expect(chunked(`${text}GET /`)).toEqual({ body, end: "end", rest: "GET /" });
  });

  test.each([
    "\r\n",
    "g\r\n",
    "-1\r\n",
    "+1\r\na\r\n",
    "0x1\r\na\r\n",
    " 1\r\na\r\n",
    "1 \r\na\r\n",
    "1 ;x\r\na\r\n",
    "1\na\r\n",
    "1\r\na\n",
    "1\r\na\r0",
    "1\r\nab\r\n",
    "1\rX",
    "1;a\nb\r\n",
    "1;\0\r\n",
    "1;\rX",
    ";x\r\n",
    "1000000000000\r\n",
    "0000000000001\r\n",
    "0\r\nX\r\n",
    "0\r\n: y\r\n",
    "0\r\n folded\r\n",
    "0\r\nX : y\r\n",
    "0\r\nX: \0\r\n",
    "0\r\nX: y\n",
    "0\r\n\rX",
    "0\r\n\n",
  ])("%j is refused", (text) => {
    expect(chunked(text)).toMatchObject({ end: "malformed" });
  });

  test("extensions and trailers have bounds", () => {
    expect(chunked(`${extended(limits.chunkSizeLine)}0\r\n\r\n`).end).toBe("end");
    expect(chunked(extended(limits.chunkSizeLine + 1)).end).toBe("malformed");
    const lines = Math.floor(limits.chunkExtensions / limits.chunkSizeLine);
    expect(chunked(`${extended(limits.chunkSizeLine).repeat(lines)}0\r\n\r\n`).end).toBe("end");
    expect(chunked(extended(limits.chunkSizeLine).repeat(lines + 1)).end).toBe("malformed");
    expect(chunked(`0\r\nX: ${"y".repeat(limits.trailerBlock)}`).end).toBe("malformed");
  });

  test("is too large as soon as a chunk says so", () => {
    expect(chunked("3\r\nabc\r\n8\r\n", 10).end).toBe("tooLarge");
    expect(chunked("3\r\nabc\r\n7\r\n0123456\r\n0\r\n\r\n", 10)).toMatchObject({ body: "abc0123456", end: "end" });
    expect(chunked("fffffffffff\r\n").end).toBe("tooLarge");
  });
});

test("a body by length ends where it says, and what follows is left", () => {
  expect(read(Framing.ofLength(3, 10), ["ab", "cde"])).toEqual({ body: "abc", end: "end", rest: "de" });
  expect(read(Framing.ofLength(0, 10), ["x"])).toEqual({ body: "", end: "end", rest: "x" });
  expect(read(Framing.ofLength(3, 10), ["ab"])).toMatchObject({ end: "waits" });
  expect(read(Framing.ofLength(11, 10), ["ab"])).toMatchObject({ body: "", end: "tooLarge" });
});

test("a body until the close takes everything within its bound", () => {
  expect(read(Framing.untilClose(4), ["ab", "cd"])).toEqual({ body: "abcd", end: "waits", rest: "" });
  expect(read(Framing.untilClose(3), ["ab", "cd"])).toMatchObject({ end: "tooLarge" });
});

/** A text cut at random places. */
const cut = (text: string, at: readonly number[]): string[] => {
  const places = [0, ...at.map((place) => place % (text.length + 1)), text.length].sort((a, b) => a - b);
  return places.slice(1).map((place, i) => text.slice(places[i], place));
};

const hex = fc.tuple(fc.boolean(), fc.nat({ max: 3 }));

test("a valid chunked body reads alike however it is cut", () => {
  const chunks = fc.array(fc.tuple(fc.string({ minLength: 1, maxLength: 40, unit: "binary-ascii" }), hex), {
    maxLength: 8,
  });
  fc.assert(
    fc.property(chunks, fc.array(fc.nat(), { maxLength: 30 }), (parts, places) => {
      const line = ([text, [upper, zeros]]: (typeof parts)[number]) => {
        const size = "0".repeat(zeros) + text.length.toString(16);
        return `${upper ? size.toUpperCase() : size}\r\n${text}\r\n`;
      };
      const wire = `${parts.map(line).join("")}0\r\nT: x\r\n\r\nNEXT`;
      const whole = read(Framing.ofChunks(1e6), [wire]);
      expect(whole).toEqual({ body: parts.map(([text]) => text).join(""), end: "end", rest: "NEXT" });
      expect(read(Framing.ofChunks(1e6), cut(wire, places))).toEqual(whole);
    }),
    { numRuns: 500, seed: 20_260_102 },
  );
});

test("any bytes read alike however they are cut", () => {
  const piece = fc.constantFrom("0", "1", "2", "f", "\r\n", "\r", "\n", ";", "x", ":", " ", "a", "ab", "\0");
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), fc.array(fc.nat(), { maxLength: 30 }), (pieces, places) => {
      const wire = pieces.join("");
      expect(read(Framing.ofChunks(50), cut(wire, places))).toEqual(read(Framing.ofChunks(50), [wire]));
    }),
    { numRuns: 2_000, seed: 20_260_103 },
  );
});
