import { once } from "node:events";
import { request } from "node:http";
import { describe, expect, onTestFinished, test } from "vitest";
import { caught, curt, get, listen, mirror, rawClient, statuses } from "../../../test/support/wire.ts";
import type { Serve } from "../exchange.ts";
import { createListener } from "./listener.ts";

test("counts its connections, and those with a request under way", async () => {
  const { serve, exchange } = caught();
  const listener = await createListener({ host: "127.0.0.1", port: 0, serve });
  await rawClient(listener.port);
  const busy = await rawClient(listener.port);
  busy.send(get("/"));
  const { reply } = await exchange;
  expect([listener.connections, listener.inFlight]).toEqual([2, 1]);
  reply.send(200, [], "{}");
  expect([listener.connections, listener.inFlight]).toEqual([2, 0]);
  await listener.close(0);
});

describe("closing", () => {
  test("ends idle connections, finishes requests under way, takes no new ones", async () => {
    const { serve, exchange } = caught();
    const listener = await createListener({
      host: "127.0.0.1",
      port: 0,
      serve: (x) => (x.target === "/slow" ? serve(x) : curt(x)),
    });
    const idle = await rawClient(listener.port);
    await idle.send(get("/")).replies(1);
    const busy = await rawClient(listener.port);
    busy.send(get("/slow"));
    const { reply } = await exchange;
    const closed = listener.close(10_000);
    await idle.rest();
    reply.send(200, [], "{}");
    expect(await busy.rest()).toContain("Connection: close\r\n\r\n{}");
    await closed;
    expect(listener.connections).toBe(0);
    await expect(rawClient(listener.port)).rejects.toThrow("ECONNREFUSED");
  });

  test("serves what had arrived, and a new connection's first request", async () => {
    const listener = await createListener({ host: "127.0.0.1", port: 0, serve: curt });
    const used = await rawClient(listener.port);
    await used.send(get("/")).replies(1);
    const fresh = await rawClient(listener.port);
    await new Promise((resolve) => void setTimeout(resolve, 50));
    used.send(get("/again"));
    const closed = listener.close(10_000);
    fresh.send(get("/first"));
    expect(await used.rest()).toContain('"/again"');
    expect(await fresh.rest()).toContain('"/first"');
    await closed;
  });

  test("ends a connection whose reply had promised to keep it", async () => {
    const { serve, exchange } = caught();
    const listener = await createListener({ host: "127.0.0.1", port: 0, serve });
    const client = await rawClient(listener.port);
    client.send(get("/"));
    const { reply } = await exchange;
    reply.head(200, [], 2);
    await client.until((received) => received.includes("keep-alive"));
    const closed = listener.close(1_000_000);
    // Longer than new connections are waited for: nobody looks for idle ones afterwards.
    setTimeout(() => {
      reply.write(Buffer.from("{}"));
      reply.end();
    }, 500);
    expect(await client.rest()).toMatch(/\{\}$/);
    await closed;
  });

  test("breaks off what takes too long", async () => {
    const { serve, exchange } = caught();
    const listener = await createListener({ host: "127.0.0.1", port: 0, serve });
    const client = await rawClient(listener.port);
    client.send(get("/"));
    const { reply } = await exchange;
    const { promise, resolve } = Promise.withResolvers<void>();
    reply.onClose = resolve;
    await listener.close(50);
    await promise;
    expect(await client.rest()).toBe("");
  });

  test("under load no request is lost", async () => {
    let served = 0;
    const busy = Promise.withResolvers<void>();
    const serve: Serve = ({ reply }) =>
      void setTimeout(() => {
        if (++served === 100) busy.resolve();
        reply.send(200, [], "{}");
      }, 5);
    const listener = await createListener({ host: "127.0.0.1", port: 0, serve });
    let answered = 0;
    let sent = 0;
    const clients = Array.from({ length: 20 }, async () => {
      const one = await rawClient(listener.port);
      while (!one.closed && !one.received.includes("Connection: close")) {
        sent++;
        one.send(get("/"));
        const before = statuses(one.received).length;
        await one.replies(before + 1);
        if (statuses(one.received).length > before) answered++;
      }
    });
    await busy.promise;
    await listener.close(10_000);
    await Promise.all(clients);
    expect(answered).toBe(sent);
    expect(served).toBe(sent);
  });
});

describe("bounds", () => {
  test("connections past the bound are not taken", async () => {
    const listener = await listen(curt, { limits: { connections: 2 } });
    const kept = await Promise.all([rawClient(listener.port), rawClient(listener.port)]);
    await Promise.all(kept.map((one) => one.send(get("/")).replies(1)));
    const third = await rawClient(listener.port);
    third.send(get("/"));
    expect(await third.rest()).toBe("");
    expect(listener.connections).toBe(2);
  });

  test("an address that is taken rejects", async () => {
    const { port } = await listen(curt);
    await expect(createListener({ host: "127.0.0.1", port, serve: curt })).rejects.toMatchObject({
      code: "EADDRINUSE",
    });
  });
});

describe("real clients", () => {
  test("fetch", async () => {
    const { port } = await listen(mirror);
    const answer = await fetch(`http://127.0.0.1:${port}/f?x=1`, {
      method: "PUT",
      body: new Blob(["hello"]).stream(),
      duplex: "half",
    });
    expect(await answer.json()).toEqual({ method: "PUT", target: "/f?x=1", host: "127.0.0.1", body: "hello" });
    const head = await fetch(`http://127.0.0.1:${port}/`, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
  });

  test("node:http with 100-continue and chunks", async () => {
    const { port } = await listen(mirror);
    const asked = request({ port, host: "127.0.0.1", method: "POST", path: "/n", headers: { Expect: "100-continue" } });
    onTestFinished(() => void asked.destroy());
    asked.flushHeaders();
    await once(asked, "continue");
    asked.write("hel");
    asked.end("lo");
    const [answer] = (await once(asked, "response")) as [AsyncIterable<Buffer>];
    let text = "";
    for await (const piece of answer) text += piece.toString();
    expect(text).toContain('"body":"hello"');
  });
});
