/**
 * What ApiKeys used of their UsagePlans, in memory that all threads share: they count exactly, without a message. A slot
 * is one key in one plan, with the plan's quota in it, so a quota that changes holds on every thread at once.
 */
import { limits } from "../../limits.ts";
import type { QuotaPeriod } from "../../model/documents.ts";
import { type Days, periodAt } from "../../model/quota.ts";
import { createSlab } from "../slab.ts";

/** Sent to worker threads as it stands. */
export type UsageSlab = SharedArrayBuffer;

/** The numbers of a slot. Days are whole days since 1970-01-01, UTC. A fresh slot is all zeros. */
export const cell = {
  /** 0: no quota, then those of `periods`. */
  period: 0,
  offset: 1,
  limit: 2,
  /** Beyond the limit, in the present period; below 0 where some was taken. */
  granted: 3,
  /** The present period: its first day, and the one after its last. */
  first: 4,
  end: 5,
  usedInPeriod: 6,
  /** The latest day that something was asked on, and what was used on it. */
  day: 7,
  usedOnDay: 8,
  /** The day before that with any use, and what was left when it was over. */
  previousDay: 9,
  usedOnPrevious: 10,
  leftOnPrevious: 11,
  /** Requests that ever counted in the slot: whether there is something new to be stored. */
  counted: 12,
} as const;

export const cellsPerSlot = 13;

/** As `cell.period` has them. */
export const periods: readonly (QuotaPeriod | undefined)[] = [undefined, "DAY", "WEEK", "MONTH"];

export const createUsageSlab = (slots: number = limits.usageSlots): UsageSlab => createSlab(slots, cellsPerSlot);

/** The numbers of one slot, `at` being the index of the first. To be used under the slot's lock. */
export class UsageCells {
  readonly cells: Float64Array;
  readonly at: number;

  constructor(cells: Float64Array, slot: number) {
    this.cells = cells;
    this.at = slot * cellsPerSlot;
  }

  get(which: keyof typeof cell): number {
    return this.cells[this.at + cell[which]] as number;
  }

  set(which: keyof typeof cell, value: number): void {
    this.cells[this.at + cell[which]] = value;
  }

  /** Requests left in the period; undefined without a quota. */
  get left(): number | undefined {
    if (this.get("period") === 0) return undefined;
    return Math.max(0, this.get("limit") + this.get("granted") - this.get("usedInPeriod"));
  }

  /** The period of a day by the quota in the slot; undefined without one. */
  periodAt(day: number): Days | undefined {
    const period = periods[this.get("period")];
    return period && periodAt({ period, offset: this.get("offset") }, day);
  }

  /** A day has come that is later than all before it. A clock that is set back stays on the latest day. */
  turnTo(day: number): void {
    if (this.get("usedOnDay") > 0) {
      this.set("previousDay", this.get("day"));
      this.set("usedOnPrevious", this.get("usedOnDay"));
      this.set("leftOnPrevious", this.left ?? 0);
    }
    this.set("day", day);
    this.set("usedOnDay", 0);
    const present = day < this.get("end") ? undefined : this.periodAt(day);
    if (present === undefined) return;
    this.set("first", present.first);
    this.set("end", present.end);
    this.set("usedInPeriod", 0);
    this.set("granted", 0);
  }
}
