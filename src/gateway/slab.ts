/** Memory that threads share, in numbered slots: a few doubles and a lock each. */

const cellBytes = Float64Array.BYTES_PER_ELEMENT;
const lockBytes = Int32Array.BYTES_PER_ELEMENT;

const unlocked = 0;
const locked = 1;
/**
 * Tries before the thread gives way to the lock's holder, and how often it then does: half a second and more in all. On a
 * busy machine a holder may be off its processor for tens of milliseconds, and must not be taken for dead.
 */
const spins = 2_000;
const naps = 500;
const napMilliseconds = 1;

/** In the place of a slot: there is none. */
export const noSlot = -1;

/** All zeros, and unlocked. `cells`: of a slot. */
export const createSlab = (slots: number, cells: number): SharedArrayBuffer =>
  new SharedArrayBuffer(slots * (cells * cellBytes + lockBytes));

export interface SlabViews {
  readonly cells: Float64Array;
  readonly locks: Int32Array;
  readonly slots: number;
}

/** `cells`: of a slot. */
export function viewsOf(slab: SharedArrayBuffer, cells: number): SlabViews {
  const slots = slab.byteLength / (cells * cellBytes + lockBytes);
  return {
    cells: new Float64Array(slab, 0, slots * cells),
    locks: new Int32Array(slab, slots * cells * cellBytes, slots),
    slots,
  };
}

/**
 * Bounded: a thread that died inside the lock must not stop the others, so after the last nap the lock is taken over.
 * Should its holder live after all, the slot may have what it held before.
 */
export function lock(locks: Int32Array, slot: number): void {
  for (let nap = 0; nap <= naps; nap++) {
    for (let spin = 0; spin < spins; spin++) {
      if (Atomics.compareExchange(locks, slot, unlocked, locked) === unlocked) return;
    }
    Atomics.wait(locks, slot, locked, napMilliseconds);
  }
  Atomics.store(locks, slot, locked);
}

export function unlock(locks: Int32Array, slot: number): void {
  Atomics.store(locks, slot, unlocked);
}
