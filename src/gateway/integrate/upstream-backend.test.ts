import type { Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { answering, ask, closedPort, GivenBody, ok, stale, told } from "../../../test/support/backends.ts";
import { constantBackend, plainOrigin, rawBackend, readAll, upstreamClient } from "../../../test/support/wire.ts";
import type { Origin } from "../transport.ts";

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
