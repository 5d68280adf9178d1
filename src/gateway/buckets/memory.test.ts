import { once } from "node:events";
import { Worker } from "node:worker_threads";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { noSlot } from "../slab.ts";
import { bucketsContract } from "./buckets.contract.ts";
import { MemoryBuckets, MemoryBucketSlots } from "./memory.ts";
import { bucketViews } from "./slab.ts";
import { createBucketSlab } from "./slab.ts";

for (const shared of [false, true]) {
  bucketsContract(shared ? "memory, shared" : "memory", () => {
    const slab = createBucketSlab(16);
    return { buckets: new MemoryBuckets(slab, shared), slots: new MemoryBucketSlots(slab) };
  });
}

test("a slab that is full has no slot left, until one is freed", () => {
  const slots = new MemoryBucketSlots(createBucketSlab(3));
  const first = slots.allocate("a bucket");
  expect([first, slots.allocate("a bucket"), slots.allocate("a bucket")]).toEqual([1, 2, noSlot]);
  slots.free(noSlot);
  slots.free(first);
  expect([slots.allocate("a bucket"), slots.allocate("a bucket")]).toEqual([first, noSlot]);
});

test("whenever it is asked, in whatever order the readings of the clock come, it gives what is due and no more", () => {
  const attempt = fc.record({ pause: fc.integer({ min: 0, max: 40 }), late: fc.integer({ min: 0, max: 500 }) });
  const limited = fc.record({
    rate: fc.double({ min: 0, max: 2_000, noNaN: true }),
    burst: fc.integer({ min: 1, max: 50 }),
    attempts: fc.array(attempt, { minLength: 50, maxLength: 300 }),
  });
  fc.assert(
    fc.property(limited, ({ rate, burst, attempts }) => {
      const buckets = new MemoryBuckets(createBucketSlab(2));
      const start = 1_767_225_600_000;
      let now = start;
      let passed = buckets.take(1, rate, burst, start) ? 1 : 0;
      for (const { pause, late } of attempts) {
        now += pause;
        if (buckets.take(1, rate, burst, now - late)) passed++;
        expect(passed).toBeLessThanOrEqual(burst + (rate * (now - start)) / 1_000 + 1e-6);
      }
      now += 60_000_000;
      const again = Array.from({ length: burst + 5 }, () => buckets.take(1, Math.max(rate, 1), burst, now));
      expect(again.filter((taken) => taken)).toHaveLength(burst);
    }),
    { seed: 20_261_122, numRuns: 100 },
  );
});

/** Takes from one slot until nothing is left in all, and posts how many it got. */
const taker = (module: string): string => `
  import { parentPort, workerData } from "node:worker_threads";
  import { MemoryBuckets } from ${JSON.stringify(module)};
  const buckets = new MemoryBuckets(workerData.slab, true);
  let taken = 0;
  for (let i = 0; i < workerData.attempts; i++) if (buckets.take(1, 0, workerData.burst, 1)) taken++;
  parentPort.postMessage(taken);
`;

test("threads that share a bucket take exactly what is in it", async () => {
  const slab = createBucketSlab(4);
  const burst = 100_000;
  const source = taker(new URL("memory.ts", import.meta.url).href);
  const url = new URL(`data:text/javascript,${encodeURIComponent(source)}`);
  const workers = [1, 2, 3].map(() => new Worker(url, { workerData: { slab, burst, attempts: 60_000 } }));
  const taken = await Promise.all(workers.map(async (worker) => (await once(worker, "message"))[0] as number));
  await Promise.all(workers.map((worker) => worker.terminate()));
  expect(taken.reduce((sum, count) => sum + count, 0)).toBe(burst);
});

test("a lock whose holder died is taken over", () => {
  const slab = createBucketSlab(4);
  bucketViews(slab).locks.fill(1);
  expect(new MemoryBuckets(slab, true).take(2, 1, 1, 1)).toBe(true);
  expect(new MemoryBuckets(slab, true).take(2, 0, 1, 1)).toBe(false);
});
