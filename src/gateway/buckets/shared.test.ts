import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { limits } from "../../limits.ts";
import { noRedis, RedisServer } from "../../../test/support/redis-server.ts";
import { parseRedisAddress } from "../redis/address.ts";
import { openRedisLink, type RedisLink, type RedisReply, type RedisValue } from "../redis/link.ts";
import type { RedisScript } from "../redis/script.ts";
import { type BucketPlace, bucketsContract } from "./buckets.contract.ts";
import { MemoryBuckets, MemoryBucketSlots } from "./memory.ts";
import { SharedBuckets } from "./shared.ts";
import { createBucketSlab } from "./slab.ts";

const start = 1_767_225_600_000;
const silent = { info: () => undefined, error: () => undefined };

interface Node extends BucketPlace {
  readonly exchange: (now: number) => Promise<void>;
  readonly slots: MemoryBucketSlots;
  readonly ahead: number;
  /** The one bucket of these tests. */
  readonly slot: number;
}

/** The time that all nodes have in common: the tests' own, so that seconds need not be waited for. */
const common = { now: start };

/** What there is between a node and Redis. */
class Way implements RedisLink {
  readonly #link: RedisLink;
  isCut = false;
  /** Scripts that were asked for. */
  asked = 0;

  constructor(link: RedisLink) {
    this.#link = link;
  }

  get isThere(): boolean {
    return this.#link.isThere && !this.isCut;
  }

  send(command: readonly RedisValue[]): Promise<RedisReply | undefined> {
    return this.#link.send(command);
  }

  run(script: RedisScript, key: string, values: readonly RedisValue[]): Promise<RedisReply | undefined> {
    this.asked++;
    return this.isCut ? Promise.resolve(undefined) : this.#link.run(script, key, values);
  }

  close(): void {}
}

/** `ahead`: milliseconds by which the node's own clock is. */
function nodeOf(link: RedisLink, node: string, ahead = 0): Node {
  const slab = createBucketSlab(16);
  const slots = new MemoryBucketSlots(slab);
  const shared = new SharedBuckets({ slab, link, node, slots, account: "account", commonClock: () => common.now });
  const exchange = (now: number): Promise<void> => {
    common.now = now;
    return shared.exchange(now + ahead);
  };
  return { buckets: new MemoryBuckets(slab), slots, exchange, ahead, slot: slots.allocate("bucket") };
}

interface Load {
  readonly rate: number;
  readonly burst: number;
  /** Attempts a millisecond, by node. */
  readonly attempts: readonly number[];
  readonly milliseconds: number;
  readonly from?: number;
  /** Whether the nodes exchange. */
  readonly exchanges?: boolean;
}

/** Runs nodes side by side on a clock of their own; returns what passed on each. */
async function run(nodes: readonly Node[], load: Load): Promise<number[]> {
  const { rate, burst, attempts, milliseconds, from = start, exchanges = true } = load;
  const passed = nodes.map(() => 0);
  for (let ms = 0; ms <= milliseconds; ms++) {
    const now = from + ms;
    for (const [i, { buckets, slot, ahead }] of nodes.entries()) {
      // Attempts may be fewer than one a millisecond.
      const due = Math.floor((ms + 1) * (attempts[i] ?? 0)) - Math.floor(ms * (attempts[i] ?? 0));
      for (let n = 0; n < due; n++) if (buckets.take(slot, rate, burst, now + ahead)) passed[i] = (passed[i] ?? 0) + 1;
    }
    if (exchanges && ms % 10 === 9) await Promise.all(nodes.map((node) => node.exchange(now)));
  }
  return passed;
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

describe.skipIf(noRedis !== undefined)(`with a Redis${noRedis === undefined ? "" : ` (${noRedis})`}`, () => {
  let server: RedisServer;
  let link: RedisLink;

  beforeAll(async () => {
    server = await RedisServer.start();
    const address = parseRedisAddress(server.url);
    if (address === undefined) throw new Error("no address");
    link = await openRedisLink(address, silent);
  });
  afterAll(async () => {
    link.close();
    await server.stop();
  });

  const nodes = async (count: number): Promise<Node[]> => {
    await link.send(["FLUSHALL"]);
    return Array.from({ length: count }, (_, i) => nodeOf(link, `node${i}`));
  };

  bucketsContract("Redis", async () => {
    const [node] = await nodes(1);
    if (node === undefined) throw new Error("no node");
    return node;
  });

  test.each<Load & { readonly what: string }>([
    { what: "two at three times the rate", rate: 100, burst: 50, attempts: [0.15, 0.15], milliseconds: 10_000 },
    { what: "two far above the rate", rate: 500, burst: 20, attempts: [5, 5], milliseconds: 5_000 },
    { what: "one with most of the traffic", rate: 200, burst: 100, attempts: [2, 0.05], milliseconds: 5_000 },
    { what: "three, a slow bucket", rate: 5, burst: 1, attempts: [0.05, 0.05, 0.05], milliseconds: 10_000 },
    { what: "a large bucket", rate: 5_000, burst: 2_500, attempts: [20, 20], milliseconds: 3_000 },
  ])("$what: together they let through what one would", async (load) => {
    const { rate, burst, attempts, milliseconds } = load;
    const passed = sum(await run(await nodes(attempts.length), load));
    const due = burst + (rate * milliseconds) / 1_000;
    // What was given out too much is owed; what of that is still owed at the end, and one token a node, is the tolerance.
    const tolerance = due * 0.02 + attempts.length * (1 + rate * 0.02);
    expect(passed).toBeLessThanOrEqual(due + tolerance);
    expect(passed).toBeGreaterThanOrEqual(due - tolerance);
  });

  test("a burst on all nodes in one moment is over the size by no more than each knew of, and is paid back", async () => {
    const two = await nodes(2);
    const load = { rate: 10, burst: 40, attempts: [1_000, 1_000] };
    expect(await run(two, { ...load, milliseconds: 0 })).toEqual([40, 40]);
    await Promise.all(two.map((node) => node.exchange(start)));
    // 40 are owed, at 10 a second: nothing passes for four seconds.
    expect(sum(await run(two, { ...load, attempts: [1, 1], from: start + 10, milliseconds: 3_900 }))).toBe(0);
    expect(
      sum(await run(two, { ...load, attempts: [1, 1], from: start + 4_000, milliseconds: 1_200 })),
    ).toBeGreaterThan(5);
  });

  test("a node that is alone has the whole bucket, also after others drew from it", async () => {
    const [one, two] = await nodes(2);
    if (one === undefined || two === undefined) throw new Error("two nodes");
    await run([one, two], { rate: 100, burst: 100, attempts: [1, 1], milliseconds: 1_000 });
    await run([one], { rate: 100, burst: 100, attempts: [1], from: start + 1_000, milliseconds: 3_000 });
    const [passed] = await run([one], {
      rate: 100,
      burst: 100,
      attempts: [1],
      from: start + 4_000,
      milliseconds: 2_000,
    });
    expect(passed).toBeGreaterThan(190);
    expect(passed).toBeLessThan(210);
  });

  test("without Redis each has its share of the rate; what was given out then is not owed afterwards", async () => {
    const two = await nodes(2);
    const load = { rate: 100, burst: 10, attempts: [1, 1] };
    // Each has to have been heard of by the other.
    await run(two, { ...load, milliseconds: 2_500 });
    await server.kill();
    await expect.poll(() => link.isThere, { timeout: 20_000 }).toBe(false);
    const away = await run(two, { ...load, from: start + 2_500, milliseconds: 4_000 });
    for (const passed of away) {
      expect(passed).toBeGreaterThan(185);
      expect(passed).toBeLessThan(215);
    }
    await server.restart();
    await expect.poll(() => link.isThere, { timeout: 20_000 }).toBe(true);
    const back = sum(await run(two, { ...load, from: start + 6_500, milliseconds: 2_000 }));
    expect(back).toBeGreaterThan(180);
    expect(back).toBeLessThan(225);
  });

  /** Two nodes with a way of their own to Redis. */
  const twoWays = async (): Promise<{ ways: readonly [Way, Way]; both: readonly [Node, Node] }> => {
    await link.send(["FLUSHALL"]);
    const ways = [new Way(link), new Way(link)] as const;
    return { ways, both: [nodeOf(ways[0], "node0"), nodeOf(ways[1], "node1")] };
  };
  const busy = { rate: 10, burst: 100, attempts: [1, 1] } as const;

  test("clocks of nodes need not agree, and one that is ahead leaves nothing behind", async () => {
    await link.send(["FLUSHALL"]);
    const [one, ahead, behind] = [nodeOf(link, "one"), nodeOf(link, "two", 3_600_000), nodeOf(link, "three", -7_000)];
    const load = { rate: 100, burst: 10, attempts: [1, 1, 1] };
    const passed = await run([one, ahead, behind], { ...load, milliseconds: 5_000 });
    expect(sum(passed)).toBeGreaterThan(490);
    expect(sum(passed)).toBeLessThan(540);
    for (const each of passed) expect(each).toBeGreaterThan(100);
    const alone = sum(await run([one], { ...load, from: start + 5_000, milliseconds: 5_000 }));
    // Until the others count as gone it has its part, and what they left.
    expect(alone).toBeGreaterThan(400);
    expect(alone).toBeLessThan(520);
  });

  /** Milliseconds, to its microsecond. */
  const redisTime = async (): Promise<number> => {
    const reply = await link.send(["TIME"]);
    const [seconds, microseconds] = Array.isArray(reply) ? reply.map(String).map(Number) : [];
    return (seconds ?? Number.NaN) * 1_000 + (microseconds ?? Number.NaN) / 1_000;
  };

  test("without a clock that is given it is that of Redis", async () => {
    await link.send(["FLUSHALL"]);
    const slab = createBucketSlab(4);
    const slots = new MemoryBucketSlots(slab);
    const shared = new SharedBuckets({ slab, link, node: "node", slots, account: "account" });
    const buckets = new MemoryBuckets(slab);
    const slot = slots.allocate("bucket");
    buckets.take(slot, 1, 1, start);
    const before = await redisTime();
    await shared.exchange(start);
    const stored = Number(String(await link.send(["HGET", "stagewright:bucket:bucket", "time"])));
    expect(stored).toBeGreaterThanOrEqual(before);
    expect(stored).toBeLessThanOrEqual(await redisTime());
  });

  test("a Redis that has lost everything has no new burst to give", async () => {
    const { both } = await twoWays();
    await run(both, { ...busy, milliseconds: 3_000 });
    await link.send(["FLUSHALL"]);
    const passed = sum(await run(both, { ...busy, from: start + 3_001, milliseconds: 3_000 }));
    expect(passed).toBeGreaterThan(20);
    expect(passed).toBeLessThan(40);
  });

  test.each([
    { what: "both nodes", cut: [true, true] },
    { what: "one of two nodes", cut: [true, false] },
  ])("an outage for $what makes no second burst, neither at its beginning nor at its end", async ({ cut }) => {
    const { ways, both } = await twoWays();
    await run(both, { ...busy, milliseconds: 12_000 });
    for (const [i, way] of ways.entries()) way.isCut = cut[i] ?? false;
    const away = sum(await run(both, { ...busy, from: start + 12_001, milliseconds: 20_000 }));
    expect(away).toBeGreaterThan(180);
    // Who still has Redis takes the other for gone.
    expect(away).toBeLessThan(cut[1] === true ? 210 : 310);
    for (const way of ways) way.isCut = false;
    const back = sum(await run(both, { ...busy, from: start + 32_002, milliseconds: 3_000 }));
    expect(back).toBeGreaterThan(20);
    expect(back).toBeLessThan(40);
  });

  test("what is left at the end of an outage is what each node has left", async () => {
    const { ways, both } = await twoWays();
    await run(both, { ...busy, rate: 1, milliseconds: 3_000 });
    for (const way of ways) way.isCut = true;
    // Without Redis each has half of both: it is full after 100 seconds, and stays so.
    await run(both, { ...busy, rate: 1, attempts: [0.0001, 0.0001], from: start + 3_001, milliseconds: 0 });
    const spent = await run(both, { ...busy, rate: 1, attempts: [1, 0], from: start + 300_000, milliseconds: 500 });
    expect(spent).toEqual([50, 0]);
    for (const way of ways) way.isCut = false;
    const back = sum(await run(both, { ...busy, rate: 1, from: start + 300_501, milliseconds: 1_000 }));
    expect(back).toBeGreaterThan(45);
    expect(back).toBeLessThan(56);
  });

  test("a Redis that refuses is as good as away: each has its share", async () => {
    const { both } = await twoWays();
    await run(both, { ...busy, milliseconds: 12_000 });
    await link.send(["CONFIG", "SET", "maxmemory", "1"]);
    const refused = sum(await run(both, { ...busy, from: start + 12_001, milliseconds: 10_000 }));
    await link.send(["CONFIG", "SET", "maxmemory", "0"]);
    expect(refused).toBeGreaterThan(85);
    expect(refused).toBeLessThan(110);
    const after = sum(await run(both, { ...busy, from: start + 22_002, milliseconds: 3_000 }));
    expect(after).toBeGreaterThan(20);
    expect(after).toBeLessThan(40);
  });

  test("a bucket that is not asked for costs next to nothing, and is forgotten", async () => {
    const { ways, both } = await twoWays();
    const [way] = ways;
    const [node] = both;
    for (let now = start; now < start + 60_000; now += 10) {
      if (now === start) node.buckets.take(node.slot, 1, 1, now);
      await node.exchange(now);
    }
    const presence = 60_000 / (limits.nodePresence / 4);
    expect(way.asked - presence).toBeLessThanOrEqual(8);
  });

  test("a bucket that is made anew while Redis answers for the one before is as any new one", async () => {
    const { both } = await twoWays();
    const [node] = both;
    node.buckets.take(node.slot, 0, 50, start);
    const answered = node.exchange(start);
    node.slots.free(node.slot);
    expect(node.slots.allocate("bucket")).toBe(node.slot);
    await answered;
    expect(node.buckets.take(node.slot, 0, 50, start + 1)).toBe(true);
  });

  test("a slot that became another bucket says nothing of the one before", async () => {
    const { both } = await twoWays();
    const [one, other] = both;
    one.buckets.take(one.slot, 0, 50, start);
    await one.exchange(start);
    one.slots.free(one.slot);
    expect(one.slots.allocate("bucket")).toBe(one.slot);
    for (let now = start; now < start + 5_000; now += 10) await one.exchange(now);
    const [passed] = await run([other], { rate: 0, burst: 50, attempts: [1], from: start + 5_000, milliseconds: 200 });
    expect(passed).toBe(50 - 1);
    expect(other.buckets.take(other.slot, 0, 50, start + 5_300)).toBe(false);
  });
});
