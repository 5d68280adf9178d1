/** Peers that do what nobody should: backends, and clients on raw sockets. */
import { once } from "node:events";
import { createServer } from "node:http";
import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { ok } from "./backends.ts";
import { listenForTest } from "./listen-for-test.ts";
import type { Draw } from "./state-fuzz/draw.ts";

const long = "x".repeat(200_000);
const whole = `HTTP/1.1 200 OK\r\nContent-Length: ${long.length}\r\n\r\n${long}`;

/** What a backend does with a request. */
const answers: readonly ((socket: Socket) => unknown)[] = [
  (socket) => socket.write(ok),
  (socket) => socket.write(whole),
  // Too late, or never.
  (socket) => delay(400).then(() => socket.destroyed || socket.write(ok)),
  () => undefined,
  // Broken off: before the answer, by a reset, in a head, in a body, in chunks.
  (socket) => socket.destroy(),
  (socket) => socket.resetAndDestroy(),
  (socket) => socket.end("HTTP/1.1 200 OK\r\nContent-"),
  (socket) => socket.write(whole.slice(0, 100_000), () => socket.destroy()),
  (socket) => socket.end("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n"),
  // Not HTTP, or not clearly.
  (socket) => socket.write("SSH-2.0-OpenSSH_9.6\r\n\r\n"),
  (socket) => socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\nzz\r\n"),
  (socket) => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}"),
  (socket) => socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"),
  // More than was asked for: an interim answer, a body where there is none, another answer behind the first.
  (socket) => socket.write(`HTTP/1.1 103 Early Hints\r\n\r\n${ok}`),
  (socket) => socket.write("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello"),
  (socket) => socket.write(`${ok}HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nforeign`),
  (socket) => socket.end("HTTP/1.1 200 OK\r\n\r\nuntil the close"),
];

/** A backend whose `/good` answers as it should, and everything else at random. It reads as it should. Resolves with its port. */
export async function startIllBehavedBackend(draw: Draw): Promise<number> {
  const server = createServer((request) => {
    request.resume();
    if (request.url === "/good") request.socket.write(ok);
    else void draw.pick(answers)?.(request.socket);
  });
  server.on("connection", (socket) => socket.on("error", () => undefined));
  server.on("clientError", (_error, socket) => socket.destroy());
  return listenForTest(server);
}

const bodies = [
  (draw: Draw) => {
    const body = "b".repeat(draw.int(3_000));
    return `Content-Length: ${body.length}\r\n\r\n${body}`;
  },
  () => "Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nbbb\r\n0\r\nX: y\r\n\r\n",
  () => "Expect: 100-continue\r\nContent-Length: 3\r\n\r\nbbb",
  // Shorter than it says, and no chunk at all.
  () => "Content-Length: 99\r\n\r\nbbb",
  () => "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
] as const;

function requestText(target: string, host: string, draw: Draw): string {
  const method = draw.pick(["GET", "GET", "HEAD", "POST", "DELETE"]) ?? "GET";
  const head = `${method} ${target} HTTP/1.1\r\nHost: ${host}\r\n${draw.chance(10) ? "Connection: close\r\n" : ""}`;
  return head + (method === "POST" ? draw.pick(bodies)?.(draw) : "\r\n");
}

/** Milliseconds for which a client waits for answers, at most. */
const patience = 400;

/** How a client ends: in the middle, by a reset, its own side alone, or when it has heard all. */
const ends: readonly ((socket: Socket, draw: Draw) => Promise<unknown>)[] = [
  (_socket, draw) => delay(draw.int(20)),
  async (socket, draw) => {
    await delay(draw.int(patience));
    socket.resetAndDestroy();
  },
  async (socket) => {
    socket.end();
    await Promise.race([once(socket, "close"), delay(patience)]);
  },
  (socket) => Promise.race([once(socket, "close"), delay(patience)]),
];

/**
 * One connection of a client: some requests to these targets at once, cut off at times, in pieces of any size, and an end
 * of any kind. Resolves when the connection is gone.
 */
export async function misbehave(port: number, host: string, targets: readonly string[], draw: Draw): Promise<void> {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  const closed = new Promise((resolve) => void socket.once("close", resolve));
  socket.on("error", () => undefined).on("end", () => socket.end());
  const requests = Array.from({ length: 1 + draw.int(4) }, () => requestText(draw.pick(targets) ?? "/", host, draw));
  const text = requests.join("");
  const length = draw.chance(25) ? draw.int(text.length) : text.length;
  // One that does not read hears nothing either.
  if (draw.chance(85)) socket.resume();
  for (let at = 0; at < length && !socket.destroyed;) {
    const next = draw.chance(60) ? length : Math.min(length, at + 1 + draw.int(200));
    socket.write(text.slice(at, next), "latin1");
    at = next;
    await delay(draw.int(5));
  }
  await draw
    .pick(ends)?.(socket, draw)
    .catch(() => undefined);
  socket.destroy();
  await closed;
}
