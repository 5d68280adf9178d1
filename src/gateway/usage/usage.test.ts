import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { QuotaDocument } from "../../model/documents.ts";
import { dayNamed, dayOf, periodAt } from "../../model/quota.ts";
import { UsageMeter } from "./meter.ts";
import { createUsageSlab } from "./slab.ts";
import { UsageSlots } from "./slots.ts";

fc.configureGlobal({ seed: 20_261_122 });

const hour = 3_600_000;
const noon = (text: string): number => (dayNamed(text) ?? Number.NaN) * 24 * hour + 12 * hour;
const day = (text: string): number => dayOf(noon(text));

const month = (limit: number): QuotaDocument => ({ limit, offset: 0, period: "MONTH" });
const daily = (limit: number): QuotaDocument => ({ limit, offset: 0, period: "DAY" });

function open(shared = false) {
  const slab = createUsageSlab(3);
  const slots = new UsageSlots(slab);
  const meter = new UsageMeter(slab, shared);
  const slot = slots.allocate();
  const configure = (quota: QuotaDocument | undefined, date: string, more: { granted?: number } = {}): void =>
    slots.configure(slot, { quota, granted: 0, day: day(date), stored: [], ...more });
  /** How many of so many requests count. */
  const count = (requests: number, date: string): number =>
    Array.from({ length: requests }).filter(() => meter.count(slot, noon(date))).length;
  return { slots, slot, configure, count };
}

describe.each([false, true])("counting (shared: %s)", (shared) => {
  it("goes on for ever without a quota, and remembers the latest two days", () => {
    const { slots, slot, configure, count } = open(shared);
    configure(undefined, "2026-11-20");
    expect(count(5, "2026-11-20")).toBe(5);
    expect(count(2, "2026-11-21")).toBe(2);
    expect(slots.read(slot)).toEqual({
      counted: 7,
      days: [
        { day: day("2026-11-20"), used: 5, left: undefined },
        { day: day("2026-11-21"), used: 2, left: undefined },
      ],
    });
    expect(slots.counted(slot)).toBe(7);
  });

  it("ends with the quota, and begins anew with the period; what is refused does not count", () => {
    const { slots, slot, configure, count } = open(shared);
    configure(daily(3), "2026-11-20");
    expect(count(5, "2026-11-20")).toBe(3);
    expect(count(5, "2026-11-21")).toBe(3);
    expect(slots.read(slot)).toEqual({
      counted: 6,
      days: [
        { day: day("2026-11-20"), used: 3, left: 0 },
        { day: day("2026-11-21"), used: 3, left: 0 },
      ],
    });
    expect(count(1, "2027-03-01")).toBe(1);
  });

  it("spans the days of a month", () => {
    const { configure, count } = open(shared);
    configure(month(5), "2026-11-20");
    expect(count(3, "2026-11-20")).toBe(3);
    expect(count(3, "2026-11-30")).toBe(2);
    expect(count(9, "2026-12-01")).toBe(5);
  });

  it("has what was granted in this period alone", () => {
    const { configure, count } = open(shared);
    configure(daily(2), "2026-11-20", { granted: 3 });
    expect(count(9, "2026-11-20")).toBe(5);
    expect(count(9, "2026-11-21")).toBe(2);
    configure(daily(2), "2026-11-21", { granted: -1 });
    expect(count(9, "2026-11-21")).toBe(0);
  });

  it("goes on from what is stored, and takes a new quota without forgetting what was used", () => {
    const { slots, slot, configure, count } = open(shared);
    const stored = [
      { day: day("2026-10-31"), used: 100, left: 0 },
      { day: day("2026-11-05"), used: 2, left: 8 },
      { day: day("2026-11-20"), used: 3, left: 5 },
    ];
    slots.configure(slot, { quota: month(10), granted: 0, day: day("2026-11-20"), stored });
    expect(count(2, "2026-11-20")).toBe(2);
    expect(slots.read(slot).days).toEqual([{ day: day("2026-11-20"), used: 5, left: 3 }]);
    configure(daily(7), "2026-11-20");
    expect(count(9, "2026-11-20")).toBe(2);
    slots.configure(slot, { quota: month(10), granted: 0, day: day("2026-11-20"), stored });
    expect(count(9, "2026-11-20")).toBe(1);
    configure(undefined, "2026-11-20");
    expect(count(9, "2026-11-20")).toBe(9);
  });

  it("stays on its latest day when the clock is set back", () => {
    const { configure, count } = open(shared);
    configure(daily(3), "2026-11-20");
    expect(count(2, "2026-11-20")).toBe(2);
    expect(count(2, "2026-10-01")).toBe(1);
    expect(count(2, "2026-11-21")).toBe(2);
  });
});

it("gives as much in each period as a plain count does, whatever the days", () => {
  const quota = fc.record({
    limit: fc.integer({ min: 0, max: 6 }),
    offset: fc.integer({ min: 0, max: 6 }),
    period: fc.constantFrom("WEEK" as const, "MONTH" as const),
  });
  const steps = fc.array(
    fc.record({ later: fc.integer({ min: 0, max: 9 }), requests: fc.integer({ min: 0, max: 5 }) }),
  );
  fc.assert(
    fc.property(quota, steps, (of, list) => {
      const slab = createUsageSlab(1);
      const own = new UsageSlots(slab);
      const meter = new UsageMeter(slab);
      const slot = own.allocate();
      let today = day("2026-01-01");
      own.configure(slot, { quota: of, granted: 0, day: today, stored: [] });
      const used = new Map<number, number>();
      for (const { later, requests } of list) {
        today += later;
        const { first } = periodAt(of, today);
        for (let i = 0; i < requests; i++) {
          const before = used.get(first) ?? 0;
          expect(meter.count(slot, today * 24 * hour)).toBe(before < of.limit);
          used.set(first, Math.min(of.limit, before + 1));
        }
      }
    }),
  );
});

it("hands out each slot once, fresh ones first, and clean ones again", () => {
  const { slots, slot, configure, count } = open();
  configure(daily(3), "2026-11-20");
  count(3, "2026-11-20");
  slots.free(slot);
  expect([slots.allocate(), slots.allocate(), slots.allocate(), slots.allocate()]).toEqual([1, 2, 0, -1]);
  expect(slots.read(slot)).toEqual({ counted: 0, days: [] });
  slots.free(-1);
  expect(slots.allocate()).toBe(-1);
});
