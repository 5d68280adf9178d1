/**
 * Token buckets in memory, in one slab that threads can share: two doubles and a lock a slot, no object a bucket.
 *
 * Pages of the slab that no bucket uses cost nothing, because the system commits memory when it is first touched.
 */
import { limits } from "../../limits.ts";
import { accountSlot, type BucketSlots, type Buckets, noSlot } from "./buckets.ts";

/** The memory of all buckets; sent to worker threads as it stands. */
export type BucketSlab = SharedArrayBuffer;

const doublesPerSlot = 2;
const doublesBytes = doublesPerSlot * Float64Array.BYTES_PER_ELEMENT;
const lockBytes = Int32Array.BYTES_PER_ELEMENT;

const unlocked = 0;
const locked = 1;
/** Tries before the thread gives way to the lock's holder, and how often it then does: some 10 ms in all. */
const spins = 2_000;
const naps = 10;
const napMilliseconds = 1;

export function createBucketSlab(slots: number = limits.bucketSlots): BucketSlab {
  return new SharedArrayBuffer(slots * (doublesBytes + lockBytes));
}

function viewsOf(slab: BucketSlab): { state: Float64Array; locks: Int32Array; slots: number } {
  const slots = slab.byteLength / (doublesBytes + lockBytes);
  return {
    state: new Float64Array(slab, 0, slots * doublesPerSlot),
    locks: new Int32Array(slab, slots * doublesBytes, slots),
    slots,
  };
}

/**
 * Taking tokens from a slab. Only the thread that serves alone may leave `shared` out: it saves the lock.
 */
export class MemoryBuckets implements Buckets {
  readonly #state: Float64Array;
  readonly #locks: Int32Array;
  readonly #shared: boolean;

  constructor(slab: BucketSlab, shared = false) {
    const { state, locks } = viewsOf(slab);
    this.#state = state;
    this.#locks = locks;
    this.#shared = shared;
  }

  take(slot: number, rate: number, burst: number, now: number): boolean {
    if (!this.#shared) return this.#takePlain(slot, rate, burst, now);
    this.#lock(slot);
    const taken = this.#takePlain(slot, rate, burst, now);
    Atomics.store(this.#locks, slot, unlocked);
    return taken;
  }

  giveBack(slot: number, burst: number): void {
    if (this.#shared) this.#lock(slot);
    const at = slot * doublesPerSlot;
    this.#state[at] = Math.min(burst, (this.#state[at] as number) + 1);
    if (this.#shared) Atomics.store(this.#locks, slot, unlocked);
  }

  #takePlain(slot: number, rate: number, burst: number, now: number): boolean {
    const at = slot * doublesPerSlot;
    const state = this.#state;
    const last = state[at + 1] as number;
    // A fresh slot is all zeros: its bucket is full. A clock that was set back refills nothing and starts anew.
    const elapsed = last === 0 ? Number.POSITIVE_INFINITY : now > last ? now - last : 0;
    const refilled = elapsed === 0 ? (state[at] as number) : (state[at] as number) + refill(elapsed, rate, burst);
    const tokens = refilled > burst ? burst : refilled;
    state[at + 1] = now;
    // The tolerance keeps sums of rounded refills from holding back a token that is due.
    if (tokens < 1 - 1e-9) {
      state[at] = tokens;
      return false;
    }
    state[at] = tokens > 1 ? tokens - 1 : 0;
    return true;
  }

  /**
   * Bounded: a thread that died inside the lock must not stop the others, so after the last nap the lock is taken over.
   * The worst that can come of it is one token more or less.
   */
  #lock(slot: number): void {
    const locks = this.#locks;
    for (let nap = 0; nap <= naps; nap++) {
      for (let spin = 0; spin < spins; spin++) {
        if (Atomics.compareExchange(locks, slot, unlocked, locked) === unlocked) return;
      }
      Atomics.wait(locks, slot, locked, napMilliseconds);
    }
    Atomics.store(locks, slot, locked);
  }
}

/** Tokens that came in `elapsed` milliseconds; infinite time fills the bucket whatever the rate. */
function refill(elapsed: number, rate: number, burst: number): number {
  return elapsed === Number.POSITIVE_INFINITY ? burst : (elapsed * rate) / 1_000;
}

/** Hands out the slots of a slab. There is one a slab, in the thread that publishes. */
export class MemoryBucketSlots implements BucketSlots {
  readonly #state: Float64Array;
  readonly #slots: number;
  readonly #freed: number[] = [];
  #next = accountSlot + 1;

  constructor(slab: BucketSlab) {
    const { state, slots } = viewsOf(slab);
    this.#state = state;
    this.#slots = slots;
  }

  allocate(): number {
    const slot = this.#freed.pop() ?? (this.#next < this.#slots ? this.#next++ : noSlot);
    if (slot !== noSlot) this.#state.fill(0, slot * doublesPerSlot, (slot + 1) * doublesPerSlot);
    return slot;
  }

  free(slot: number): void {
    if (slot !== noSlot) this.#freed.push(slot);
  }
}
