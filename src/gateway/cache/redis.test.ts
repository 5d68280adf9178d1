import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { noRedis, RedisServer } from "../../../test/support/redis-server.ts";
import { parseRedisAddress } from "../redis/address.ts";
import { openRedisLink, type RedisLink } from "../redis/link.ts";
import { cacheContract, place, responseOf } from "./cache.contract.ts";
import { RedisResponseCache } from "./redis.ts";

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

  test("what one node puts, another finds; what one empties, none finds, and its memory is given back", async () => {
    const [here, there] = [await connected(), await connected()];
    await here.send(["FLUSHALL"]);
    const [one, two] = [new RedisResponseCache(here), new RedisResponseCache(there)];
    const before = place();
    for (const cache of [one, two]) cache.keep(before.stage, before);
    for (let i = 0; i < 600; i++) one.put(before, `k${i}`, responseOf("x"), now);
    await here.send(["PING"]);
    expect((await two.get(before, "k7", now))?.body.toString()).toBe("x");
    const after = place({ generation: "0.5@2" });
    one.keep(after.stage, after);
    expect(await one.get(after, "k7", now)).toBeUndefined();
    two.keep(after.stage, after);
    expect(await two.get(after, "k7", now)).toBeUndefined();
    await expect.poll(() => here.send(["DBSIZE"])).toBe(0);
  });

  test("what has expired counts no more", async () => {
    const link = await connected();
    await link.send(["FLUSHALL"]);
    const cache = new RedisResponseCache(link);
    const small = place({ capacity: 12_000 });
    cache.keep(small.stage, small);
    for (let i = 0; i < 5; i++) cache.put(small, `old${i}`, responseOf(Buffer.alloc(1_000)), now);
    const later = now + 60_000;
    const fresh = { storedAt: later, expiresAt: later + 60_000 };
    for (let i = 0; i < 5; i++) cache.put(small, `new${i}`, responseOf(Buffer.alloc(1_000), fresh), later);
    await link.send(["PING"]);
    for (let i = 0; i < 5; i++) expect(await cache.get(small, `new${i}`, later)).toBeDefined();
  });
});
