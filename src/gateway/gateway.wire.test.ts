import { type ClientRequest, type IncomingHttpHeaders, request } from "node:http";
import { setTimeout } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { apiId, gatewayOf, methodOf, snapshotOf } from "../../test/support/gateway-fixture.ts";
import { listen, rawBackend, rawClient, say, upstreamClient } from "../../test/support/wire.ts";
import { limits } from "../limits.ts";
import type { IntegrationDocument, MethodDocument } from "../model/documents.ts";
import type { ConnectionLimits } from "./http1/bounds.ts";

interface WireAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly length: number;
  /** Whether the connection broke before the body was whole. */
  readonly broken: boolean;
}

interface WireRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly write?: (request: ClientRequest) => void;
}

function call(
  port: number,
  path: string,
  { method = "GET", headers = {}, write }: WireRequest = {},
): Promise<WireAnswer> {
  return new Promise((resolve) => {
    const target = `/_aws/execute-api/${apiId}/prod${path}`;
    const sent = request({ port, host: "127.0.0.1", path: target, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", () => undefined);
      response.on("close", () => {
        const body = Buffer.concat(chunks);
        const { statusCode = 0, headers: received, complete } = response;
        resolve({
          status: statusCode,
          headers: received,
          body: body.toString(),
          length: body.length,
          broken: !complete,
        });
      });
    });
    // Broken off before the head was there.
    sent.on("error", () => resolve({ status: 0, headers: {}, body: "", length: 0, broken: true }));
    if (write === undefined) sent.end();
    else write(sent);
  });
}

/** A gateway on a socket of its own; path → method. */
async function serving(
  methods: Readonly<Record<string, MethodDocument>>,
  bounds: Partial<ConnectionLimits> = {},
): Promise<number> {
  const byPath = Object.fromEntries(Object.entries(methods).map(([path, method]) => [path, { ANY: method }]));
  const { serve } = gatewayOf({ snapshots: { dep001: snapshotOf(byPath) }, upstream: upstreamClient() });
  return (await listen(serve, { limits: bounds })).port;
}

const ok = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\nfine";

/** A backend that answers whatever it reads first with these bytes, and then does something. */
const answering = (answer: string | Buffer, then: "stay" | "end" | "reset" = "stay") =>
  rawBackend((socket) => {
    socket.on("data", () => {
      socket.write(answer, () => {
        if (then === "end") socket.end();
        if (then === "reset") socket.resetAndDestroy();
      });
    });
  });

/** A whole answer with a body of so many bytes. */
const large = (bytes: number): Buffer =>
  Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${bytes}\r\n\r\n`), Buffer.alloc(bytes, "x")]);

/** A backend that says how many bytes of body it read, once it has the end of a chunked or a sized request. */
const counting = () =>
  rawBackend((socket) => {
    let text = "";
    socket.on("data", (bytes: Buffer) => {
      text += bytes.toString("latin1");
      const head = text.indexOf("\r\n\r\n");
      const sized = /content-length: (\d+)/i.exec(text.slice(0, head));
      const length = text.length - head - 4;
      const ended = sized === null ? text.endsWith("\r\n0\r\n\r\n") : length === Number(sized[1]);
      if (head < 0 || !ended) return;
      text = "";
      socket.write(ok);
    });
  });

/** Two megabytes, in pieces. */
const writeLong = (sent: ClientRequest): void => {
  for (let i = 0; i < 32; i++) sent.write(Buffer.alloc(65_536));
  sent.end();
};

/** Its pieces never pause for as long as an integration's time. */
const endless = () =>
  rawBackend((socket) => {
    socket.once("data", () => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n");
      const pieces = setInterval(() => void socket.write("x"), 20);
      socket.on("close", () => clearInterval(pieces)).on("error", () => clearInterval(pieces));
    });
  });

const networkError = '{"message": "Network error communicating with endpoint"}';
const serverError = '{"message": "Internal server error"}';

describe("backends that misbehave get the service's answers, and nobody else waits for them", () => {
  test.each<[string, () => ReturnType<typeof rawBackend>, number, string]>([
    ["hangs", () => rawBackend(() => undefined), 504, '{"message": "Endpoint request timed out"}'],
    [
      "closes without an answer",
      () => rawBackend((socket) => socket.on("data", () => socket.end())),
      504,
      networkError,
    ],
    ["resets", () => rawBackend((socket) => socket.on("data", () => socket.resetAndDestroy())), 504, networkError],
    ["answers garbage", () => answering("SSH-2.0-OpenSSH_9.2\r\n\r\n", "end"), 502, serverError],
    ["closes in its head", () => answering("HTTP/1.1 200 OK\r\nContent-", "end"), 504, networkError],
    [
      "closes in a short body",
      () => answering("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart", "end"),
      504,
      networkError,
    ],
    [
      "resets in a short body",
      () => answering("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart", "reset"),
      504,
      networkError,
    ],
    ["says its body bit by bit without an end", endless, 504, '{"message": "Endpoint request timed out"}'],
    [
      "has two lengths",
      () => answering("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
      502,
      serverError,
    ],
    [
      "has a head without end",
      () => answering(`HTTP/1.1 200 OK\r\nX: ${"x".repeat(limits.responseHeaderBlock)}`),
      502,
      serverError,
    ],
    ["announces more than 10 MB", () => answering(large(limits.payload + 1)), 502, serverError],
  ])("one that %s", async (_name, open, status, body) => {
    const [bad, good] = [await open(), await answering(ok)];
    const port = await serving({
      "/bad": methodOf({ uri: `http://127.0.0.1:${bad.port}/`, timeoutInMillis: 500 }),
      "/good": methodOf({ uri: `http://127.0.0.1:${good.port}/` }),
    });
    const underWay = call(port, "/bad");
    for (let i = 0; i < 3; i++) expect(await call(port, "/good")).toMatchObject({ status: 200, body: "fine" });
    const answer = await underWay;
    expect(answer).toMatchObject({ status, body });
    expect(answer.headers["x-amzn-errortype"]).toBe("InternalServerErrorException");
    expect(await call(port, "/good")).toMatchObject({ status: 200 });
  });

  test("one that is not there", async () => {
    const { port: gone } = await rawBackend(() => undefined);
    const free = await listen(() => undefined);
    await free.close(0);
    expect(free.port).not.toBe(gone);
    const port = await serving({ "/x": methodOf({ uri: `http://127.0.0.1:${free.port}/` }) });
    expect(await call(port, "/x")).toMatchObject({ status: 504, body: networkError });
  });

  test("one that answers exactly 10 MB is passed on whole", async () => {
    const backend = await answering(large(limits.payload));
    const port = await serving({ "/x": methodOf({ uri: `http://127.0.0.1:${backend.port}/` }) });
    expect(await call(port, "/x")).toMatchObject({ status: 200, length: limits.payload, broken: false });
  });

  test.each<[string, string | Buffer]>([
    ["a long body breaks off", large(1_000_000).subarray(0, 500_000)],
    ["chunks break off", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n"],
    ["chunks are badly framed", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\nzz\r\n"],
  ])("the client learns that %s", async (_name, answer) => {
    const backend = await answering(answer, "end");
    const port = await serving({ "/x": methodOf({ uri: `http://127.0.0.1:${backend.port}/` }) });
    expect(await call(port, "/x")).toMatchObject({ broken: true });
  });

  test("chunks over 10 MB are broken off", async () => {
    const piece = `10000\r\n${"x".repeat(65_536)}\r\n`;
    const backend = await answering(
      `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${piece.repeat(161)}0\r\n\r\n`,
    );
    const port = await serving({ "/x": methodOf({ uri: `http://127.0.0.1:${backend.port}/` }) });
    const answer = await call(port, "/x");
    expect(answer).toMatchObject({ status: 200, broken: true });
    expect(answer.length).toBeLessThanOrEqual(limits.payload);
  });
});

describe("a backend that is asked with HEAD says a length and sends nothing; the client's GET has an empty body", () => {
  test.each(["HTTP", "HTTP_PROXY"] as const)("%s", async (type) => {
    const backend = await answering("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
    const uri = `http://127.0.0.1:${backend.port}/`;
    const integrationResponses = { 200: { statusCode: "200" } };
    const port = await serving({ "/x": methodOf({ type, uri, httpMethod: "HEAD", integrationResponses }) });
    expect(await call(port, "/x")).toMatchObject({ status: 200, body: "", broken: false });
  });

  test("a method override to HEAD", async () => {
    const backend = await answering("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
    const port = await serving({ "/x": methodOf({ uri: `http://127.0.0.1:${backend.port}/` }) });
    const headers = { "X-HTTP-Method-Override": "HEAD" };
    expect(await call(port, "/x", { headers })).toMatchObject({ status: 200, body: "", broken: false });
  });
});

describe("bodies on their way to the backend", () => {
  test.each(["HTTP", "HTTP_PROXY"] as const)("%s streams a long one, with or without a length", async (type) => {
    const backend = await counting();
    const uri = `http://127.0.0.1:${backend.port}/`;
    const port = await serving({ "/x": methodOf({ type, uri, integrationResponses: { 200: { statusCode: "200" } } }) });
    const sized = { "Content-Length": String(32 * 65_536) };
    expect(await call(port, "/x", { method: "POST", write: writeLong, headers: sized })).toMatchObject({
      status: 200,
      body: "fine",
    });
    expect(await call(port, "/x", { method: "POST", write: writeLong })).toMatchObject({ status: 200, body: "fine" });
  });

  test("one over 10 MB is refused, announced or not", async () => {
    const backend = await counting();
    const port = await serving({ "/x": methodOf({ uri: `http://127.0.0.1:${backend.port}/` }) });
    const text = `HTTP content length exceeded ${limits.payload} bytes.`;
    const target = `POST /_aws/execute-api/${apiId}/prod/x HTTP/1.1\r\nHost: x\r\n`;
    const announced = await rawClient(port);
    announced.send(`${target}Content-Length: ${limits.payload + 1}\r\n\r\n`);
    expect(await announced.until((received) => received.includes(text))).toMatch(/^HTTP\/1\.1 413 /);
    const chunked = await rawClient(port);
    chunked.send(`${target}Transfer-Encoding: chunked\r\n\r\n`);
    for (let i = 0; i < 161; i++) chunked.send(`10000\r\n${"x".repeat(65_536)}\r\n`);
    expect(await chunked.until((received) => received.includes(text))).toMatch(/^HTTP\/1\.1 413 /);
  });

  test("clients that send theirs slowly hold no other request up", async () => {
    const backend = await counting();
    const uri = `http://127.0.0.1:${backend.port}/`;
    const port = await serving({ "/slow": methodOf({ uri }), "/x": methodOf({ uri, timeoutInMillis: 3_000 }) });
    for (let i = 0; i < 400; i++) {
      const slow = await rawClient(port);
      slow.send(`POST /_aws/execute-api/${apiId}/prod/slow HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nslow`);
    }
    const sized = { "Content-Length": "0" };
    expect(await call(port, "/x", { method: "POST", headers: sized })).toMatchObject({ status: 200, body: "fine" });
  });

  test("the endpoint's time begins when the client has sent all of it", async () => {
    const backend = await counting();
    const port = await serving({ "/x": methodOf({ uri: `http://127.0.0.1:${backend.port}/`, timeoutInMillis: 100 }) });
    const client = await rawClient(port);
    client.send(`POST /_aws/execute-api/${apiId}/prod/x HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\nslow`);
    await setTimeout(500);
    client.send("poke");
    expect(await client.until((received) => received.endsWith("}") || received.endsWith("fine"))).toMatch(/ 200 OK/);
  });

  test("an endpoint that does not read it, or never answers to it, has run out of time", async () => {
    const backend = await rawBackend((socket) => void socket.pause());
    const port = await serving({ "/x": methodOf({ uri: `http://127.0.0.1:${backend.port}/`, timeoutInMillis: 100 }) });
    expect(await call(port, "/x", { method: "POST", write: writeLong })).toMatchObject({ status: 504 });
    expect(await call(port, "/x", { method: "POST", write: (sent) => sent.end("x") })).toMatchObject({ status: 504 });
  });

  test.each<[string, Partial<IntegrationDocument>]>([
    ["passed on", {}],
    ["read for a template", { type: "HTTP", requestTemplates: { "application/json": "$input.body" } }],
  ])("one that ends too early, or stops, is answered whether it is %s", async (_how, integration) => {
    const backend = await counting();
    const method = methodOf({ uri: `http://127.0.0.1:${backend.port}/`, ...integration });
    const port = await serving({ "/x": method }, { bodyIdleTimeout: 100 });
    const text = `POST /_aws/execute-api/${apiId}/prod/x HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\nhalf`;
    const early = await say(port, text);
    expect(early).toMatch(/^HTTP\/1\.1 400 [^]*Connection: close\r\n[^]*\{"message": "Bad Request"\}$/);
    const stopped = await rawClient(port);
    expect(await stopped.send(text).rest()).toMatch(/^HTTP\/1\.1 408 [^]*\{"message":"Request timed out"\}$/);
  });

  test("a client that goes away takes its call along", async () => {
    const closed = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    const backend = await rawBackend((socket) => {
      socket.on("data", () => arrived.resolve());
      socket.on("close", () => closed.resolve());
      socket.on("end", () => socket.end());
    });
    const port = await serving({ "/x": methodOf({ uri: `http://127.0.0.1:${backend.port}/` }) });
    const client = await rawClient(port);
    client.send(`GET /_aws/execute-api/${apiId}/prod/x HTTP/1.1\r\nHost: x\r\n\r\n`);
    await arrived.promise;
    client.socket.resetAndDestroy();
    await closed.promise;
  });
});
