import { once } from "node:events";
import { Worker } from "node:worker_threads";
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
