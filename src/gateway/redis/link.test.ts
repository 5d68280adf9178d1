import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bodies, cachingGateway } from "../../../test/support/caching-fixture.ts";
import { noRedis, RedisServer } from "../../../test/support/redis-server.ts";
import { Caching } from "../cache/caching.ts";
import { RedisResponseCache } from "../cache/redis.ts";
import { DelayingProxy } from "../../../test/support/delaying-proxy.ts";
import { limits } from "../../limits.ts";
import { parseRedisAddress } from "./address.ts";
import { openRedisLink, type RedisLink } from "./link.ts";
import { redisScript } from "./script.ts";

const password = "a secret/of:the operator@";

const isThere = async (link: RedisLink, expected: boolean): Promise<void> => {
  await expect.poll(() => link.isThere, { timeout: 20_000 }).toBe(expected);
};

const asked = (q: number) => ({ target: `/prod/pets/1?q=${q}` });

describe.skipIf(noRedis !== undefined)(`with a Redis${noRedis === undefined ? "" : ` (${noRedis})`}`, () => {
  let server: RedisServer;
  let links: RedisLink[];
  let logged: string[];

  const write = (details: object, line: string): void => void logged.push(`${line} ${JSON.stringify(details)}`);

  async function linkTo(url: string): Promise<RedisLink> {
    const address = parseRedisAddress(url);
    if (address === undefined) throw new Error("no address");
    const link = await openRedisLink(address, { info: write, error: write });
    links.push(link);
    return link;
  }

  beforeEach(async () => {
    links = [];
    logged = [];
    server = await RedisServer.start({ password });
  });
  afterEach(async () => {
    for (const link of links) link.close();
    await server.stop();
  });

  test("replies are bytes, numbers and lists; errors and unknown scripts are not the caller's business", async () => {
    const link = await linkTo(server.url);
    expect(await link.send(["SET", "a", Buffer.from([0, 255])])).toBeDefined();
    expect(await link.send(["GET", "a"])).toEqual(Buffer.from([0, 255]));
    expect(await link.send(["GET", "b"])).toBeNull();
    expect(await link.send(["LPUSH", "a", "x"])).toBeUndefined();
    const script = redisScript("return { KEYS[1], #ARGV, ARGV[2] }");
    for (let i = 0; i < 2; i++)
      expect(await link.run(script, "k", ["1", "2"])).toEqual([Buffer.from("k"), 2, Buffer.from("2")]);
    await link.send(["SCRIPT", "FLUSH"]);
    expect(await link.run(script, "k", [])).toEqual([Buffer.from("k"), 0]);
    expect(await link.run(redisScript("return redis.call('NONSENSE')"), "k", [])).toBeUndefined();
    // Told of the first error, and of no script that was merely forgotten.
    expect(logged).toHaveLength(1);
    expect(logged[0]).toMatch(/refuses.*WRONGTYPE/);
  });

  test("one that refuses what it is asked is there, and the operator is told, not for each time", async () => {
    const link = await linkTo(server.url);
    await link.send(["CONFIG", "SET", "maxmemory", "1"]);
    for (let i = 0; i < 5; i++) expect(await link.send(["SET", "a", "b"])).toBeUndefined();
    expect(link.isThere).toBe(true);
    expect(logged).toHaveLength(1);
    expect(logged[0]).toMatch(/^the shared Redis refuses.*"OOM command not allowed/);
  });

  test("killed and started again: requests go on, it is logged once each way, and the cache is back", async () => {
    const link = await linkTo(server.url);
    const caching = new Caching(new RedisResponseCache(link), Buffer.alloc(32));
    const gateway = cachingGateway({}, undefined, { caching, now: Date.now });
    expect(await bodies(gateway, {}, {})).toEqual(["answer 1", "answer 1"]);

    await server.kill();
    await isThere(link, false);
    expect(await bodies(gateway, {}, {}, {})).toEqual(["answer 2", "answer 3", "answer 4"]);
    expect(logged).toHaveLength(1);

    await server.restart();
    await isThere(link, true);
    expect(await bodies(gateway, {}, {})).toEqual(["answer 5", "answer 5"]);
    expect(logged).toHaveLength(2);
    expect(logged[0]).toMatch(/^the shared Redis is away.*redis:\/\/127\.0\.0\.1:\d+"/);
    expect(logged[1]).toMatch(/^the shared Redis is back/);
    expect(logged.join("")).not.toContain("secret");
  });

  test("one that hangs is not waited for: those who asked go on, and so do all after them", async () => {
    const link = await linkTo(server.url);
    const caching = new Caching(new RedisResponseCache(link), Buffer.alloc(32));
    const gateway = cachingGateway({}, undefined, { caching, now: Date.now });
    await bodies(gateway, {});
    server.hang();
    expect(await bodies(gateway, {}, {})).toEqual(["answer 2", "answer 3"]);
    expect(link.isThere).toBe(false);
    expect(logged).toHaveLength(1);
    server.goOn();
    await isThere(link, true);
    expect(await bodies(gateway, {})).toEqual(["answer 1"]);
    expect(logged).toHaveLength(2);
  });

  test.each([
    ["whose memory is full", ["maxmemory", "1"], ["maxmemory", "0"], /OOM/],
    ["that has become a replica", ["replicaof", "127.0.0.1 1"], ["replicaof", "no one"], /READONLY/],
  ] as const)(
    "one %s is told of once: requests go on, what is there is found, and so is its recovery",
    async (...row) => {
      const [, [setting, bad], [, good], reason] = row;
      const link = await linkTo(server.url);
      const set = (value: string) =>
        link.send(setting === "replicaof" ? ["REPLICAOF", ...value.split(" ")] : ["CONFIG", "SET", setting, value]);
      const caching = new Caching(new RedisResponseCache(link), Buffer.alloc(32));
      const cacheKeyParameters = ["method.request.querystring.q"];
      const gateway = cachingGateway({ cacheKeyParameters }, undefined, { caching, now: Date.now });
      await bodies(gateway, asked(0));
      await link.send(["PING"]);
      await set(bad);
      expect(await bodies(gateway, asked(0), asked(1), asked(1), asked(2))).toEqual([
        "answer 1",
        "answer 2",
        "answer 3",
        "answer 4",
      ]);
      expect(logged).toHaveLength(1);
      expect(logged[0]).toMatch(reason);
      expect(link.isThere).toBe(true);
      await set(good);
      expect(await bodies(gateway, asked(3), asked(3))).toEqual(["answer 5", "answer 5"]);
      expect(logged).toHaveLength(1);
    },
  );

  test("one whose keys somebody else has written over is asked on, and requests go on", async () => {
    const link = await linkTo(server.url);
    const caching = new Caching(new RedisResponseCache(link), Buffer.alloc(32));
    const gateway = cachingGateway({}, undefined, { caching, now: Date.now });
    await bodies(gateway, {});
    await link.send(["PING"]);
    const keys = ((await link.send(["KEYS", "*"])) as readonly Buffer[]).map(String);
    for (const garbage of [["SET"], ["LPUSH"], ["HSET", "field"]]) {
      for (const key of keys) {
        await link.send(["DEL", key]);
        await link.send([garbage[0] ?? "", key, ...garbage.slice(1), "\0\u00ff{}garbage"]);
      }
      const answers = await bodies(gateway, {}, {}, {});
      expect(answers.every((body) => /^answer \d+$/.test(body))).toBe(true);
    }
    for (const key of keys) await link.send(["DEL", key]);
    const [one, two] = await bodies(gateway, {}, {});
    expect(one).toBe(two);
    expect(logged.length).toBeLessThanOrEqual(1);
    expect(link.isThere).toBe(true);
  });

  test("one that answers, but always too late, is away until it answers in time: one line each way", async () => {
    const proxy = await DelayingProxy.before(server.port);
    const link = await linkTo(server.url.replace(String(server.port), String(proxy.port)));
    const caching = new Caching(new RedisResponseCache(link), Buffer.alloc(32));
    const gateway = cachingGateway({}, undefined, { caching, now: Date.now });
    await bodies(gateway, {});
    proxy.delay = limits.sharedTimeout + 200;
    expect(await bodies(gateway, {}, {})).toEqual(["answer 2", "answer 3"]);
    await proxy.answered(3);
    expect(link.isThere).toBe(false);
    expect(logged).toHaveLength(1);
    proxy.delay = 0;
    await isThere(link, true);
    expect(await bodies(gateway, {})).toEqual(["answer 1"]);
    expect(logged).toHaveLength(2);
    link.close();
    await proxy.close();
  });

  test.each([
    { what: "a connection from which nothing comes any more, not even its end, is made anew", mute: 0 },
    { what: "and so is one that was taken without a word", mute: 1 },
  ])("$what", async ({ mute }) => {
    const proxy = await DelayingProxy.before(server.port);
    const link = await linkTo(server.url.replace(String(server.port), String(proxy.port)));
    proxy.swallow();
    proxy.mute = mute;
    expect(await link.send(["PING"])).toBeUndefined();
    expect(link.isThere).toBe(false);
    await isThere(link, true);
    expect(proxy.connections).toBe(2 + mute);
    expect(await link.send(["PING"])).toBeDefined();
    expect(logged).toHaveLength(2);
    link.close();
    await proxy.close();
  });

  test("one that takes the connection at the start and says nothing is told of", async () => {
    const proxy = await DelayingProxy.before(server.port);
    proxy.mute = 1;
    const link = await linkTo(server.url.replace(String(server.port), String(proxy.port)));
    expect(link.isThere).toBe(true);
    expect(logged).toEqual([
      expect.stringMatching(/^the shared Redis is away.*no answer within/),
      expect.stringMatching(/^the shared Redis is back/),
    ]);
    link.close();
    await proxy.close();
  });

  test("one that is not there at the start, or takes another password, is waited for beside the traffic", async () => {
    await server.kill();
    const early = await linkTo(server.url);
    expect(early.isThere).toBe(false);
    expect(await early.send(["PING"])).toBeUndefined();
    expect(logged).toHaveLength(1);
    await server.restart();
    await isThere(early, true);
    const wrong = await linkTo(server.url.replace("secret", "wrong"));
    expect(wrong.isThere).toBe(false);
    expect(logged).toHaveLength(3);
    expect(logged[2]).toMatch(/away.*WRONGPASS/);
    expect(logged.join("")).not.toMatch(/secret|a wrong/);
  });

  test("misses of one key from many clients make one call, and one question to Redis", async () => {
    const link = await linkTo(server.url);
    const caching = new Caching(new RedisResponseCache(link), Buffer.alloc(32));
    const gateway = cachingGateway({}, undefined, { caching, now: Date.now });
    const answers = await Promise.all(Array.from({ length: 40 }, () => gateway.ask({ path: "/pets/1" })));
    expect(new Set(answers.map(({ body }) => body))).toEqual(new Set(["answer 1"]));
    expect(gateway.calls()).toBe(1);
  });
});
