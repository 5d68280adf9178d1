import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { noRedis, RedisServer } from "../../../test/support/redis-server.ts";
import { parseRedisAddress } from "../redis/address.ts";
import { openRedisLink, type RedisLink } from "../redis/link.ts";
import { type BucketPlace, bucketsContract } from "./buckets.contract.ts";
import { MemoryBuckets, MemoryBucketSlots } from "./memory.ts";
import { SharedBuckets } from "./shared.ts";
import { createBucketSlab } from "./slab.ts";

const start = 1_767_225_600_000;
const silent = { info: () => undefined, error: () => undefined };

interface Node extends BucketPlace {
  readonly exchange: (now: number) => Promise<void>;
  /** The one bucket of these tests. */
  readonly slot: number;
}

function nodeOf(link: RedisLink, node: string): Node {
  const slab = createBucketSlab(16);
  const slots = new MemoryBucketSlots(slab);
  const shared = new SharedBuckets({ slab, link, node, slots, account: "account" });
  const exchange = (now: number): Promise<void> => shared.exchange(now);
  return { buckets: new MemoryBuckets(slab), slots, exchange, slot: slots.allocate("bucket") };
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
    for (const [i, { buckets, slot }] of nodes.entries()) {
      // Attempts may be fewer than one a millisecond.
      const due = Math.floor((ms + 1) * (attempts[i] ?? 0)) - Math.floor(ms * (attempts[i] ?? 0));
      for (let n = 0; n < due; n++) if (buckets.take(slot, rate, burst, now)) passed[i] = (passed[i] ?? 0) + 1;
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
});
