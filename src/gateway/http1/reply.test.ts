import { describe, expect, test } from "vitest";
import { curt, get, listen, rawClient, say, statuses } from "../../../test/support/wire.ts";

describe("replies", () => {
  test("carry date, length and connection, and the body in one piece", async () => {
    const { port } = await listen(curt);
    expect(await say(port, get("/x"))).toMatch(
      /^HTTP\/1\.1 200 OK\r\nContent-Type: application\/json\r\nDate: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r\nContent-Length: 15\r\nConnection: keep-alive\r\n\r\n\{"target":"\/x"\}$/,
    );
  });

  test("a date given is left alone", async () => {
    const { port } = await listen(({ reply }) => reply.send(200, ["dAte", "then"], ""));
    const received = await say(port, get("/"));
    expect(received).toContain("dAte: then\r\n");
    expect(received).not.toContain("Date:");
  });

  test("texts that are not ASCII go out as UTF-8 of the right length", async () => {
    const { port } = await listen(({ reply }) => reply.send(200, [], "žluť {}"));
    const received = await say(port, get("/", "Connection: close"));
    expect(received).toContain("Content-Length: 9\r\n");
    expect(Buffer.from(received.split("\r\n\r\n")[1] ?? "", "latin1").toString()).toBe("žluť {}");
  });

  test.each([
    ["GET", 204, 0, /^HTTP\/1\.1 204 No Content\r\nDate[^\r]+\r\nConnection: close\r\n\r\n$/],
    ["GET", 304, 5, /^HTTP\/1\.1 304 Not Modified\r\nDate[^\r]+\r\nConnection: close\r\n\r\n$/],
    ["HEAD", 200, 5, /^HTTP\/1\.1 200 OK\r\nDate[^\r]+\r\nContent-Length: 5\r\nConnection: close\r\n\r\n$/],
    ["GET", 200, 5, /\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello$/],
    ["GET", 200, -1, /\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nhello\r\n0\r\n\r\n$/],
  ])("%s %d of length %d is framed", async (method, status, length, expected) => {
    const { port } = await listen(({ reply }) => {
      reply.head(status, [], length);
      if (length !== 0) reply.write(Buffer.from("hello"));
      reply.end();
    });
    expect(await say(port, `${method} / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)).toMatch(expected);
  });

  test("a streamed reply without a length ends an HTTP/1.0 connection; one with a length keeps it", async () => {
    const { port } = await listen(({ target, reply }) => {
      reply.head(200, [], target === "/open" ? -1 : 2);
      reply.write(Buffer.from("{}"));
      reply.end();
    });
    const open = await rawClient(port);
    open.send("GET /open HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    expect(await open.rest()).toMatch(/Connection: close\r\n\r\n\{\}$/);
    const kept = await rawClient(port);
    kept.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    await kept.replies(1);
    kept.send("GET / HTTP/1.0\r\n\r\n");
    expect(await kept.rest()).toMatch(/^[^{]+Connection: keep-alive\r\n\r\n\{\}[^{]+Connection: close\r\n\r\n\{\}$/);
  });

  test.each([
    ["a line break in a value", 200, ["X", "a\r\nSet-Cookie: b"]],
    ["a bare CR in a value", 200, ["X", "a\rb"]],
    ["a character that would become a CR as one byte", 200, ["X", "a\u010db"]],
    ["a blank in a name", 200, ["X Y", "a"]],
    ["a framing header", 200, ["content-length", "3"]],
    ["a status that is none", 99, []],
  ])("%s is never sent: the client gets a 500, and we hear of it", async (_, status, headers) => {
    const mistakes: unknown[] = [];
    const { port } = await listen(({ reply }) => reply.send(status, headers, "x"), {
      log: (error) => void mistakes.push(error),
    });
    const received = await say(port, get("/"));
    expect(statuses(received)).toEqual([500]);
    expect(received).toMatch(/\r\n\r\n\{"message":"Internal server error"\}$/);
    expect(mistakes).toMatchObject([{ name: "UnsendableFields" }]);
  });

  test.each([
    ["longer", "abcd", ""],
    ["shorter", "ab", "ab"],
  ])("a streamed body that is %s than it was said to be breaks the connection off", async (_, body, sent) => {
    const mistakes: unknown[] = [];
    const { port } = await listen(
      ({ reply }) => {
        reply.head(200, [], 3);
        // After the head has left: what is gathered in the same turn goes down with the connection.
        setImmediate(() => {
          reply.write(Buffer.from(body));
          setImmediate(() => reply.end());
        });
      },
      { log: (error) => void mistakes.push(error) },
    );
    const client = await rawClient(port);
    client.send(get("/"));
    expect((await client.rest()).split("\r\n\r\n")[1]).toBe(sent);
    expect(mistakes).toHaveLength(1);
  });

  test("a second head is not sent", async () => {
    const mistakes: unknown[] = [];
    const { port } = await listen(
      ({ reply }) => {
        reply.head(200, [], 2);
        reply.send(500, [], "no");
        reply.write(Buffer.from("{}"));
        reply.end();
        reply.send(500, [], "no");
      },
      { log: (error) => void mistakes.push(error) },
    );
    expect(statuses(await say(port, get("/")))).toEqual([200]);
    expect(mistakes).toHaveLength(1);
  });

  test("after the last byte onSent is called once, and onClose is not", async () => {
    const calls: string[] = [];
    const { port } = await listen(({ reply }) => {
      reply.onSent = () => void calls.push("sent");
      reply.onClose = () => void calls.push("closed");
      reply.send(200, [], "{}");
    });
    const client = await rawClient(port);
    await client.send(get("/")).replies(1);
    client.socket.destroy();
    await say(port, get("/"));
    expect(calls).toEqual(["sent", "sent"]);
  });
});

describe("serve that throws", () => {
  test("costs its own connection a 500 and nothing else", async () => {
    const mistakes: unknown[] = [];
    const { port } = await listen(
      (exchange) => {
        if (exchange.target === "/throw") throw new Error("a mistake");
        curt(exchange);
      },
      { log: (error) => void mistakes.push(error) },
    );
    const other = await rawClient(port);
    await other.send(get("/1")).replies(1);
    expect(statuses(await say(port, get("/throw") + get("/2")))).toEqual([500]);
    expect(statuses(await other.send(get("/3", "Connection: close")).rest())).toEqual([200, 200]);
    expect(mistakes).toHaveLength(1);
  });

  test("after the head breaks the connection off", async () => {
    const { port } = await listen(
      ({ reply }) => {
        reply.head(200, [], 5);
        throw new Error("a mistake");
      },
      { log: () => undefined },
    );
    const client = await rawClient(port);
    client.send(get("/"));
    expect(await client.rest()).not.toContain("500");
  });
});
