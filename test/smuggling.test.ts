/**
 * Request smuggling: messages that two servers could cut differently (RFC 9112 11.2). Each goes over a real socket to the
 * listener, with a backend of another maker behind the upstream client. What is unclear is refused, and nothing of that
 * connection is served any more; what is clear goes on framed anew. A neighbour's request is never touched.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { createListener, type Listener } from "../src/gateway/http1/listener.ts";
import { createUpstream } from "../src/gateway/integrate/upstream.ts";
import type { Upstream } from "../src/gateway/transport.ts";
import { plainOrigin, proxyTo, rawClient, statuses } from "./support/wire.ts";

/** What the backend understood, whole requests only: `METHOD target body`. */
let understood: string[];
let listener: Listener;
let upstream: Upstream;
const mistakes: unknown[] = [];
const log = (error: unknown): void => void mistakes.push(error);

const backend = createServer((request, reply) => {
  let body = "";
  request.setEncoding("latin1");
  request.on("data", (piece: string) => {
    body += piece;
  });
  request.on("error", () => undefined);
  request.on("end", () => {
    understood.push(`${request.method} ${request.url} ${body}`);
    reply.end(JSON.stringify({ target: request.url }));
  });
});

beforeEach(async () => {
  understood = [];
  if (!backend.listening) {
    backend.listen(0, "127.0.0.1");
    await once(backend, "listening");
  }
  upstream = createUpstream({ log });
  const serve = proxyTo(plainOrigin((backend.address() as AddressInfo).port), upstream);
  listener = await createListener({ host: "127.0.0.1", port: 0, serve, log });
});

afterAll(() => {
  backend.closeAllConnections();
  backend.close();
});

afterEach(async () => {
  await listener.close(0);
  await upstream.close();
  expect(mistakes).toEqual([]);
});

const second = "GET /second HTTP/1.1\r\nHost: a\r\n\r\n";
const smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

/** Says it, another request behind it, and what a neighbour then hears. */
async function attack(text: string): Promise<{ received: string; neighbour: string }> {
  const client = await rawClient(listener.port);
  client.send(text + second);
  client.socket.end();
  const received = await client.rest();
  const other = await rawClient(listener.port);
  other.send("GET /neighbour HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  return { received, neighbour: (await other.rest()).split("\r\n\r\n").at(-1) ?? "" };
}

const ownAnswer = '{"target":"/neighbour"}';
const post = (...lines: string[]): string => `${["POST /first HTTP/1.1", "Host: a", ...lines].join("\r\n")}\r\n\r\n`;

/** The classic pairs: a body that ends the request for one reader and begins another for the other. */
const clTe = (te: string, cl = "Content-Length: 6"): string => `${post(cl, te)}0\r\n\r\n${smuggled}`;
const teCl = (te: string): string =>
  `${post("Content-Length: 4", te)}${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`;
const teOnly = (te: string): string => `${post(te)}0\r\n\r\n${smuggled}`;

const spellings = [
  "Transfer-Encoding: chunked",
  "transfer-encoding: CHUNKED",
  "Transfer-Encoding:chunked",
  "Transfer-Encoding: chunked ",
  "Transfer-Encoding:\tchunked",
  "Transfer-Encoding:  chunked\t ",
];

const variants = [
  "Transfer-Encoding: chunked, identity",
  "Transfer-Encoding: identity, chunked",
  "Transfer-Encoding: identity",
  "Transfer-Encoding: chunked, chunked",
  "Transfer-Encoding: xchunked",
  "Transfer-Encoding: chunkedx",
  "Transfer-Encoding: chunk",
  "Transfer-Encoding: x chunked",
  "Transfer-Encoding: chunked;a=b",
  "Transfer-Encoding: 'chunked'",
  'Transfer-Encoding: "chunked"',
  "Transfer-Encoding: ,chunked",
  "Transfer-Encoding: chunked,",
  "Transfer-Encoding:",
  "Transfer-Encoding: \x0bchunked",
  "Transfer-Encoding: \x0cchunked",
  "Transfer-Encoding: \x00chunked",
  "Transfer-Encoding: chunked\x00",
  "Transfer-Encoding: \xa0chunked",
  "Transfer-Encoding: \x85chunked",
  "Transfer-Encoding: chu\xefnked",
  "Transfer-Encoding : chunked",
  "Transfer-Encoding\t: chunked",
  "Transfer-Encoding\x00: chunked",
  "Transfer-Encoding\x0b: chunked",
  " Transfer-Encoding: chunked",
  "X: y\r\n Transfer-Encoding: chunked",
  "X: y\r\n\tTransfer-Encoding: chunked",
  "Transfer-Encoding:\r\n chunked",
  "Transfer-Encoding: x\r\n chunked",
  "X: y\nTransfer-Encoding: chunked",
  "X: y\rTransfer-Encoding: chunked",
  "X: y\n\nTransfer-Encoding: chunked",
  "\nTransfer-Encoding: chunked",
  "Transfer-Encoding: chunked\r",
  "Transfer-Encoding: chunked\n",
  "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
  "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
  "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
  "Transfer-Encoding: gzip, chunked",
];

const lengths = [
  "Content-Length: 6\r\nContent-Length: 5",
  "Content-Length: 0\r\nContent-Length: 5",
  "Content-Length: 5\r\nContent-Length: 5",
  "Content-Length: 5, 5",
  "Content-Length: 5, 6",
  "Content-Length: ,5",
  "Content-Length: +5",
  "Content-Length: -5",
  "Content-Length: 0x5",
  "Content-Length: 5.0",
  "Content-Length: 5e0",
  "Content-Length: 5 5",
  "Content-Length: 5;",
  'Content-Length: "5"',
  "Content-Length: \x0b5",
  "Content-Length: 5\x00",
  "Content-Length: 4294967301",
  "Content-Length: 18446744073709551621",
  "Content-Length: 99999999999999999999999",
  "Content-Length:",
  "Content-Length : 5",
  "Content-Length\t: 5",
  " Content-Length: 5",
  "X: y\r\n Content-Length: 5",
  "Content-Length:\r\n 5",
  "X: y\rContent-Length: 5",
  "X: y\nContent-Length: 5",
];

const hosts = [
  "GET /first HTTP/1.1\r\n\r\n",
  "GET /first HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
  "GET /first HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n",
  "GET /first HTTP/1.1\r\nHost: a, b\r\n\r\n",
  "GET /first HTTP/1.1\r\nHost: a b\r\n\r\n",
  "GET /first HTTP/1.1\r\nHost: a@b\r\n\r\n",
  "GET /first HTTP/1.1\r\nHost: a/../b\r\n\r\n",
  "GET /first HTTP/1.1\r\nHost : a\r\n\r\n",
  "GET /first HTTP/1.1\r\n Host: a\r\n\r\n",
  "GET /first HTTP/1.1\r\nHost: a\r\n Host: b\r\n\r\n",
];

const lines = [
  "GET /first\r\n\r\n",
  "GET  /first HTTP/1.1\r\nHost: a\r\n\r\n",
  "GET /first HTTP/1.1 \r\nHost: a\r\n\r\n",
  "GET /first  HTTP/1.1\r\nHost: a\r\n\r\n",
  "GET\t/first HTTP/1.1\r\nHost: a\r\n\r\n",
  "GET\x0b/first HTTP/1.1\r\nHost: a\r\n\r\n",
  "GET /first\x00 HTTP/1.1\r\nHost: a\r\n\r\n",
  "GET /first\rX HTTP/1.1\r\nHost: a\r\n\r\n",
  "GET /fir st HTTP/1.1\r\nHost: a\r\n\r\n",
  "GET /first HTTP/1.1\nHost: a\n\n",
  "GET /first HTTP/1.1\rHost: a\r\r",
  "GET /first HTTP/1.1\r\r\nHost: a\r\n\r\n",
  "GET /first HTTP/1.1\r\nHost: a\r\n\n",
  "GET /first HTTP/1.1\r\nHost: a\n\r\n",
  "GET /first HTTP/9.9\r\nHost: a\r\n\r\n",
  "GET /first HTTP/1.1 HTTP/1.1\r\nHost: a\r\n\r\n",
  "GET /first#GET HTTP/1.1\r\nHost: a\r\n\r\n",
  "GET first HTTP/1.1\r\nHost: a\r\n\r\n",
  "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n",
  "\r\n\r\nGET /first HTTP/1.1\r\nHost: a\r\n\r\n",
  "\nGET /first HTTP/1.1\r\nHost: a\r\n\r\n",
  `GET /${"x".repeat(17_000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
  `GET /first HTTP/1.1\r\nHost: a\r\nX: ${"y".repeat(33_000)}\r\n\r\n`,
  `GET /first HTTP/1.1\r\nHost: a\r\n${"X: y\r\n".repeat(201)}\r\n`,
];

/** Every head that must be refused before anybody serves it. */
const refusedHeads: readonly (readonly [string, string])[] = [
  ...spellings.flatMap((te) => [
    ["a length, then chunks", clTe(te)] as const,
    ["chunks, then a length", teCl(te)] as const,
    ["no length, then chunks", clTe(te, "Content-Length: 0")] as const,
  ]),
  ...variants.flatMap((te) => [
    ["a length and a variant", clTe(te)] as const,
    ["a variant and a length", teCl(te)] as const,
    ["a variant alone", teOnly(te)] as const,
  ]),
  ...lengths.map((field) => ["a length", `${post(field)}01234${smuggled}`] as const),
  ...hosts.map((text) => ["a host", text] as const),
  ...lines.map((text) => ["a line", text] as const),
  ["chunks in HTTP/1.0", `POST /first HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`],
];

test("heads that could be read differently are refused, and nothing behind them is served", async () => {
  for (const [kind, text] of refusedHeads) {
    understood.length = 0;
    const { received, neighbour } = await attack(text);
    const row = `${kind}: ${JSON.stringify(text.slice(0, 200))}`;
    expect(statuses(received), row).toEqual([expect.any(Number)]);
    expect(statuses(received)[0], row).toBeGreaterThanOrEqual(400);
    expect(received, row).toMatch(/Connection: close\r\n\r\n\{"message":"[^"]+"\}$/);
    expect({ neighbour, understood }, row).toEqual({ neighbour: ownAnswer, understood: ["GET /neighbour "] });
  }
});

const chunked = post("Transfer-Encoding: chunked");

/** Bodies that could be read differently, behind a clear head. */
const refusedBodies = [
  `5\r\nhello\r\n0\r\n\r\x00${smuggled}`,
  `5\r\nhello\r\n0\r\n\n${smuggled}`,
  `5\r\nhelloX\r\n0\r\n\r\n${smuggled}`,
  `5\r\nhello0\r\n\r\n${smuggled}`,
  `5\nhello\r\n0\r\n\r\n${smuggled}`,
  `5\rhello\r\n0\r\n\r\n${smuggled}`,
  `5 \r\nhello\r\n0\r\n\r\n${smuggled}`,
  ` 5\r\nhello\r\n0\r\n\r\n${smuggled}`,
  `\t5\r\nhello\r\n0\r\n\r\n${smuggled}`,
  `+5\r\nhello\r\n0\r\n\r\n${smuggled}`,
  `-5\r\nhello\r\n0\r\n\r\n${smuggled}`,
  `0x5\r\nhello\r\n0\r\n\r\n${smuggled}`,
  `5_0\r\nhello\r\n0\r\n\r\n${smuggled}`,
  `5h\r\nhello\r\n0\r\n\r\n${smuggled}`,
  `\r\nhello\r\n0\r\n\r\n${smuggled}`,
  `5;\x00\r\nhello\r\n0\r\n\r\n${smuggled}`,
  `5;a\nb\r\nhello\r\n0\r\n\r\n${smuggled}`,
  `5;a\rb\r\nhello\r\n0\r\n\r\n${smuggled}`,
  `5;${"x".repeat(300)}\r\nhello\r\n0\r\n\r\n${smuggled}`,
  `10000000000000005\r\nhello\r\n0\r\n\r\n${smuggled}`,
  `100000005\r\nhello\r\n0\r\n\r\n${smuggled}`,
  `fffffffffffffffb\r\nhello\r\n0\r\n\r\n${smuggled}`,
  `${"0".repeat(40)}5\r\nhello\r\n0\r\n\r\n${smuggled}`,
  `0\r\nX\r\n\r\n${smuggled}`,
  `0\r\n X: y\r\n\r\n${smuggled}`,
  `0\r\nX : y\r\n\r\n${smuggled}`,
  `0\r\nX: y\n\r\n${smuggled}`,
  `0\r\nX: \x00\r\n\r\n${smuggled}`,
  `0\r\nX: ${"y".repeat(9_000)}\r\n\r\n${smuggled}`,
  `0\r\n${smuggled}`.replace("Host: a\r\n\r\n", ""),
];

test("bodies that could be read differently are refused, and the backend never sees a whole request", async () => {
  for (const body of refusedBodies) {
    understood.length = 0;
    const { received, neighbour } = await attack(chunked + body);
    const row = JSON.stringify(body.slice(0, 100));
    expect(statuses(received), row).toEqual([expect.toSatisfy((status: number) => status === 400 || status === 413)]);
    expect({ neighbour, understood }, row).toEqual({ neighbour: ownAnswer, understood: ["GET /neighbour "] });
  }
});

describe("what is clear goes on, framed anew", () => {
  const inside = `POST /first ${smuggled}`;
  test.each([
    ["a request as a body by length", post(`Content-Length: ${smuggled.length}`) + smuggled, inside],
    ["a request as a chunk", `${chunked}${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`, inside],
    [
      "extensions and trailers",
      `${chunked}2;a=b;c\r\nhe\r\n3\r\nllo\r\n0;z\r\nContent-Length: 9\r\nTransfer-Encoding: x\r\n\r\n`,
      "POST /first hello",
    ],
    ["leading zeros", `${chunked}0005\r\nhello\r\n000\r\n\r\n`, "POST /first hello"],
    [
      "a body of GET",
      `GET /first HTTP/1.1\r\nHost: a\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`,
      `GET /first ${smuggled}`,
    ],
    ["an absolute target", "GET http://b/first HTTP/1.1\r\nHost: a\r\n\r\n", "GET /first "],
    ["one empty line before", `\r\n${post("Content-Length: 2")}hi`, "POST /first hi"],
    [
      "names that only resemble",
      post("Content_Length: 5", "Transfer_Encoding: chunked", "X-Transfer-Encoding: chunked"),
      "POST /first ",
    ],
  ])("%s", async (_, text, expected) => {
    const { received, neighbour } = await attack(text);
    expect(statuses(received)).toEqual([200, 200]);
    expect({ neighbour, understood }).toEqual({
      neighbour: ownAnswer,
      understood: [expected, "GET /second ", "GET /neighbour "],
    });
  });

  test("a Connection header cannot hide or add what frames the message", async () => {
    const text = `${post("Content-Length: 5", "Connection: Content-Length, Transfer-Encoding, Host, close")}hello`;
    const { received } = await attack(text);
    expect(statuses(received)).toEqual([200]);
    expect(understood[0]).toBe("POST /first hello");
  });
});

test("bytes behind the last request of a connection are not served", async () => {
  const { received } = await attack(`GET /first HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n${smuggled}`);
  expect(statuses(received)).toEqual([200]);
  expect(understood).toEqual(["GET /first ", "GET /neighbour "]);
});
