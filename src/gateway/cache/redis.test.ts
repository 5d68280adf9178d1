import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { noRedis, RedisServer } from "../../../test/support/redis-server.ts";
import { parseRedisAddress } from "../redis/address.ts";
import { openRedisLink, type RedisLink } from "../redis/link.ts";
import { limits } from "../../limits.ts";
import { beginCall, cacheContract, lookUp, place, responseOf } from "./cache.contract.ts";
import type { CachePlace } from "./cache.ts";
import { RedisResponseCache } from "./redis.ts";

const texts = (caches: readonly RedisResponseCache[], from: CachePlace, key: string) =>
  Promise.all(caches.map(async (cache) => (await lookUp(cache, from, key))?.body.toString()));

test("answers that Redis is slow to take hold no more than their bound, and what is taken makes room", async () => {
  const puts: ((reply: number) => void)[] = [];
  const slow: RedisLink = {
    isThere: true,
    send: async (command) => [Buffer.from("content"), ...command.slice(2).map(() => null)],
    run: (_script, _key, values) =>
      values.length === 2
        ? Promise.resolve([Buffer.from("content"), Buffer.from("content")])
        : new Promise((resolve) => void puts.push(resolve)),
    close: () => undefined,
  };
  const cache = new RedisResponseCache(slow);
  const there = place({ capacity: 1e12 });
  cache.keep(there.stage, there);
  const turn = await beginCall(cache, there, "a");
  const response = responseOf(Buffer.alloc(1_000_000));
  const put = (count: number): void => {
    for (let i = 0; i < count; i++) cache.put(there, "a", response, response.storedAt, turn);
  };
  put(200);
  expect(puts).toHaveLength(67);
  for (const taken of puts.splice(0, 10)) taken(1);
  await new Promise((resolve) => void setImmediate(resolve));
  put(200);
  expect(puts).toHaveLength(67);
});

describe.skipIf(noRedis !== undefined)(`with a Redis${noRedis === undefined ? "" : ` (${noRedis})`}`, () => {
  let server: RedisServer;
  const links: RedisLink[] = [];
  const logged: string[] = [];
  const log = {
    info: (_: object, line: string) => void logged.push(line),
    error: (_: object, line: string) => void logged.push(line),
  };

  async function connected(): Promise<RedisLink> {
    const address = parseRedisAddress(server.url);
    if (address === undefined) throw new Error("no address");
    const link = await openRedisLink(address, log);
    links.push(link);
    return link;
  }

  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(async () => {
    for (const link of links) link.close();
    await server.stop();
  });

  cacheContract("Redis", async () => {
    const link = await connected();
    await link.send(["FLUSHALL"]);
    return { cache: new RedisResponseCache(link), settled: async () => void (await link.send(["PING"])) };
  });

  const now = Date.now();

  async function nodes(): Promise<{
    one: RedisResponseCache;
    two: RedisResponseCache;
    settled: () => Promise<unknown>;
  }> {
    const [here, there] = [await connected(), await connected()];
    await here.send(["FLUSHALL"]);
    const settled = () => Promise.all([here, there].map((link) => link.send(["PING"])));
    return { one: new RedisResponseCache(here), two: new RedisResponseCache(there), settled };
  }

  test("what one node puts, another finds; what one empties, none finds, and its memory is given back", async () => {
    const { one, two, settled } = await nodes();
    const before = place();
    for (const cache of [one, two]) cache.keep(before.stage, before);
    const turn = await beginCall(one, before, "any");
    for (let i = 0; i < 600; i++) one.put(before, `k${i}`, responseOf("x"), now, turn);
    await settled();
    expect(await texts([one, two], before, "k7")).toEqual(["x", "x"]);
    const after = place({ generation: "0.5@2" });
    one.keep(after.stage, after);
    expect(await texts([one], after, "k7")).toEqual([undefined]);
    expect(await texts([two], before, "k7")).toEqual([undefined]);
    const [link] = links;
    // The name of the present content is left.
    await expect.poll(() => link?.send(["DBSIZE"])).toBe(1);
  });

  test("after one node has flushed they go on sharing, whatever the other calls its content, and whenever it flushes", async () => {
    const { one, two, settled } = await nodes();
    const [first, second, third] = [place(), place({ generation: "0.5@5" }), place({ generation: "0.5@3" })];
    for (const cache of [one, two]) cache.keep(first.stage, first);
    const late = await beginCall(two, first, "a");
    one.keep(first.stage, second);
    await settled();
    one.put(second, "a", responseOf("flushed"), now, await beginCall(one, second, "a"));
    two.put(first, "a", responseOf("late"), now, late);
    await settled();
    expect(await texts([one], second, "a")).toEqual(["flushed"]);
    expect(await texts([two], first, "a")).toEqual(["flushed"]);
    // By its own clock, which is behind.
    two.keep(first.stage, third);
    expect(await texts([two], third, "a")).toEqual([undefined]);
    expect(await texts([one], second, "a")).toEqual([undefined]);
    two.put(third, "a", responseOf("again"), now, await beginCall(two, third, "a"));
    await settled();
    expect(await texts([one], second, "a")).toEqual(["again"]);
  });

  test("a node that starts finds what was put before, unless it was flushed while Redis was away", async () => {
    const { one, two, settled } = await nodes();
    const [before, after] = [place(), place({ generation: "0.5@2" })];
    one.keep(before.stage, before);
    one.put(before, "a", responseOf("x"), now, await beginCall(one, before, "a"));
    await settled();
    two.keep(before.stage, before);
    expect(await texts([two], before, "a")).toEqual(["x"]);
    const three = new RedisResponseCache(await connected());
    three.keep(after.stage, after);
    expect(await texts([three], after, "a")).toEqual([undefined]);
  });

  test("a flush that Redis does not hear of holds when it is back", async () => {
    const { one, settled } = await nodes();
    const [before, after] = [place({ generation: "0.5@2" }), place({ generation: "0.5@1" })];
    one.keep(before.stage, before);
    one.put(before, "a", responseOf("x"), now, await beginCall(one, before, "a"));
    await settled();
    const [link] = links.slice(-2);
    let isThere = true;
    const cut: RedisLink = {
      get isThere() {
        return isThere;
      },
      send: async (command) => (isThere ? link?.send(command) : undefined),
      run: async (script, key, values) => (isThere ? link?.run(script, key, values) : undefined),
      close: () => undefined,
    };
    const cache = new RedisResponseCache(cut);
    cache.keep(before.stage, before);
    expect(await texts([cache], before, "a")).toEqual(["x"]);
    isThere = false;
    cache.keep(after.stage, after);
    expect(await texts([cache], after, "a")).toEqual([undefined]);
    isThere = true;
    expect(await texts([cache], after, "a")).toEqual([undefined]);
  });

  test("what another node refreshed is not overtaken by a call that began before", async () => {
    const { one, two, settled } = await nodes();
    const there = place();
    for (const cache of [one, two]) cache.keep(there.stage, there);
    const before = await beginCall(one, there, "a");
    two.put(there, "a", responseOf("fresh"), now, await beginCall(two, there, "a", true));
    await settled();
    one.put(there, "a", responseOf("late"), now, before);
    await settled();
    expect(await texts([one, two], there, "a")).toEqual(["fresh", "fresh"]);
  });

  test("an answer that took longer than turns are remembered is not kept", async () => {
    const { one, settled } = await nodes();
    const there = place();
    one.keep(there.stage, there);
    const turn = await beginCall(one, there, "a");
    const later = now + limits.sharedFill + 1;
    one.put(there, "a", responseOf("x", { expiresAt: later + 60_000 }), later, turn);
    await settled();
    expect(await texts([one], there, "a")).toEqual([undefined]);
  });

  test.each([
    ["sizes are gone", async (link: RedisLink, name: string) => void (await link.send(["DEL", `${name}:sizes`]))],
    ["order is gone", async (link: RedisLink, name: string) => void (await link.send(["DEL", `${name}:expiry`]))],
    [
      "sizes are no numbers",
      async (link: RedisLink, name: string) => {
        const ids = (await link.send(["HKEYS", `${name}:sizes`])) as readonly Buffer[];
        for (const id of ids) await link.send(["HSET", `${name}:sizes`, id, "x"]);
      },
    ],
  ])("a cluster whose %s goes on within its size", async (_what, damage) => {
    const { one, settled } = await nodes();
    const link = await connected();
    const small = place({ capacity: 12_000 });
    one.keep(small.stage, small);
    const put = async (key: string): Promise<void> => {
      one.put(small, key, responseOf(Buffer.alloc(1_000)), now, await beginCall(one, small, key));
      await settled();
    };
    for (let i = 0; i < 5; i++) await put(`old${i}`);
    const names = ((await link.send(["KEYS", "*:sizes"])) as readonly Buffer[]).map(String);
    await damage(link, (names[0] ?? "").replace(/:sizes$/, ""));
    for (let i = 0; i < 20; i++) await put(`new${i}`);
    const left = await texts(
      Array.from({ length: 1 }, () => one),
      small,
      "new19",
    );
    expect(left[0]?.length).toBe(1_000);
    expect(await link.send(["DBSIZE"])).toBeLessThanOrEqual(3 + 5 + 7);
  });

  test("what has expired counts no more", async () => {
    const link = await connected();
    await link.send(["FLUSHALL"]);
    const cache = new RedisResponseCache(link);
    const small = place({ capacity: 12_000 });
    cache.keep(small.stage, small);
    const turn = await beginCall(cache, small, "any");
    for (let i = 0; i < 5; i++) cache.put(small, `old${i}`, responseOf(Buffer.alloc(1_000)), now, turn);
    const later = now + 60_000;
    turn.shared = turn.shared && { ...turn.shared, begunAt: later };
    const fresh = { storedAt: later, expiresAt: later + 60_000 };
    for (let i = 0; i < 5; i++) cache.put(small, `new${i}`, responseOf(Buffer.alloc(1_000), fresh), later, turn);
    await link.send(["PING"]);
    for (let i = 0; i < 5; i++) expect(await lookUp(cache, small, `new${i}`, later)).toBeDefined();
  });
});
