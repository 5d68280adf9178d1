/** Raw sockets for tests: clients and backends that say exactly the bytes that a test wants said. */
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import type { Exchange, Serve } from "../../src/gateway/exchange.ts";
import { createListener, type Listener, type ListenerOptions } from "../../src/gateway/http1/listener.ts";
import { createUpstream, type UpstreamOptions } from "../../src/gateway/integrate/upstream.ts";
import type { BodySource, HeaderList, Origin, Upstream } from "../../src/gateway/transport.ts";

/** A client that speaks bytes; texts hold one character a byte. */
export class RawClient {
  readonly socket: Socket;
  /** All that has come. */
  received = "";
  closed = false;
  #wake: () => void = () => undefined;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (bytes: Buffer) => {
      this.received += bytes.toString("latin1");
      this.#wake();
    });
    socket.on("error", () => undefined);
    socket.on("end", () => socket.end());
    socket.on("close", () => {
      this.closed = true;
      this.#wake();
    });
  }

  send(text: string | Buffer): this {
    if (typeof text === "string") this.socket.write(text, "latin1");
    else this.socket.write(text);
    return this;
  }

  /** Waits until what has come matches, or the connection is closed; answers all that has come. */
  async until(matches: (received: string) => boolean): Promise<string> {
    while (!matches(this.received) && !this.closed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.received;
  }

  /** Waits for so many final replies (each with a Content-Length or chunked body), or the close. */
  replies(count: number): Promise<string> {
    return this.until((received) => statuses(received).length >= count && received.endsWith("}"));
  }

  /** Waits for the close. */
  rest(): Promise<string> {
    return this.until(() => false);
  }
}

/** The statuses of the replies in what a client received, in order. */
export function statuses(received: string): number[] {
  return [...received.matchAll(/HTTP\/1\.1 ([0-9]{3}) /g)].map((match) => Number(match[1]));
}

/** Connects, with the connection broken off when the test is over. */
export async function rawClient(port: number): Promise<RawClient> {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  await once(socket, "connect");
  return new RawClient(socket);
}

/** Says all of it, ends its side, and answers what came until the close. */
export async function say(port: number, text: string | Buffer): Promise<string> {
  const client = await rawClient(port);
  client.send(text).socket.end();
  return client.rest();
}

export interface RawBackend {
  readonly port: number;
  readonly origin: Origin;
  /** Connections so far. */
  readonly accepted: Socket[];
}

export const plainOrigin = (port: number): Origin => ({ protocol: "http:", host: "127.0.0.1", port, tls: undefined });

/** A backend that does with each connection what the test says. */
export async function rawBackend(serve: (socket: Socket, nth: number) => void): Promise<RawBackend> {
  const accepted: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => undefined);
    accepted.push(socket);
    serve(socket, accepted.length);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of accepted) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { port, origin: plainOrigin(port), accepted };
}

/** A backend that answers each head it reads with the same bytes; for requests without bodies. */
export function constantBackend(answer: string): Promise<RawBackend> {
  return rawBackend((socket) => {
    let text = "";
    socket.on("data", (bytes: Buffer) => {
      text += bytes.toString("latin1");
      const heads = text.split("\r\n\r\n");
      text = heads.pop() ?? "";
      for (let i = 0; i < heads.length; i++) socket.write(answer, "latin1");
    });
  });
}

/** A listener that is closed when the test is over. Whatever it logs fails the test, unless the test takes `log`. */
export async function listen(serve: Serve, options: Partial<ListenerOptions> = {}): Promise<Listener> {
  const mistakes: unknown[] = [];
  const listener = await createListener({
    host: "127.0.0.1",
    port: 0,
    serve,
    log: (error) => void mistakes.push(error),
    ...options,
  });
  onTestFinished(async () => {
    await listener.close(0);
    if (mistakes.length > 0) throw new AggregateError(mistakes, "the listener logged mistakes");
  });
  return listener;
}

/** An upstream client; whatever it logs fails the test, unless the test takes `log`. */
export function upstreamClient(options: UpstreamOptions = {}): Upstream {
  const mistakes: unknown[] = [];
  const upstream = createUpstream({ log: (error) => void mistakes.push(error), ...options });
  onTestFinished(() => {
    if (mistakes.length > 0) throw new AggregateError(mistakes, "the upstream client logged mistakes");
  });
  return upstream;
}

/** Reads a body whole. Rejects with what the source says. */
export function readAll(body: BodySource | undefined): Promise<Buffer> {
  const pieces: Buffer[] = [];
  return new Promise((resolve, reject) => {
    if (body === undefined) resolve(Buffer.alloc(0));
    else {
      body.read({
        onData: (chunk) => void pieces.push(chunk),
        onEnd: () => resolve(Buffer.concat(pieces)),
        onError: reject,
      });
    }
  });
}

const framingNames = new Set([
  "connection",
  "content-length",
  "transfer-encoding",
  "keep-alive",
  "date",
  "host",
  "expect",
]);

/** The headers that travel from one side to the other in these tests. */
function endToEnd(headers: HeaderList): string[] {
  const kept: string[] = [];
  for (let i = 0; i < headers.length; i += 2) {
    if (!framingNames.has((headers[i] as string).toLowerCase()))
      kept.push(headers[i] as string, headers[i + 1] as string);
  }
  return kept;
}

/** A plain proxy in front of one origin, both ways streamed: 502 with the failure's kind, 504 for timeouts. */
export function proxyTo(origin: Origin, upstream: Upstream, timeout = 20_000): Serve {
  return ({ method, target, headers, body, reply }: Exchange) => {
    const request = { method, target, headers: ["Host", "backend", ...endToEnd(headers)], body, timeout };
    reply.onClose = upstream.dispatch(origin, request, {
      onHead(status, answered, answer) {
        reply.head(status, endToEnd(answered), answer.length);
        reply.onDrain = () => answer.resume();
        answer.read({
          onData: (chunk) => {
            if (!reply.write(chunk)) answer.pause();
          },
          onEnd: () => reply.end(),
          onError: () => reply.destroy(),
        });
      },
      onFailure({ kind }) {
        if (kind.startsWith("client-")) return;
        reply.send(kind === "timeout" ? 504 : 502, [], JSON.stringify({ kind }));
      },
    });
  };
}

const json = ["Content-Type", "application/json"];

/** Answers with what was asked, once the body is read. */
export const mirror: Serve = ({ method, target, host, body, reply }) => {
  readAll(body).then(
    (bytes) => reply.send(200, json, JSON.stringify({ method, target, host, body: bytes.toString("latin1") })),
    () => undefined,
  );
};

/** Answers at once and leaves the body alone. */
export const curt: Serve = ({ target, reply }) => reply.send(200, json, JSON.stringify({ target }));

/** Holds the exchange for the test to answer. */
export function caught(): { serve: Serve; exchange: Promise<Exchange> } {
  const { promise, resolve } = Promise.withResolvers<Exchange>();
  return { serve: resolve, exchange: promise };
}

/** A request without a body, as text. */
export const get = (target: string, ...fields: string[]): string =>
  [`GET ${target} HTTP/1.1`, "Host: a", ...fields, "", ""].join("\r\n");

/** A request with a body of one character a byte, as text. */
export const post = (target: string, body: string, ...fields: string[]): string =>
  [`POST ${target} HTTP/1.1`, "Host: a", `Content-Length: ${body.length}`, ...fields, "", body].join("\r\n");
