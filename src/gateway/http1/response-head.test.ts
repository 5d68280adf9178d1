import { describe, expect, test } from "vitest";
import { readResponseHead } from "./response-head.ts";

const read = (...lines: string[]) => readResponseHead(lines.join("\r\n"), 4);

describe("an answer that is HTTP", () => {
  test.each([
    [
      ["HTTP/1.1 200 OK", "content-LENGTH: 3", "X: y z "],
      { status: 200, bodyLength: 3, chunked: false, keepAlive: true, headers: ["content-LENGTH", "3", "X", "y z"] },
    ],
    [["HTTP/1.1 404 Not \u00e9 Found"], { status: 404, bodyLength: -1, chunked: false, keepAlive: true }],
    [["HTTP/1.1 204 "], { status: 204 }],
    [["HTTP/1.1 299"], { status: 299 }],
    [["HTTP/1.0 200 OK"], { keepAlive: false }],
    [["HTTP/1.0 200 OK", "Connection: keep-alive"], { keepAlive: true }],
    [["HTTP/1.1 200 OK", "Connection: close"], { keepAlive: false }],
    [["HTTP/1.1 200 OK", "Transfer-Encoding: Chunked"], { chunked: true, bodyLength: -1 }],
    [["HTTP/1.1 200 OK", "Keep-Alive: max=5, timeout=7"], { keepAliveSeconds: 7 }],
    [["HTTP/1.1 200 OK", "Keep-Alive: notimeout=7"], { keepAliveSeconds: -1 }],
  ])("%j", (lines, head) => {
    expect(read(...lines)).toMatchObject(head);
  });
});

describe("an answer that is not", () => {
  test.each([
    [["HTTP/1.1 20 OK"], "malformed status line"],
    [["HTTP/1.1 2000 OK"], "malformed status line"],
    [["HTTP/1.1 099 OK"], "malformed status line"],
    [["HTTP/1.1  200 OK"], "malformed status line"],
    [["HTTP/2 200 OK"], "malformed status line"],
    [["ICY 200 OK"], "malformed status line"],
    [["HTTP/1.1 200 a\rb"], "malformed status line"],
    [["", "HTTP/1.1 200 OK"], "malformed status line"],
    [["HTTP/1.1 200 OK", "X : y"], "malformed header name"],
    [["HTTP/1.1 200 OK", "X: y", " folded"], "malformed header name"],
    [["HTTP/1.1 200 OK", "X: \0"], "malformed header value"],
    [["HTTP/1.1 200 OK", "Content-Length: 1", "Content-Length: 1"], "malformed content-length"],
    [["HTTP/1.1 200 OK", "Content-Length: 1, 1"], "malformed content-length"],
    [["HTTP/1.1 200 OK", "Content-Length: x"], "malformed content-length"],
    [["HTTP/1.1 200 OK", "Content-Length: 1", "Transfer-Encoding: chunked"], "content-length with transfer-encoding"],
    [["HTTP/1.1 200 OK", "Transfer-Encoding: gzip"], "unusable transfer-encoding"],
    [["HTTP/1.1 200 OK", "Transfer-Encoding: gzip, chunked"], "unusable transfer-encoding"],
    [["HTTP/1.0 200 OK", "Transfer-Encoding: chunked"], "unusable transfer-encoding"],
    [["HTTP/1.1 200 OK", "A: 1", "B: 2", "C: 3", "D: 4", "E: 5"], "too many header fields"],
  ])("%j", (lines, why) => {
    expect(read(...lines)).toBe(why);
  });
});
