/** Backends that behave as a test says, and requests to them. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { BodySource, HeaderList, Origin, Upstream, UpstreamRequest } from "../../src/gateway/transport.ts";
import { rawBackend, readAll } from "./wire.ts";

export interface Answer {
  status: number;
  headers: HeaderList;
  body: BodySource;
}

/** One request; rejects with the failure. */
export function ask(upstream: Upstream, origin: Origin, request: Partial<UpstreamRequest> = {}): Promise<Answer> {
  const whole = {
    method: "GET",
    target: "/",
    headers: ["Host", "backend"],
    body: undefined,
    timeout: 20_000,
    ...request,
  };
  return new Promise((resolve, reject) => {
    upstream.dispatch(origin, whole, {
      onHead: (status, headers, body) => resolve({ status, headers, body }),
      onFailure: reject,
    });
  });
}

/** One request, its answer read as status and text. */
export async function told(
  upstream: Upstream,
  origin: Origin,
  request: Partial<UpstreamRequest> = {},
): Promise<string> {
  const { status, body } = await ask(upstream, origin, request);
  return `${status} ${(await readAll(body)).toString("latin1")}`;
}

/** A body whose pieces the test gives. */
export class GivenBody implements BodySource {
  readonly length: number;
  discarded = false;
  paused = false;
  #sink: Parameters<BodySource["read"]>[0] | undefined;
  readonly begun = Promise.withResolvers<void>();

  constructor(length: number) {
    this.length = length;
  }
  read(sink: Parameters<BodySource["read"]>[0]): void {
    this.#sink = sink;
    this.begun.resolve();
  }
  pause(): void {
    this.paused = true;
  }
  resume(): void {
    this.paused = false;
  }
  discard(): void {
    this.discarded = true;
  }
  give(text: string | Buffer): void {
    this.#sink?.onData(Buffer.from(text));
  }
  end(): void {
    this.#sink?.onEnd();
  }
  fail(): void {
    this.#sink?.onError(new Error("broken off"));
  }
}

/** A backend that answers each connection's first bytes with this, then does the rest. */
export const answering = (answer: string, then: (socket: Socket) => void = () => undefined) =>
  rawBackend((socket) => {
    socket.once("data", () => socket.write(answer, "latin1", () => then(socket)));
  });

/** Says a text character by character, so many milliseconds apart. */
export async function trickle(socket: Socket, text: string, apart: number): Promise<void> {
  for (const character of text) {
    await new Promise((resolve) => void setTimeout(resolve, apart));
    socket.write(character);
  }
}

/** Waits until the other side has ended or broken off a backend's connection. */
export async function ended(socket: Socket | undefined): Promise<void> {
  if (socket === undefined || socket.readableEnded || socket.destroyed) return;
  await new Promise<void>((resolve) => void socket.once("end", resolve).once("close", resolve).resume());
}

/** What a backend received on its first connection until it matches. */
export async function heard(socket: Socket, matches: RegExp): Promise<string> {
  let text = "";
  while (!matches.test(text)) text += ((await once(socket, "data")) as [Buffer])[0].toString("latin1");
  return text;
}

/** A short answer. */
export const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
/** What a failure of that kind looks like. */
export const malformed = { kind: "malformed" };
/** A backend that breaks its first connection off at the second request. */
export const stale = (end: (socket: Socket) => void) =>
  rawBackend((socket, nth) => {
    socket.on("data", () => {
      if (nth === 1 && socket.bytesWritten > 0) end(socket);
      else socket.write(ok);
    });
  });

/** A port that nobody listens on. */
export async function closedPort() {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return { port, server };
}
