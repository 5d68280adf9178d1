/**
 * Clients that stop, stay away, turn slow or leave at any moment, before endpoints that do the same: whatever they do, every
 * connection of a client and every call of an endpoint comes to its end by itself.
 */
import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { apiId, gatewayOf, methodOf, snapshotOf, stageName } from "../../test/support/gateway-fixture.ts";
import { Draw } from "../../test/support/state-fuzz/draw.ts";
import { listen, rawBackend, upstreamClient } from "../../test/support/wire.ts";

const draw = new Draw(Number(process.env["STAGEWRIGHT_FUZZ_SEED"] ?? 20_261_122));
const clients = 150;
/** Milliseconds that anybody has for anything. */
const bound = 300;

const head = (length: number): string => `HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n`;
const chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

/** What an endpoint does behind the first that it hears of a request; `length` is that of a body. */
const answers: readonly ((socket: Socket, length: number) => void)[] = [
  () => undefined,
  (socket) => void socket.pause(),
  (socket) => void socket.resetAndDestroy(),
  (socket, length) => void socket.write(head(length)),
  (socket, length) => void socket.write(head(length) + "x".repeat(length >> 1)),
  (socket, length) => void socket.write(head(length) + "x".repeat(length)),
  (socket, length) => void socket.pause().write(head(length) + "x".repeat(length >> 1)),
  (socket, length) => void socket.end(head(length) + "x".repeat(length >> 1)),
  (socket, length) => void setTimeout(() => socket.write(head(length) + "x".repeat(length)), draw.int(bound)),
  (socket) => void socket.write(`${chunked}2\r\n{}\r\n0\r\n\r\n`),
  (socket) => void socket.write("HTTP/1.1 204 No\r\n\r\n"),
  (socket) => void socket.write("HTTP/1.1 200 OK\r\n\r\npart"),
  (socket) => {
    socket.write(chunked);
    const pieces = setInterval(() => void socket.write("1\r\nx\r\n"), 20);
    socket.on("close", () => clearInterval(pieces));
  },
];

const lengths = [3, 2_000, 70_000, 300_000] as const;

/** An endpoint that takes a connection again for each thing it hears, or only for the first. */
const endpoint = () =>
  rawBackend((socket) => {
    let isFirst = true;
    socket.on("error", () => undefined);
    socket.on("data", () => {
      if (isFirst || draw.chance(30)) draw.pick(answers)?.(socket, draw.pick(lengths) ?? 0);
      isFirst = false;
    });
  });

const sizes = [2, 1_000, 100_000, 1_000_000] as const;
const pause = (): Promise<void> => delay(draw.chance(50) ? draw.int(bound / 2) : 0);

/** A body of some pieces, which does not always come to its end. */
async function sendBody(socket: Socket, requestHead: string): Promise<void> {
  const pieces = Array.from({ length: draw.int(4) }, () => "b".repeat(1 + draw.int(draw.pick(sizes) ?? 1)));
  const isChunked = draw.chance(50);
  const length = pieces.join("").length + (draw.chance(30) ? 1 : 0);
  socket.write(`${requestHead}${isChunked ? "Transfer-Encoding: chunked" : `Content-Length: ${length}`}\r\n\r\n`);
  for (const piece of pieces) {
    socket.write(isChunked ? `${piece.length.toString(16)}\r\n${piece}\r\n` : piece);
    await pause();
  }
  if (isChunked && draw.chance(70)) socket.write("0\r\n\r\n");
}

const verbs = ["GET", "HEAD", "POST", "PUT"] as const;
const paths = ["proxy", "stream", "told", "mapped", "passed", "none"] as const;

async function visit(port: number): Promise<void> {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true }).on("error", () => undefined);
  onTestFinished(() => void socket.destroy());
  // Some never read, some now and then.
  if (draw.chance(80))
    socket.on("data", () => draw.chance(5) && socket.pause() && void pause().then(() => socket.resume()));
  for (let left = 1 + draw.int(3); left > 0; left--) {
    const verb = draw.pick(verbs);
    const expects = draw.chance(10) ? "Expect: 100-continue\r\n" : "";
    const requestHead = `${verb} /_aws/execute-api/${apiId}/${stageName}/${draw.pick(paths)} HTTP/1.1\r\nHost: a\r\n${expects}`;
    if (verb === "GET") socket.write(`${requestHead}\r\n`);
    else await sendBody(socket, requestHead);
    await pause();
  }
  const end = draw.int(20);
  if (end === 0) socket.destroy();
  else if (end === 1) socket.resetAndDestroy();
  else if (end < 4) socket.end();
}

test("every connection and every call ends", { timeout: 60_000 }, async () => {
  const { port: endpointPort } = await endpoint();
  const http = { uri: `http://127.0.0.1:${endpointPort}/`, timeoutInMillis: bound };
  const mappedBy = (responseTemplates: Readonly<Record<string, string>>) =>
    methodOf({ ...http, type: "HTTP", integrationResponses: { 200: { statusCode: "200", responseTemplates } } });
  const methods = {
    proxy: methodOf(http),
    stream: methodOf({ ...http, responseTransferMode: "STREAM" }),
    told: mappedBy({ "application/json": "an answer that needs no body" }),
    mapped: mappedBy({ "application/json": "$input.body" }),
    passed: mappedBy({}),
  };
  const snapshot = snapshotOf(
    Object.fromEntries(Object.entries(methods).map(([path, method]) => [`/${path}`, { ANY: method }])),
  );
  const upstream = upstreamClient({ limits: { upstreamKeepAlive: bound, connectionsPerOrigin: 40 } });
  const { serve } = gatewayOf({ snapshots: { dep001: snapshot }, upstream });
  const limits = { headTimeout: bound, bodyIdleTimeout: bound, keepAliveTimeout: bound, lingerTimeout: bound };
  const listener = await listen(serve, { limits });
  await Promise.all(
    Array.from({ length: clients }, async (_, i) => {
      await delay(i * 10);
      await visit(listener.port);
    }),
  );
  await expect.poll(() => listener.connections, { timeout: 30_000 }).toBe(0);
  // It waits for all calls.
  await upstream.close();
});
