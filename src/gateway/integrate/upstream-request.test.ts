import type { Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { answering, ask, ended, GivenBody, heard, ok, told } from "../../../test/support/backends.ts";
import { constantBackend, rawBackend, readAll, upstreamClient } from "../../../test/support/wire.ts";

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

  test.each([0, 20])("whose answer is given up before its body is sent is so too, after %i ms", async (pause) => {
    const backend = await answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nno");
    const body = new GivenBody(1_000_000);
    const request = { method: "POST", target: "/", headers: ["Host", "backend"], body, timeout: 20_000 };
    upstreamClient().dispatch(backend.origin, request, {
      onHead: (_status, _headers, answer) => {
        if (pause === 0) answer.discard();
        else setTimeout(() => answer.discard(), pause);
      },
      onFailure: () => undefined,
    });
    await body.begun.promise;
    await expect.poll(() => backend.accepted.length).toBe(1);
    await ended(backend.accepted[0]);
    expect(body.discarded).toBe(true);
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
