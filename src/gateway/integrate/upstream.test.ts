import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { constantBackend, plainOrigin, rawBackend, readAll, upstreamClient } from "../../../test/support/wire.ts";
import type { BodySource, HeaderList, Origin, Upstream, UpstreamRequest } from "../transport.ts";

interface Answer {
  status: number;
  headers: HeaderList;
  body: BodySource;
}

/** One request; rejects with the failure. */
function ask(upstream: Upstream, origin: Origin, request: Partial<UpstreamRequest> = {}): Promise<Answer> {
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
async function told(upstream: Upstream, origin: Origin, request: Partial<UpstreamRequest> = {}): Promise<string> {
  const { status, body } = await ask(upstream, origin, request);
  return `${status} ${(await readAll(body)).toString("latin1")}`;
}

/** A body whose pieces the test gives. */
class GivenBody implements BodySource {
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
const answering = (answer: string, then: (socket: Socket) => void = () => undefined) =>
  rawBackend((socket) => {
    socket.once("data", () => socket.write(answer, "latin1", () => then(socket)));
  });

/** Says a text character by character, so many milliseconds apart. */
async function trickle(socket: Socket, text: string, apart: number): Promise<void> {
  for (const character of text) {
    await new Promise((resolve) => void setTimeout(resolve, apart));
    socket.write(character);
  }
}

/** Waits until the other side has ended or broken off a backend's connection. */
async function ended(socket: Socket | undefined): Promise<void> {
  if (socket === undefined || socket.readableEnded || socket.destroyed) return;
  await new Promise<void>((resolve) => void socket.once("end", resolve).once("close", resolve).resume());
}

/** What a backend received on its first connection until it matches. */
async function heard(socket: Socket, matches: RegExp): Promise<string> {
  let text = "";
  while (!matches.test(text)) text += ((await once(socket, "data")) as [Buffer])[0].toString("latin1");
  return text;
}

const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
const malformed = { kind: "malformed" };

describe("an answer", () => {
  test.each([
    ["by length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "200 hello", 5],
    [
      "in chunks",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nT: x\r\n\r\n",
      "200 hello",
      -1,
    ],
    ["without a body", "HTTP/1.1 204 No Content\r\n\r\n", "204 ", -1],
    ["not modified", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", "304 ", 5],
    ["empty", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "200 ", 0],
    [
      "after others",
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nX: y\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n!",
      "200 !",
      1,
    ],
  ])("%s is read, and its connection used again", async (_, answer, text, length) => {
    const backend = await constantBackend(answer);
    const upstream = upstreamClient();
    const first = await ask(upstream, backend.origin);
    expect(first.body.length).toBe(length);
    expect(`${first.status} ${(await readAll(first.body)).toString()}`).toBe(text);
    expect(await told(upstream, backend.origin)).toBe(text);
    expect(backend.accepted).toHaveLength(1);
    await upstream.close();
  });

  test("to HEAD has no body, whatever it says", async () => {
    const backend = await constantBackend("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
    const upstream = upstreamClient();
    for (let i = 0; i < 2; i++) {
      const { body } = await ask(upstream, backend.origin, { method: "HEAD" });
      expect([body.length, (await readAll(body)).toString()]).toEqual([5, ""]);
    }
    expect(backend.accepted).toHaveLength(1);
  });

  test("until the close ends with it", async () => {
    const backend = await answering("HTTP/1.1 200 OK\r\n\r\nhello", (socket) => socket.end(" world"));
    expect(await told(upstreamClient(), backend.origin)).toBe("200 hello world");
  });

  test("keeps its headers as sent", async () => {
    const backend = await constantBackend("HTTP/1.1 200 OK\r\nX-a: 1\r\nx-A:2 \r\nContent-Length: 0\r\n\r\n");
    expect((await ask(upstreamClient(), backend.origin)).headers).toEqual([
      "X-a",
      "1",
      "x-A",
      "2",
      "Content-Length",
      "0",
    ]);
  });

  test("is read alike however it is cut", async () => {
    const backend = await rawBackend((socket) => {
      socket.setNoDelay(true);
      const answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
      socket.once("data", () => void trickle(socket, answer, 1));
    });
    expect(await told(upstreamClient(), backend.origin)).toBe("200 hello");
  });

  test.each([
    ["garbage", "\x00\x01\x02garbage"],
    ["another protocol", "SSH-2.0-OpenSSH_9.6\r\n"],
    ["a status line of its own", "HTTP/1.1 OK\r\n\r\n"],
    ["line feeds alone", "HTTP/1.1 200 OK\nContent-Length: 2\n\nhi"],
    ["both framings", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"],
    ["two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nhi"],
    ["a folded header", "HTTP/1.1 200 OK\r\nX: y\r\n z\r\nContent-Length: 0\r\n\r\n"],
    ["another protocol to switch to", "HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n"],
    ["no end of interim answers", "HTTP/1.1 100 Continue\r\n\r\n".repeat(100)],
  ])("that is %s is malformed", async (_, answer) => {
    const backend = await answering(answer);
    await expect(ask(upstreamClient(), backend.origin)).rejects.toMatchObject(malformed);
  });

  test.each([
    ["a head", `HTTP/1.1 200 OK\r\nX: ${"y".repeat(70_000)}`],
    ["a declared body", "HTTP/1.1 200 OK\r\nContent-Length: 10485761\r\n\r\n"],
  ])("with %s past the bound is too large", async (_, answer) => {
    const backend = await answering(answer);
    await expect(ask(upstreamClient(), backend.origin)).rejects.toMatchObject({ kind: "too-large" });
  });

  test.each([
    ["a bad chunk", "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\nzz\r\n", "malformed"],
    ["more chunks than fit", "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n9\r\n", "too-large"],
    ["more until the close than fits", "\r\n0123456789a", "too-large"],
  ])("whose body has %s fails its reader", async (_, rest, kind) => {
    const backend = await answering(`HTTP/1.1 200 OK\r\n${rest}`);
    const { body } = await ask(upstreamClient({ limits: { body: 10 } }), backend.origin);
    await expect(readAll(body)).rejects.toMatchObject({ kind });
  });

  test.each([
    ["by length", "Content-Length: 5\r\n\r\nhe"],
    ["in chunks", "Transfer-Encoding: chunked\r\n\r\n5\r\nhe"],
    ["in chunks without the last", "Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n"],
  ])("%s that ends early fails its reader", async (_, rest) => {
    const backend = await answering(`HTTP/1.1 200 OK\r\n${rest}`, (socket) => socket.end());
    const { body } = await ask(upstreamClient(), backend.origin);
    await expect(readAll(body)).rejects.toMatchObject({ kind: "reset" });
  });

  test("that said too much costs its connection", async () => {
    const backend = await constantBackend(`${ok}HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison`);
    const upstream = upstreamClient();
    expect(await told(upstream, backend.origin)).toBe("200 {}");
    expect(await told(upstream, backend.origin)).toBe("200 {}");
    expect(backend.accepted).toHaveLength(2);
  });

  test("that said too much is not taken for the answer of the request that waits", async () => {
    const backend = await constantBackend(`${ok}HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison`);
    const upstream = upstreamClient({ limits: { connectionsPerOrigin: 1 } });
    const both = [told(upstream, backend.origin), told(upstream, backend.origin)];
    expect(await Promise.all(both)).toEqual(["200 {}", "200 {}"]);
    expect(backend.accepted).toHaveLength(2);
  });

  test("that nobody asked for closes a resting connection", async () => {
    const backend = await constantBackend(ok);
    const upstream = upstreamClient();
    await told(upstream, backend.origin);
    backend.accepted[0]?.write("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison");
    await ended(backend.accepted[0]);
    expect(await told(upstream, backend.origin)).toBe("200 {}");
  });

  test("of 10 MB flows no faster than its reader", async () => {
    const size = 10_000_000;
    const backend = await rawBackend((socket) => {
      socket.once("data", () => {
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`);
        socket.write(Buffer.alloc(size, 97));
      });
    });
    const { body } = await ask(upstreamClient(), backend.origin, { timeout: 100 });
    // Paused for longer than the timeout: the reader's slowness is not the backend's.
    await new Promise((resolve) => void setTimeout(resolve, 400));
    expect(backend.accepted[0]?.writableLength).toBeGreaterThan(size / 10);
    let read = 0;
    await new Promise<void>((resolve, reject) => {
      body.read({
        onData: (chunk) => {
          const first = read === 0;
          read += chunk.length;
          body.pause();
          setTimeout(() => body.resume(), first ? 400 : 0);
        },
        onEnd: resolve,
        onError: reject,
      });
    });
    expect(read).toBe(size);
  });

  test("that is discarded frees its connection when little is left, and closes it otherwise", async () => {
    const small = await constantBackend(ok);
    const large = await answering(
      `HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n${"x".repeat(1_000)}`,
      (socket) => {
        socket.write(Buffer.alloc(200_000));
      },
    );
    const upstream = upstreamClient();
    (await ask(upstream, small.origin)).body.discard();
    await told(upstream, small.origin);
    expect(small.accepted).toHaveLength(1);
    (await ask(upstream, large.origin)).body.discard();
    await ended(large.accepted[0]);
  });
});

describe("a request", () => {
  test.each([
    ["GET", undefined, "GET /x?y HTTP/1.1\r\nHost: b\r\nA: c\r\n\r\n"],
    ["POST", undefined, "POST /x?y HTTP/1.1\r\nHost: b\r\nA: c\r\nContent-Length: 0\r\n\r\n"],
    ["PUT", Buffer.from("hello"), "PUT /x?y HTTP/1.1\r\nHost: b\r\nA: c\r\nContent-Length: 5\r\n\r\nhello"],
  ])("%s goes out as it is, framed here", async (method, body, expected) => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const backend = await rawBackend((socket) => {
      socket.once("data", (bytes: Buffer) => {
        resolve(bytes.toString("latin1"));
        socket.write(ok);
      });
    });
    await told(upstreamClient(), backend.origin, { method, body, target: "/x?y", headers: ["Host", "b", "A", "c"] });
    expect(await promise).toBe(expected);
  });

  test.each([
    [3, "Content-Length: 3\r\n\r\nabc"],
    [-1, "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"],
  ])("with a streamed body of length %d is framed anew", async (length, expected) => {
    const backend = await rawBackend(() => undefined);
    const body = new GivenBody(length);
    const answer = told(upstreamClient(), backend.origin, { method: "POST", body });
    await body.begun.promise;
    const [socket] = backend.accepted as [Socket];
    body.give("ab");
    body.give("");
    body.give("c");
    body.end();
    expect(await heard(socket, length < 0 ? /0\r\n\r\n$/ : /abc$/)).toContain(expected);
    socket.write(ok);
    expect(await answer).toBe("200 {}");
  });

  test("with a streamed body is held back by a slow backend", async () => {
    const backend = await rawBackend((socket) => socket.pause());
    const body = new GivenBody(-1);
    ask(upstreamClient(), backend.origin, { method: "POST", body }).catch(() => undefined);
    await body.begun.promise;
    let given = 0;
    while (!body.paused && given < 1_000) {
      body.give(Buffer.alloc(65_536));
      given++;
      await new Promise((resolve) => void setImmediate(resolve));
    }
    expect(body.paused).toBe(true);
    backend.accepted[0]?.resume();
    while (body.paused) await new Promise((resolve) => void setTimeout(resolve, 5));
  });

  test("whose body breaks off breaks its connection off", async () => {
    const backend = await rawBackend(() => undefined);
    const body = new GivenBody(5);
    const answer = ask(upstreamClient(), backend.origin, { method: "POST", body });
    await body.begun.promise;
    body.give("he");
    body.fail();
    await expect(answer).rejects.toMatchObject({ kind: "client-gone" });
    await ended(backend.accepted[0]);
  });

  test("that is answered before its body is sent gives the rest up, and the connection too", async () => {
    const backend = await answering("HTTP/1.1 413 No\r\nContent-Length: 2\r\n\r\nno");
    const upstream = upstreamClient();
    const body = new GivenBody(1_000_000);
    expect(await told(upstream, backend.origin, { method: "POST", body })).toBe("413 no");
    expect(body.discarded).toBe(true);
    body.give("more");
    await ended(backend.accepted[0]);
    expect(await told(upstream, backend.origin)).toBe("413 no");
  });

  test("whose answer begins before its body ends goes on both ways", async () => {
    const backend = await rawBackend((socket) => {
      socket.once("data", () => {
        socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n");
        void heard(socket, /abc$/).then(() => socket.write("0\r\n\r\n"));
      });
    });
    const body = new GivenBody(3);
    const answer = await ask(upstreamClient(), backend.origin, { method: "POST", body });
    const text = readAll(answer.body);
    body.give("abc");
    body.end();
    expect((await text).toString()).toBe("hi");
  });

  test.each([
    ["a blank in the target", { target: "/a b" }],
    ["a line break in the target", { target: "/a\r\nX: y" }],
    ["a target that is no path", { target: "x" }],
    ["a method that is no token", { method: "G T" }],
    ["a line break in a header", { headers: ["X", "a\r\nY: b"] }],
    ["a header past one byte", { headers: ["X", "\u010d"] }],
    ["a framing header", { headers: ["Transfer-Encoding", "chunked"] }],
  ])("with %s is not sent", async (_, request) => {
    const backend = await constantBackend(ok);
    await expect(ask(upstreamClient(), backend.origin, request)).rejects.toMatchObject({ kind: "invalid" });
    expect(backend.accepted).toHaveLength(0);
  });
});

/** A backend that breaks its first connection off at the second request. */
const stale = (end: (socket: Socket) => void) =>
  rawBackend((socket, nth) => {
    socket.on("data", () => {
      if (nth === 1 && socket.bytesWritten > 0) end(socket);
      else socket.write(ok);
    });
  });

describe("a backend that", () => {
  test("refuses is refused", async () => {
    const { port, server } = await closedPort();
    await expect(ask(upstreamClient(), plainOrigin(port))).rejects.toMatchObject({ kind: "refused" });
    expect(server.listening).toBe(false);
  });

  test("has no name is refused", async () => {
    const nowhere: Origin = { ...plainOrigin(80), host: "no-such-host.invalid" };
    await expect(ask(upstreamClient(), nowhere)).rejects.toMatchObject({ kind: "refused" });
    await expect(ask(upstreamClient(), { ...plainOrigin(80), port: 99_999 })).rejects.toMatchObject({
      kind: "refused",
    });
  });

  test("hangs times out, and does not stall others", async () => {
    const hanging = await rawBackend(() => undefined);
    const good = await constantBackend(ok);
    const upstream = upstreamClient({ limits: { connectionsPerOrigin: 2, queuedPerOrigin: 3 } });
    const calls = Array.from({ length: 6 }, () =>
      ask(upstream, hanging.origin, { timeout: 300 }).catch((error: { kind: string }) => error.kind),
    );
    expect(await told(upstream, good.origin)).toBe("200 {}");
    const timeouts = Array.from({ length: 5 }, () => "timeout");
    expect(await Promise.all(calls)).toEqual([...timeouts, "overloaded"]);
    await upstream.close();
  });

  test.each([
    ["half a head", "HTTP/1.1 200 OK\r\nX", false],
    ["half a body", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe", true],
  ])("stops after %s times out", async (_, answer, hasHead) => {
    const backend = await answering(answer);
    const asked = ask(upstreamClient(), backend.origin, { timeout: 100 });
    const failed = hasHead ? asked.then(({ body }) => readAll(body)) : asked;
    await expect(failed).rejects.toMatchObject({ kind: "timeout" });
  });

  test("trickles its body does not time out", async () => {
    const backend = await answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", (socket) => {
      void trickle(socket, "hello", 100);
    });
    expect(await told(upstreamClient(), backend.origin, { timeout: 400 })).toBe("200 hello");
  });

  test.each([
    ["resets", (socket: Socket) => socket.resetAndDestroy()],
    ["closes", (socket: Socket) => socket.end()],
  ])("%s a new connection is not asked twice", async (_, end) => {
    const backend = await rawBackend((socket) => void socket.once("data", () => end(socket)));
    await expect(ask(upstreamClient(), backend.origin)).rejects.toMatchObject({ kind: "reset" });
    expect(backend.accepted).toHaveLength(1);
  });

  test.each([
    ["GET", undefined],
    ["PUT", Buffer.from("x")],
    ["DELETE", undefined],
  ])("breaks a used connection off is asked %s again", async (method, body) => {
    for (const end of [(socket: Socket) => socket.resetAndDestroy(), (socket: Socket) => socket.destroy()]) {
      const backend = await stale(end);
      const upstream = upstreamClient();
      expect(await told(upstream, backend.origin)).toBe("200 {}");
      expect(await told(upstream, backend.origin, { method, body })).toBe("200 {}");
      expect(backend.accepted).toHaveLength(2);
    }
  });

  test("breaks a used connection off is not asked twice what must not be done twice", async () => {
    const backend = await stale((socket) => socket.resetAndDestroy());
    const upstream = upstreamClient();
    await told(upstream, backend.origin);
    await expect(ask(upstream, backend.origin, { method: "POST" })).rejects.toMatchObject({ kind: "reset" });
    const streamed = await stale((socket) => socket.resetAndDestroy());
    await told(upstream, streamed.origin);
    const body = new GivenBody(1);
    await expect(ask(upstream, streamed.origin, { method: "PUT", body })).rejects.toMatchObject({ kind: "reset" });
  });

  test("breaks a used connection off in the middle of its answer is not asked again", async () => {
    const backend = await rawBackend((socket) => {
      socket.once("data", () => {
        socket.write(ok);
        socket.once("data", () => socket.end("HTTP/1.1 2"));
      });
    });
    const upstream = upstreamClient();
    await told(upstream, backend.origin);
    await expect(ask(upstream, backend.origin)).rejects.toMatchObject({ kind: "reset" });
    expect(backend.accepted).toHaveLength(1);
  });

  test("breaks every connection off fails after one more try", async () => {
    const backend = await rawBackend((socket, nth) => {
      socket.on("data", () => {
        if (nth === 1 && socket.bytesWritten === 0) socket.write(ok);
        else socket.resetAndDestroy();
      });
    });
    const upstream = upstreamClient();
    await told(upstream, backend.origin);
    await expect(ask(upstream, backend.origin)).rejects.toMatchObject({ kind: "reset" });
    expect(backend.accepted).toHaveLength(2);
  });

  test("promises little gets what must not be done twice on a new connection", async () => {
    const backend = await constantBackend(ok);
    const upstream = upstreamClient({ limits: { nonIdempotentReuse: -1 } });
    await told(upstream, backend.origin);
    await told(upstream, backend.origin, { method: "POST" });
    expect(backend.accepted).toHaveLength(2);
    await told(upstream, backend.origin);
    expect(backend.accepted).toHaveLength(2);
  });
});

describe("connections", () => {
  test("are bounded, and those who wait are served in order", async () => {
    const backend = await constantBackend(ok);
    const upstream = upstreamClient({ limits: { connectionsPerOrigin: 2 } });
    const done: number[] = [];
    await Promise.all(Array.from({ length: 40 }, (_, i) => told(upstream, backend.origin).then(() => done.push(i))));
    expect(backend.accepted).toHaveLength(2);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
  });

  test("are shared by equal origins and by no others", async () => {
    const backend = await constantBackend(ok);
    const upstream = upstreamClient();
    await told(upstream, { ...backend.origin });
    await told(upstream, { ...backend.origin });
    expect(backend.accepted).toHaveLength(1);
    await told(upstream, { ...backend.origin, host: "localhost" });
    expect(backend.accepted).toHaveLength(2);
  });

  test.each([
    ["our own bound", ok, { upstreamKeepAlive: 50 }],
    [
      "the backend's",
      "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\nContent-Length: 0\r\n\r\n",
      { keepAliveMargin: 950 },
    ],
  ])("rest no longer than %s", async (_, answer, bounds) => {
    const backend = await constantBackend(answer);
    await told(upstreamClient({ limits: bounds }), backend.origin);
    await ended(backend.accepted[0]);
  });

  test.each([
    ["Connection: close", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"],
    ["HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"],
    ["a lifetime of nothing", "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=0\r\nContent-Length: 0\r\n\r\n"],
  ])("are not used again after %s", async (_, answer) => {
    const backend = await constantBackend(answer);
    const upstream = upstreamClient();
    await told(upstream, backend.origin);
    await told(upstream, backend.origin);
    expect(backend.accepted).toHaveLength(2);
  });

  test("of a request that is given up are closed, and nothing is heard", async () => {
    const backend = await answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe");
    const upstream = upstreamClient({ limits: { connectionsPerOrigin: 1 } });
    const heardOf: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const request = { method: "GET", target: "/", headers: [], body: undefined, timeout: 20_000 };
    const waiting = { onHead: () => void heardOf.push("head"), onFailure: () => void heardOf.push("failure") };
    const giveUp = upstream.dispatch(backend.origin, request, {
      onHead: (_, __, body) => {
        body.read({
          onData: () => resolve(),
          onEnd: () => void heardOf.push("end"),
          onError: () => void heardOf.push("error"),
        });
      },
      onFailure: () => void heardOf.push("failure"),
    });
    const giveUpWaiting = upstream.dispatch(backend.origin, request, waiting);
    await promise;
    giveUpWaiting();
    giveUp();
    giveUp();
    await ended(backend.accepted[0]);
    upstream.dispatch(backend.origin, request, waiting)();
    await upstream.close();
    expect(heardOf).toEqual([]);
  });

  test("close when the requests under way are done, and new ones are refused", async () => {
    const backend = await answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe");
    const upstream = upstreamClient();
    const answer = await ask(upstream, backend.origin);
    const text = readAll(answer.body);
    const closed = upstream.close();
    await expect(ask(upstream, backend.origin)).rejects.toMatchObject({ kind: "refused" });
    backend.accepted[0]?.write("llo");
    expect((await text).toString()).toBe("hello");
    await closed;
  });
});

test("a handler that throws costs its own request only", async () => {
  const mistakes: unknown[] = [];
  const upstream = upstreamClient({ log: (error) => void mistakes.push(error) });
  const backend = await constantBackend("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
  const request = { method: "GET", target: "/", headers: [], body: undefined, timeout: 20_000 };
  const failure = await new Promise((resolve) => {
    upstream.dispatch(backend.origin, request, {
      onHead: () => {
        throw new Error("a mistake");
      },
      onFailure: resolve,
    });
  });
  expect(failure).toMatchObject({ kind: "reset" });
  expect(mistakes).toMatchObject([{ message: "a mistake" }]);
  expect(await told(upstream, backend.origin)).toBe("200 {}");
});

test("node:http behind it: bodies both ways, many at once", async () => {
  const server = createServer((asked, answer) => {
    answer.writeHead(201, { "X-Method": asked.method });
    asked.pipe(answer);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const origin = plainOrigin((server.address() as AddressInfo).port);
  const upstream = upstreamClient({ limits: { connectionsPerOrigin: 8 } });
  const all = Array.from({ length: 200 }, async (_, i) => {
    const body = Buffer.alloc(i * 997, i);
    const answer = await ask(upstream, origin, { method: i % 2 === 0 ? "PUT" : "POST", body });
    expect(answer.status).toBe(201);
    expect((await readAll(answer.body)).equals(body)).toBe(true);
  });
  await Promise.all(all);
  await upstream.close();
});

/** A port that nobody listens on. */
async function closedPort() {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return { port, server };
}
