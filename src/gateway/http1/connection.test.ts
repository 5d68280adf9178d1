import { describe, expect, test } from "vitest";
import {
  caught,
  curt,
  get,
  listen,
  mirror,
  post,
  rawClient,
  readAll,
  say,
  statuses,
} from "../../../test/support/wire.ts";
import type { BodySource, UpstreamFailure } from "../transport.ts";

const chunks =
  "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x\r\nllo\r\n0\r\nT: x\r\n\r\n";

describe("a connection", () => {
  test("serves pipelined requests in order, one at a time", async () => {
    let underWay = 0;
    const { port } = await listen(({ target, reply }) => {
      expect(++underWay).toBe(1);
      setImmediate(() => {
        underWay--;
        reply.send(200, [], JSON.stringify({ target }));
      });
    });
    const targets = Array.from({ length: 50 }, (_, i) => `/${i}`);
    const received = await say(port, targets.map((target) => get(target)).join(""));
    expect([...received.matchAll(/\{"target":"([^"]+)"\}/g)].map((match) => match[1])).toEqual(targets);
  });

  test("does not read far ahead of a reply", async () => {
    const { serve, exchange } = caught();
    const { port } = await listen(serve);
    const client = await rawClient(port);
    client.send(get("/"));
    await exchange;
    const flood = Buffer.from(get(`/${"x".repeat(8_000)}`).repeat(4_000), "latin1");
    client.socket.write(flood);
    await new Promise((resolve) => void setTimeout(resolve, 300));
    expect(client.socket.writableLength).toBeGreaterThan(flood.length / 4);
  });

  test("forgives one empty line before a request, not two", async () => {
    const { port } = await listen(curt);
    expect(statuses(await say(port, `\r\n${get("/")}\r\n${get("/")}`))).toEqual([200, 200]);
    expect(statuses(await say(port, `\r\n\r\n${get("/")}`))).toEqual([400]);
  });

  test("reads a request that comes byte by byte", async () => {
    const { port } = await listen(mirror);
    const client = await rawClient(port);
    client.socket.setNoDelay(true);
    for (const character of `\r\n${post("/slow", "hello")}`) {
      client.send(character);
      await new Promise((resolve) => void setImmediate(resolve));
    }
    expect(await client.replies(1)).toContain('"body":"hello"');
  });

  test("that ends its side still gets its replies", async () => {
    const { port } = await listen(({ reply }) => void setTimeout(() => reply.send(200, [], "{}"), 50));
    expect(statuses(await say(port, get("/") + get("/")))).toEqual([200, 200]);
  });

  test("that ends its side is told of, before its reply is out and not after", async () => {
    let ends = 0;
    const { port } = await listen(({ target, reply }) => {
      reply.onEnd = () => {
        ends++;
        reply.send(200, [], "{}");
      };
      if (target === "/1") reply.send(200, [], "{}");
    });
    expect(statuses(await say(port, get("/1")))).toEqual([200]);
    expect(ends).toBe(0);
    expect(statuses(await say(port, get("/2")))).toEqual([200]);
    expect(ends).toBe(1);
  });

  test.each([
    ["a request line that never ends", "x".repeat(20_000), 414],
    ["a header block that never ends", `GET / HTTP/1.1\r\n${"X: y\r\n".repeat(9_000)}`, 431],
    ["too many headers", `GET / HTTP/1.1\r\nHost: a\r\n${"X: y\r\n".repeat(300)}\r\n`, 431],
    ["TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400],
    ["line feeds alone", "GET / HTTP/1.1\nHost: a\n\n", 400],
    ["HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505],
    ["CONNECT", "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", 501],
  ])("that sends %s hears why, and is closed", async (_, text, status) => {
    const { port } = await listen(curt);
    const client = await rawClient(port);
    client.send(text);
    const received = await client.rest();
    expect(statuses(received)).toEqual([status]);
    expect(received).toMatch(/Connection: close\r\n\r\n\{"message":"[^"]+"\}$/);
  });

  test("that floods us after a refusal is cut, and still hears the refusal", async () => {
    const { port } = await listen(curt);
    const client = await rawClient(port);
    client.send("BAD\r\n\r\n");
    await client.replies(1);
    client.send(Buffer.alloc(4_000_000, 97));
    expect(statuses(await client.rest())).toEqual([400]);
  });
});

describe("a request's body", () => {
  test("by length and by chunks reads alike, and what follows is the next request", async () => {
    const { port } = await listen(mirror);
    const received = await say(port, post("/", "hello") + chunks + get("/after"));
    expect(received.match(/"body":"hello"/g)).toHaveLength(2);
    expect(received).toContain('"target":"/after"');
  });

  test("is asked for with 100 Continue when its reader begins, once", async () => {
    const { serve, exchange } = caught();
    const { port } = await listen(serve);
    const client = await rawClient(port);
    client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    const { body, reply } = await exchange;
    expect(client.received).toBe("");
    const bytes = readAll(body);
    await client.until((received) => received.includes("\r\n\r\n"));
    client.send("hi");
    reply.send(200, [], `{"body":"${(await bytes).toString()}"}`);
    expect(await client.replies(2)).toMatch(
      /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n[^{]*\{"body":"hi"\}$/,
    );
  });

  test("that nobody asked for, expected or too long, ends the connection with the reply", async () => {
    const { port } = await listen(curt);
    const expecting = await say(
      port,
      "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n",
    );
    expect(expecting).toContain("Connection: close");
    expect(await say(port, post("/", "x".repeat(70_000)) + get("/2"))).toContain("Connection: close");
  });

  test("that is there already is not asked for", async () => {
    const { serve, exchange } = caught();
    const { port } = await listen(serve);
    const client = await rawClient(port);
    client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi");
    const { body, reply } = await exchange;
    setImmediate(() => void readAll(body).then(() => reply.send(200, [], "{}")));
    expect(statuses(await client.replies(1))).toEqual([200]);
  });

  test("that nobody read is dropped before the next request, when it is short", async () => {
    const { port } = await listen(curt);
    const received = await say(port, post("/1", "GET /no HTTP/1.1\r\n\r\n") + chunks + get("/2"));
    expect([...received.matchAll(/"target":"([^"]+)"/g)].map((match) => match[1])).toEqual(["/1", "/", "/2"]);
  });

  test("that nobody read and that does not end is not waited for long", async () => {
    const { port } = await listen(curt, { limits: { lingerTimeout: 100 } });
    const client = await rawClient(port);
    client.send(post("/1", "").replace("Content-Length: 0", "Content-Length: 5"));
    expect(statuses(await client.rest())).toEqual([200]);
  });

  test("that goes on behind the last reply is read up to a bound", async () => {
    const { port } = await listen(curt, { limits: { lingerTimeout: 600_000, lingerBytes: 100_000 } });
    const client = await rawClient(port);
    // It hears that the other side has ended, and goes on.
    client.socket.removeAllListeners("end");
    client.send("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 1000000\r\n\r\n");
    await client.replies(1);
    const over = setInterval(() => void client.send(Buffer.alloc(50_000)), 1);
    await client.rest();
    clearInterval(over);
    expect(client.closed).toBe(true);
  });

  test("that is far too long does not keep its client from the reply", async () => {
    const { port } = await listen(curt);
    const size = 12_000_000;
    const client = await rawClient(port);
    client.send(`POST /long HTTP/1.1\r\nHost: a\r\nContent-Length: ${size}\r\n\r\n`);
    client.socket.write(Buffer.alloc(size));
    expect(statuses(await client.rest())).toEqual([200]);
    expect(client.socket.errored).toBeNull();
    expect(client.socket.writableLength).toBe(0);
  });

  test("flows no faster than its reader", async () => {
    const { serve, exchange } = caught();
    const { port } = await listen(serve, { limits: { body: 1e9 } });
    const client = await rawClient(port);
    const size = 40_000_000;
    client.send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${size}\r\n\r\n`);
    client.socket.write(Buffer.alloc(size));
    const { body, reply } = await exchange;
    if (body === undefined) throw new Error("a body is there");
    let read = 0;
    let paused = false;
    body.read({
      onData: (chunk) => {
        expect(paused).toBe(false);
        read += chunk.length;
        paused = true;
        body.pause();
        setImmediate(() => {
          paused = false;
          body.resume();
        });
      },
      onEnd: () => reply.send(200, [], JSON.stringify({ read })),
      onError: () => undefined,
    });
    expect(await client.replies(1)).toContain(`{"read":${size}}`);
  });

  test("that is not read stays with the client", async () => {
    const { serve, exchange } = caught();
    const { port } = await listen(serve);
    const client = await rawClient(port);
    client.send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9000000\r\n\r\n`);
    client.socket.write(Buffer.alloc(9_000_000));
    await exchange;
    await new Promise((resolve) => void setTimeout(resolve, 300));
    expect(client.socket.writableLength).toBeGreaterThan(1_000_000);
  });

  test.each([
    ["badly framed", "Transfer-Encoding: chunked\r\n\r\nzz\r\n", "client-malformed", 400],
    ["larger than its bound by length", "Content-Length: 11\r\n\r\nhello", "client-too-large", 413],
    [
      "larger than its bound by chunks",
      "Transfer-Encoding: chunked\r\n\r\n6\r\nabcdef\r\n5\r\n",
      "client-too-large",
      413,
    ],
    ["broken off", "Content-Length: 9\r\n\r\nhello", "client-incomplete", 400],
  ])("that is %s fails its reader, and the client hears why", async (_, rest, kind, status) => {
    const failures: UpstreamFailure[] = [];
    const { port } = await listen(
      ({ body }) => void readAll(body).catch((error) => void failures.push(error as UpstreamFailure)),
      { limits: { body: 10 } },
    );
    const received = await say(port, `POST / HTTP/1.1\r\nHost: a\r\n${rest}`);
    expect(statuses(received)).toEqual([status]);
    expect(received).toContain("Connection: close");
    expect(failures).toMatchObject([{ name: "UpstreamFailure", kind }]);
  });

  test("that fails may be answered by its reader", async () => {
    const { port } = await listen(({ body, reply }) =>
      body?.read({ onData: () => undefined, onEnd: () => undefined, onError: () => reply.send(422, [], "{}") }),
    );
    expect(statuses(await say(port, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz"))).toEqual([
      422,
    ]);
  });

  test("that fails after the reply began breaks the connection off", async () => {
    const { port } = await listen(({ body, reply }) => {
      reply.head(200, [], -1);
      body?.read({ onData: (chunk) => void reply.write(chunk), onEnd: () => reply.end(), onError: () => undefined });
    });
    const client = await rawClient(port);
    client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n");
    await client.until((received) => received.endsWith("hi\r\n"));
    client.send("zz\r\n");
    const received = await client.rest();
    expect(statuses(received)).toEqual([200]);
    expect(received).not.toContain("0\r\n\r\n");
  });
});

describe("a client that goes away", () => {
  test("is told to the reply and to the body's reader", async () => {
    const { serve, exchange } = caught();
    const { port } = await listen(serve);
    const client = await rawClient(port);
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe");
    const { body, reply } = await exchange;
    const calls: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    reply.onClose = () => void calls.push("closed");
    reply.onSent = () => {
      calls.push("sent");
      resolve();
    };
    body?.read({
      onData: () => undefined,
      onEnd: () => undefined,
      onError: (error) => void calls.push((error as UpstreamFailure).kind),
    });
    client.socket.resetAndDestroy();
    await promise;
    expect(calls).toEqual(["client-gone", "closed", "sent"]);
    reply.head(200, [], -1);
    expect(reply.write(Buffer.from("x"))).toBe(true);
    reply.end();
  });

  test("does not stall or crash when it never reads", async () => {
    const { serve, exchange } = caught();
    const listener = await listen(serve, { limits: { bodyIdleTimeout: 200 } });
    const client = await rawClient(listener.port);
    client.socket.pause();
    client.send(get("/"));
    const { reply } = await exchange;
    const { promise, resolve } = Promise.withResolvers<void>();
    reply.onClose = resolve;
    reply.head(200, [], -1);
    const piece = Buffer.alloc(65_536);
    let taken = 0;
    const fill = () => {
      while (reply.write(piece) && taken < 10_000) taken++;
    };
    reply.onDrain = fill;
    fill();
    expect(taken).toBeLessThan(1_000);
    await promise;
  });
});

describe("time", () => {
  test("a head that does not end is answered 408", async () => {
    const { port } = await listen(curt, { limits: { headTimeout: 100 } });
    const client = await rawClient(port);
    client.send("GET / HTT");
    expect(statuses(await client.rest())).toEqual([408]);
  });

  test("a body that stops is answered 408, and its reader hears of it", async () => {
    const failures: unknown[] = [];
    const { port } = await listen(
      ({ body }) => void readAll(body).catch((error: unknown) => void failures.push(error)),
      { limits: { bodyIdleTimeout: 100 } },
    );
    const client = await rawClient(port);
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe");
    expect(statuses(await client.rest())).toEqual([408]);
    expect(failures).toMatchObject([{ kind: "client-slow" }]);
  });

  test("connections that say nothing are closed without a word, new or used", async () => {
    const { port } = await listen(curt, { limits: { headTimeout: 100, keepAliveTimeout: 100 } });
    const unused = await rawClient(port);
    const used = await rawClient(port);
    await used.send(get("/")).replies(1);
    expect(await unused.rest()).toBe("");
    expect(statuses(await used.rest())).toEqual([200]);
  });

  const long = "x".repeat(100_000);
  test.each<[string, string, (body: BodySource) => unknown]>([
    ["nobody reads", post("/", "x"), () => undefined],
    ["is read", post("/", "x"), readAll],
    ["is read by chunks", chunks, readAll],
    ["is given up", post("/", "x"), (body) => body.discard()],
    ["is given up, and too long to be read", post("/", long), (body) => body.discard()],
    ["is given up, and stops", post("/", "he").replace("Length: 2", "Length: 5"), (body) => body.discard()],
  ])("a reply may take its time while nothing is awaited of the client, whose body %s", async (_what, sent, take) => {
    const short = { headTimeout: 60, bodyIdleTimeout: 60, keepAliveTimeout: 60, lingerTimeout: 60 };
    const { port } = await listen(
      ({ body, reply }) => {
        if (body !== undefined) void take(body);
        setTimeout(() => {
          body?.discard();
          reply.send(200, [], "{}");
        }, 300);
      },
      { limits: short },
    );
    const client = await rawClient(port);
    client.send(sent);
    expect(statuses(await client.replies(1))).toEqual([200]);
  });
});
