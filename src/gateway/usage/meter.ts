/** Counting requests against quotas: what the thread that serves sees of the usage slab. */
import { dayOf } from "../../model/quota.ts";
import { lock, unlock, viewsOf } from "../slab.ts";
import { cellsPerSlot, UsageCells, type UsageSlab } from "./slab.ts";

export interface Usage {
  /** Counts a request of a slot; false, and nothing is counted, when the quota is used up. `now` is epoch milliseconds. */
  count(slot: number, now: number): boolean;
}

/** Only the thread that serves alone may leave `shared` out: it saves the lock. */
export class UsageMeter implements Usage {
  readonly #cells: Float64Array;
  readonly #locks: Int32Array;
  readonly #shared: boolean;

  constructor(slab: UsageSlab, shared = false) {
    const { cells, locks } = viewsOf(slab, cellsPerSlot);
    this.#cells = cells;
    this.#locks = locks;
    this.#shared = shared;
  }

  count(slot: number, now: number): boolean {
    if (!this.#shared) return this.#countPlain(slot, now);
    lock(this.#locks, slot);
    const counted = this.#countPlain(slot, now);
    unlock(this.#locks, slot);
    return counted;
  }

  #countPlain(slot: number, now: number): boolean {
    const cells = new UsageCells(this.#cells, slot);
    const day = dayOf(now);
    if (day > cells.get("day")) cells.turnTo(day);
    if (cells.left === 0) return false;
    cells.set("usedInPeriod", cells.get("usedInPeriod") + 1);
    cells.set("usedOnDay", cells.get("usedOnDay") + 1);
    cells.set("counted", cells.get("counted") + 1);
    return true;
  }
}

/** Of a gateway that counts nothing. */
export const noUsage: Usage = { count: () => true };
