/** Handing out the slots of a usage slab, and reading them: what the main thread sees of it. There is one a slab. */
import type { QuotaDocument } from "../../model/documents.ts";
import { lock, noSlot, unlock, viewsOf } from "../slab.ts";
import { cell, cellsPerSlot, periods, UsageCells, type UsageSlab } from "./slab.ts";

/** What was used on one day. */
export interface DayUsage {
  readonly day: number;
  readonly used: number;
  /** Of the quota when the day was over, or now; undefined without a quota. */
  readonly left: number | undefined;
}

/** What a slot begins with, or goes on with when its quota has changed. */
export interface UsageState {
  readonly quota: QuotaDocument | undefined;
  /** Beyond the quota in the period of `day`. */
  readonly granted: number;
  readonly day: number;
  /** What is stored of a day; the slot's own numbers of days that it knows count instead. */
  readonly stored: readonly DayUsage[];
}

export class UsageSlots {
  readonly #cells: Float64Array;
  readonly #locks: Int32Array;
  readonly #slots: number;
  readonly #freed: number[] = [];
  #next = 0;

  constructor(slab: UsageSlab) {
    const { cells, locks, slots } = viewsOf(slab, cellsPerSlot);
    this.#cells = cells;
    this.#locks = locks;
    this.#slots = slots;
  }

  /** A slot that nothing was counted in, or `noSlot` when all are taken. */
  allocate(): number {
    // Those that were never used first: a thread may still count in one that was freed a moment ago.
    const slot = this.#next < this.#slots ? this.#next++ : (this.#freed.shift() ?? noSlot);
    if (slot !== noSlot) this.#cells.fill(0, slot * cellsPerSlot, (slot + 1) * cellsPerSlot);
    return slot;
  }

  free(slot: number): void {
    if (slot !== noSlot) this.#freed.push(slot);
  }

  /** Sets the quota, and what of it is used in the period of `state.day`. */
  configure(slot: number, { quota, granted, day, stored }: UsageState): void {
    this.#locked(slot, (cells) => {
      if (cells.get("day") === 0) {
        cells.set("day", day);
        cells.set("usedOnDay", stored.find((usage) => usage.day === day)?.used ?? 0);
      }
      cells.set("period", quota === undefined ? 0 : periods.indexOf(quota.period));
      cells.set("offset", quota?.offset ?? 0);
      cells.set("limit", quota?.limit ?? 0);
      cells.set("granted", granted);
      const { first, end } = cells.periodAt(Math.max(day, cells.get("day"))) ?? { first: 0, end: 0 };
      cells.set("first", first);
      cells.set("end", end);
      const byDay = new Map(stored.map((usage) => [usage.day, usage.used]));
      byDay.set(cells.get("previousDay"), cells.get("usedOnPrevious")).set(cells.get("day"), cells.get("usedOnDay"));
      let used = 0;
      for (const [of, count] of byDay) if (of >= first && of < end) used += count;
      cells.set("usedInPeriod", used);
    });
  }

  /** Requests that ever counted in a slot: what changes when there is something to store. Takes no lock. */
  counted(slot: number): number {
    return this.#cells[slot * cellsPerSlot + cell.counted] as number;
  }

  /** The latest day, and before it the one before that was used; with `counted` as of the same moment. */
  read(slot: number): { readonly counted: number; readonly days: readonly DayUsage[] } {
    return this.#locked(slot, (cells) => {
      const latest = { day: cells.get("day"), used: cells.get("usedOnDay"), left: cells.left };
      const hasQuota = latest.left !== undefined;
      const previous = {
        day: cells.get("previousDay"),
        used: cells.get("usedOnPrevious"),
        left: hasQuota ? cells.get("leftOnPrevious") : undefined,
      };
      return { counted: cells.get("counted"), days: [previous, latest].filter(({ used }) => used > 0) };
    });
  }

  #locked<T>(slot: number, work: (cells: UsageCells) => T): T {
    lock(this.#locks, slot);
    try {
      return work(new UsageCells(this.#cells, slot));
    } finally {
      unlock(this.#locks, slot);
    }
  }
}
