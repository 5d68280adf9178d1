/** The token buckets of all stages and UsagePlans, in memory that all threads share. */
import { limits } from "../../limits.ts";
import { createSlab, type SlabViews, viewsOf } from "../slab.ts";

/** Sent to worker threads as it stands. */
export type BucketSlab = SharedArrayBuffer;

/** The doubles of a slot. A fresh slot is all zeros. */
export const cell = {
  tokens: 0,
  /** When a token was last asked for, epoch milliseconds; 0 for a fresh slot, whose bucket is full. */
  last: 1,
  /** Tokens given out since the slab was made, less those that came back. */
  taken: 2,
  /** As of the last take: tokens a second, and size. */
  rate: 3,
  burst: 4,
  /** How many other nodes draw from the bucket: each refills its own view of it by its share of the rate. */
  others: 5,
} as const;

export const cellsPerSlot = 6;

export function createBucketSlab(slots: number = limits.bucketSlots): BucketSlab {
  return createSlab(slots, cellsPerSlot);
}

export const bucketViews = (slab: BucketSlab): SlabViews => viewsOf(slab, cellsPerSlot);
