/**
 * Token buckets: `burst` is the size, `rate` the refill a second, a request takes one token (facts/runtime.md 2.2).
 *
 * A bucket is a numbered slot. Whoever publishes stages allocates slots and hands their numbers to whoever serves, so
 * that several threads can share a bucket. Rate and burst are not kept in it: they come with each take, so a stage whose
 * limits change keeps its bucket and the tokens are only clamped to the new size. A size of 0 closes a bucket: nothing
 * comes out, and what is in it stays and goes on refilling, as if nobody had asked.
 */

/** Taking tokens: what the throttle step sees. */
export interface Buckets {
  /**
   * Takes one token if there is one; false when the bucket is empty. Synchronous, and the same when nodes share the bucket:
   * each takes from a view of its own.
   *
   * @param rate tokens a second, `burst` the most there can be, `now` epoch milliseconds (fractions are fine).
   */
  take(slot: number, rate: number, burst: number, now: number): boolean;
  /** Puts a token back: the request was refused by a later limit. */
  giveBack(slot: number, burst: number): void;
}

/** Handing out slots: what the publisher sees. */
export interface BucketSlots {
  /**
   * A slot with a full bucket, or `noSlot` when all are taken.
   *
   * @param name what nodes that share buckets call it by: `{apiId}/{stageName}/{method setting key}`
   */
  allocate(name: string): number;
  /**
   * The limits of a slot are about to change: refills its bucket by those that it was last asked with. `now` is epoch
   * milliseconds; nothing happens to `noSlot`.
   */
  settle(slot: number, now: number): void;
  free(slot: number): void;
}

/** The account's own bucket; it is never handed out. */
export const accountSlot = 0;
