/** Token buckets in memory, in one slab that threads can share: a slot is a few numbers and a lock, not an object. */
import { limits } from "../../limits.ts";
import { lock, noSlot, unlock } from "../slab.ts";
import { accountSlot, type BucketSlots, type Buckets } from "./buckets.ts";
import { type BucketSlab, bucketViews, cell, cellsPerSlot } from "./slab.ts";

/**
 * Taking tokens from a slab. Only the thread that serves alone may leave `shared` out: it saves the lock.
 */
export class MemoryBuckets implements Buckets {
  readonly #cells: Float64Array;
  readonly #locks: Int32Array;
  readonly #shared: boolean;

  constructor(slab: BucketSlab, shared = false) {
    const { cells, locks } = bucketViews(slab);
    this.#cells = cells;
    this.#locks = locks;
    this.#shared = shared;
  }

  take(slot: number, rate: number, burst: number, now: number): boolean {
    // Closed: not even looked at, so that it can be opened again as if nothing had been.
    if (burst < 1) return false;
    if (!this.#shared) return this.#takePlain(slot, rate, burst, now);
    lock(this.#locks, slot);
    const taken = this.#takePlain(slot, rate, burst, now);
    unlock(this.#locks, slot);
    return taken;
  }

  giveBack(slot: number, burst: number): void {
    if (this.#shared) lock(this.#locks, slot);
    const at = slot * cellsPerSlot;
    const cells = this.#cells;
    cells[at + cell.tokens] = Math.min(burst, (cells[at + cell.tokens] as number) + 1);
    cells[at + cell.taken] = (cells[at + cell.taken] as number) - 1;
    if (this.#shared) unlock(this.#locks, slot);
  }

  #takePlain(slot: number, rate: number, burst: number, now: number): boolean {
    const at = slot * cellsPerSlot;
    const cells = this.#cells;
    const last = cells[at + cell.last] as number;
    // A fresh slot's bucket is full.
    const others = cells[at + cell.others] as number;
    const refilled =
      last === 0 ? burst : (cells[at + cell.tokens] as number) + (now > last ? refill(now - last, rate, others) : 0);
    const size = sizeOf(burst, others);
    const tokens = refilled > size ? size : refilled;
    // Threads read the clock before they wait for each other: who comes a little late moves nothing back, or that time
    // would refill the bucket twice. From a clock that was set back further, it starts anew.
    if (now > last || last - now > limits.bucketLateness) cells[at + cell.last] = now;
    cells[at + cell.rate] = rate;
    cells[at + cell.burst] = burst;
    // The tolerance keeps sums of rounded refills from holding back a token that is due.
    if (tokens < 1 - 1e-9) {
      cells[at + cell.tokens] = tokens;
      return false;
    }
    cells[at + cell.tokens] = tokens > 1 ? tokens - 1 : 0;
    cells[at + cell.taken] = (cells[at + cell.taken] as number) + 1;
    return true;
  }
}

/** Tokens that come in `elapsed` milliseconds to one of the nodes that draw from a bucket. */
export const refill = (elapsed: number, rate: number, others: number): number =>
  (elapsed * rate) / (1_000 * (1 + others));

/** What a node's view of a bucket can hold: its part, but a single token is everybody's. */
export const sizeOf = (burst: number, others: number): number =>
  others === 0 ? burst : Math.max(1, burst / (1 + others));

/** Hands out the slots of a slab. There is one a slab, in the thread that publishes. */
export class MemoryBucketSlots implements BucketSlots {
  readonly #cells: Float64Array;
  readonly #locks: Int32Array;
  readonly #slots: number;
  readonly #freed: number[] = [];
  readonly #names = new Map<number, string>();
  #next = accountSlot + 1;

  constructor(slab: BucketSlab) {
    const { cells, locks, slots } = bucketViews(slab);
    this.#cells = cells;
    this.#locks = locks;
    this.#slots = slots;
  }

  /** Every slot that was ever allocated is before it. */
  get end(): number {
    return this.#next;
  }

  /** What it was allocated as; undefined when it is free. */
  nameOf(slot: number): string | undefined {
    return this.#names.get(slot);
  }

  allocate(name: string): number {
    const slot = this.#freed.pop() ?? (this.#next < this.#slots ? this.#next++ : noSlot);
    if (slot === noSlot) return noSlot;
    const at = slot * cellsPerSlot;
    // What was taken goes on counting: who follows the count must not see it go back.
    const taken = this.#cells[at + cell.taken] as number;
    this.#cells.fill(0, at, at + cellsPerSlot);
    this.#cells[at + cell.taken] = taken;
    this.#names.set(slot, name);
    return slot;
  }

  settle(slot: number, now: number): void {
    if (slot === noSlot) return;
    const at = slot * cellsPerSlot;
    const cells = this.#cells;
    lock(this.#locks, slot);
    const last = cells[at + cell.last] as number;
    // A fresh slot's bucket is full, whatever its size.
    if (last !== 0 && now > last) {
      const others = cells[at + cell.others] as number;
      const size = sizeOf(cells[at + cell.burst] as number, others);
      const came = refill(now - last, cells[at + cell.rate] as number, others);
      cells[at + cell.tokens] = Math.min(size, (cells[at + cell.tokens] as number) + came);
      cells[at + cell.last] = now;
    }
    unlock(this.#locks, slot);
  }

  free(slot: number): void {
    if (this.#names.delete(slot)) this.#freed.push(slot);
  }
}
