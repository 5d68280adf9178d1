import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isTarget, isToken } from "./characters.ts";
import { refusals } from "./refusals.ts";
import { readRequestHead } from "./request-head.ts";

const bounds = { requestLine: 200, headerBlock: 400, headerCount: 8 };
const read = (...lines: string[]) => readRequestHead(lines.join("\r\n"), bounds);
const get = (...fields: string[]) => read("GET / HTTP/1.1", "Host: a", ...fields);
const post = (...fields: string[]) => read("POST /p HTTP/1.1", "Host: a", ...fields);

/** A request line, and a field that makes a header block, of so many bytes. */
const lineOf = (length: number) => `GET /${"x".repeat(length - "GET / HTTP/1.1".length)} HTTP/1.1`;
const blockOf = (length: number) => `X: ${"x".repeat(length - "\r\nHost: a\r\nX: ".length)}`;

describe("a request that is HTTP", () => {
  test("is read whole, header names and values as sent", () => {
    expect(
      read(
        "PATCH /a/b?c=%20d&e HTTP/1.1",
        "hOsT: Api.Example:8080",
        "X-One:  two words \t",
        "x-one:",
        "Content-Length: 12",
      ),
    ).toEqual({
      method: "PATCH",
      target: "/a/b?c=%20d&e",
      minorVersion: 1,
      headers: ["hOsT", "Api.Example:8080", "X-One", "two words", "x-one", "", "Content-Length", "12"],
      host: "api.example",
      bodyLength: 12,
      keepAlive: true,
      expectsContinue: false,
    });
  });

  test.each([
    ["HTTP/1.1 alone", ["GET / HTTP/1.1", "Host: a"], true],
    ["HTTP/1.1 with close", ["GET / HTTP/1.1", "Host: a", "Connection: close"], false],
    ["close among others", ["GET / HTTP/1.1", "Host: a", "Connection: x, Close ,keep-alive"], false],
    ["close in a second field", ["GET / HTTP/1.1", "Host: a", "Connection: x", "Connection: close"], false],
    ["HTTP/1.0 alone", ["GET / HTTP/1.0"], false],
    ["HTTP/1.0 with keep-alive", ["GET / HTTP/1.0", "Connection: Keep-Alive"], true],
  ])("keep-alive: %s", (_, lines, keepAlive) => {
    expect(read(...lines)).toMatchObject({ keepAlive });
  });

  test.each([
    ["localhost", "localhost"],
    ["a.b-c_d~e:1", "a.b-c_d~e"],
    ["[::1]:80", "[::1]"],
    ["[FE80::1]", "[fe80::1]"],
    ["127.0.0.1:65535", "127.0.0.1"],
  ])("host %s", (given, host) => {
    expect(read("GET / HTTP/1.1", `Host: ${given}`)).toMatchObject({ host });
  });

  test("an HTTP/1.0 request needs no Host", () => {
    expect(read("GET / HTTP/1.0")).toMatchObject({ host: "", headers: [] });
  });

  test.each([
    ["http://other.example:81/x?y", "/x?y", "other.example", "other.example:81"],
    ["https://other.example", "/", "other.example", "other.example"],
    ["HTTP://other.example?q", "/?q", "other.example", "other.example"],
  ])("absolute form %s is rewritten, and its authority replaces the Host", (given, target, host, field) => {
    expect(read(`GET ${given} HTTP/1.1`, "Host: first")).toMatchObject({ target, host, headers: ["Host", field] });
  });

  test("an asterisk is a target of OPTIONS", () => {
    expect(read("OPTIONS * HTTP/1.1", "Host: a")).toMatchObject({ target: "*" });
  });

  test.each([
    ["Content-Length: 0", 0],
    ["Content-Length: 00012", 12],
    ["Content-Length: 999999999999999", 999_999_999_999_999],
    ["transfer-ENCODING: Chunked", -1],
  ])("framing %s", (field, bodyLength) => {
    expect(post(field)).toMatchObject({ bodyLength });
  });

  test("100-continue is expected only of a body", () => {
    expect(post("Expect: 100-Continue", "Content-Length: 1")).toMatchObject({ expectsContinue: true });
    expect(post("Expect: 100-continue")).toMatchObject({ expectsContinue: false });
  });
});

describe("a request that is refused", () => {
  test.each([
    ["empty", [""], "requestLine"],
    ["one word", ["GET"], "requestLine"],
    ["HTTP/0.9", ["GET /"], "requestLine"],
    ["no version", ["GET / "], "requestLine"],
    ["two blanks before the target", ["GET  / HTTP/1.1"], "target"],
    ["two blanks after the target", ["GET /  HTTP/1.1"], "target"],
    ["a blank in the target", ["GET /a b HTTP/1.1"], "target"],
    ["a blank before the method", [" GET / HTTP/1.1"], "requestLine"],
    ["a tab for a blank", ["GET\t/ HTTP/1.1"], "method"],
    ["a blank after the version", ["GET / HTTP/1.1 "], "requestLine"],
    ["lower-case http", ["GET / http/1.1"], "requestLine"],
    ["two digits", ["GET / HTTP/1.10"], "requestLine"],
    ["HTTP/2", ["GET / HTTP/2.0"], "version"],
    ["HTTP/1.2", ["GET / HTTP/1.2"], "version"],
    ["a method that is no token", ["G(T / HTTP/1.1"], "method"],
    ["a target of another kind", ["GET x HTTP/1.1", "Host: a"], "target"],
    ["an asterisk for GET", ["GET * HTTP/1.1", "Host: a"], "target"],
    ["a fragment", ["GET /#x HTTP/1.1", "Host: a"], "target"],
    ["a control in the target", ["GET /\u0001 HTTP/1.1", "Host: a"], "target"],
    ["a byte past ASCII in the target", ["GET /\u00e9 HTTP/1.1", "Host: a"], "target"],
    ["a bare CR in the target", ["GET /\rx HTTP/1.1", "Host: a"], "target"],
    ["a user in the authority", ["GET http://u@h/ HTTP/1.1", "Host: a"], "host"],
    ["an empty authority", ["GET http:///x HTTP/1.1", "Host: a"], "target"],
    ["CONNECT", ["CONNECT a:443 HTTP/1.1", "Host: a"], "connect"],
    ["no Host", ["GET / HTTP/1.1"], "host"],
    ["two Hosts", ["GET / HTTP/1.1", "Host: a", "Host: a"], "host"],
    ["an empty Host", ["GET / HTTP/1.1", "Host:"], "host"],
    ["a list of Hosts", ["GET / HTTP/1.1", "Host: a,b"], "host"],
    ["a path in the Host", ["GET / HTTP/1.1", "Host: a/b"], "host"],
    ["a port that is no number", ["GET / HTTP/1.1", "Host: a:b"], "host"],
  ] as const)("%s", (_, lines, reason) => {
    expect(read(...lines)).toBe(refusals[reason]);
  });

  test.each([
    ["a blank before the colon", "X : y", "fieldName"],
    ["a tab before the colon", "X\t: y", "fieldName"],
    ["a folded line", " folded", "fieldName"],
    ["a tab-folded line", "\tfolded", "fieldName"],
    ["no colon", "X", "fieldName"],
    ["no name", ": y", "fieldName"],
    ["an empty line within", "", "fieldName"],
    ["a NUL in the name", "X\0: y", "fieldName"],
    ["a byte past ASCII in the name", "X\u00e9: y", "fieldName"],
    ["a NUL in the value", "X: a\0b", "fieldValue"],
    ["a bare CR in the value", "X: a\rb", "fieldValue"],
    ["a bare LF in the value", "X: a\nY: b", "fieldValue"],
    ["CR CR LF", "X: a\r", "fieldValue"],
    ["a vertical tab before the value", "X: \u000bb", "fieldValue"],
    ["DEL in the value", "X: \u007f", "fieldValue"],
    ["an unknown expectation", "Expect: 200-ok", "expectation"],
  ] as const)("%s", (_, line, reason) => {
    expect(get(line, "Z: z")).toBe(refusals[reason]);
  });

  test.each([
    [["Content-Length: 1", "Content-Length: 1"], "contentLength"],
    [["Content-Length: 1", "content-length: 2"], "contentLength"],
    [["Content-Length: 1, 1"], "contentLength"],
    [["Content-Length: +1"], "contentLength"],
    [["Content-Length: -1"], "contentLength"],
    [["Content-Length: 1_0"], "contentLength"],
    [["Content-Length: 0x1"], "contentLength"],
    [["Content-Length: 1e3"], "contentLength"],
    [["Content-Length: 1.0"], "contentLength"],
    [["Content-Length:"], "contentLength"],
    [["Content-Length: \u00b2"], "contentLength"],
    [["Content-Length: 18446744073709551617"], "contentLength"],
    [["Content-Length: 1", "Transfer-Encoding: chunked"], "framing"],
    [["Transfer-Encoding: chunked", "Content-Length: 1"], "framing"],
    [["Transfer-Encoding: identity", "Content-Length: 1"], "framing"],
    [["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"], "transferEncoding"],
    [["Transfer-Encoding: chunked", "Transfer-Encoding: identity"], "transferEncoding"],
    [["Transfer-Encoding: chunked, identity"], "transferEncoding"],
    [["Transfer-Encoding: chunked, chunked"], "transferEncoding"],
    [["Transfer-Encoding: chunked,"], "transferEncoding"],
    [["Transfer-Encoding: , chunked"], "transferEncoding"],
    [["Transfer-Encoding: identity"], "transferEncoding"],
    [["Transfer-Encoding: xchunked"], "transferEncoding"],
    [["Transfer-Encoding: chunked;q=1"], "transferEncoding"],
    [['Transfer-Encoding: "chunked"'], "transferEncoding"],
    [["Transfer-Encoding:"], "transferEncoding"],
    [["Transfer-Encoding: \u000bchunked"], "fieldValue"],
    [["Transfer-Encoding : chunked"], "fieldName"],
    [["Transfer-Encoding: gzip, chunked"], "transferCoding"],
  ] as const)("framing %j", (lines, reason) => {
    expect(post(...lines)).toBe(refusals[reason]);
  });

  test("chunks in HTTP/1.0", () => {
    expect(read("POST / HTTP/1.0", "Transfer-Encoding: chunked")).toBe(refusals.transferEncoding);
  });

  test("too long a line, too large a block, too many fields; what just fits is taken", () => {
    expect(read(lineOf(200), "Host: a")).toMatchObject({ host: "a" });
    expect(read(lineOf(201), "Host: a")).toBe(refusals.targetTooLong);
    expect(get(blockOf(400))).toMatchObject({ host: "a" });
    expect(get(blockOf(401))).toBe(refusals.headersTooLarge);
    expect(get(...Array.from({ length: 7 }, () => "X: y"))).toMatchObject({ host: "a" });
    expect(get(...Array.from({ length: 8 }, () => "X: y"))).toBe(refusals.headersTooLarge);
  });
});

test("no text makes the reader throw, and what it takes could be sent again", () => {
  const piece = fc.constantFrom(
    "GET",
    " ",
    "/",
    "HTTP/1.1",
    "\r\n",
    "Host",
    ":",
    "a",
    "\r",
    "\n",
    "\t",
    "\0",
    "chunked",
    "Transfer-Encoding",
    "Content-Length",
    "1",
    ",",
    "\u00ff",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const head = readRequestHead(pieces.join(""), bounds);
      if ("message" in head) return;
      expect(isToken(head.method) && isTarget(head.target)).toBe(true);
      expect(head.headers.every((text, i) => (i % 2 === 0 ? isToken(text) : !/[\r\n\0]/.test(text)))).toBe(true);
    }),
    { numRuns: 3_000, seed: 20_260_101 },
  );
});
