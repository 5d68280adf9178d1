import { describe, expect, test } from "vitest";
import { answering, ask, ended, malformed, ok, told, trickle } from "../../../test/support/backends.ts";
import { constantBackend, rawBackend, readAll, upstreamClient } from "../../../test/support/wire.ts";

describe("an answer", () => {
  test.each([
    ["by length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "200 hello", 5],
    [
      "in chunks",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nT: x\r\n\r\n",
      "200 hello",
      -1,
    ],
    ["without a body", "HTTP/1.1 204 No Content\r\n\r\n", "204 ", 0],
    ["not modified", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", "304 ", 0],
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
      const { headers, body } = await ask(upstream, backend.origin, { method: "HEAD" });
      expect(headers).toEqual(["Content-Length", "5"]);
      expect([body.length, (await readAll(body)).toString()]).toEqual([0, ""]);
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
    // It would rest for longer than the test may take.
    const upstream = upstreamClient({ limits: { upstreamKeepAlive: 600_000 } });
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
