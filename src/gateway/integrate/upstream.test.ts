import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { answering, ask, ended, ok, told } from "../../../test/support/backends.ts";
import { constantBackend, plainOrigin, readAll, upstreamClient } from "../../../test/support/wire.ts";

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
