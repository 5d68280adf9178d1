import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { QuotaPeriod } from "./documents.ts";
import { dayNamed, dayOf, dayText, largestOffset, periodAt, quotaPeriods } from "./quota.ts";

fc.configureGlobal({ seed: 20_261_122 });

const day = (text: string): number => dayOf(Date.parse(`${text}T12:00:00Z`));

describe("days", () => {
  it("have names, and names have days", () => {
    expect(dayText(0)).toBe("1970-01-01");
    expect(dayOf(-1)).toBe(-1);
    fc.assert(fc.property(fc.integer({ min: 0, max: 100_000 }), (number) => dayNamed(dayText(number)) === number));
  });

  it.each(["", "2026-02-30", "2026-13-01", "2026-1-1", "26-01-01", "2026-01-01T00:00:00Z", "20260101", "nonsense"])(
    "%j is none",
    (text) => expect(dayNamed(text)).toBeUndefined(),
  );
});

describe("the period of a day", () => {
  // 2026-11-21 is a Saturday.
  it.each<[period: QuotaPeriod, offset: number, of: string, first: string, end: string]>([
    ["DAY", 0, "2026-11-21", "2026-11-21", "2026-11-22"],
    ["WEEK", 0, "2026-11-21", "2026-11-15", "2026-11-22"],
    ["WEEK", 0, "2026-11-22", "2026-11-22", "2026-11-29"],
    ["WEEK", 1, "2026-11-22", "2026-11-16", "2026-11-23"],
    ["WEEK", 6, "2026-11-21", "2026-11-21", "2026-11-28"],
    ["MONTH", 0, "2026-11-21", "2026-11-01", "2026-12-01"],
    ["MONTH", 0, "2024-02-29", "2024-02-01", "2024-03-01"],
    ["MONTH", 27, "2026-03-01", "2026-02-28", "2026-03-28"],
    ["MONTH", 14, "2026-01-14", "2025-12-15", "2026-01-15"],
    ["MONTH", 14, "2026-01-15", "2026-01-15", "2026-02-15"],
  ])("%s with offset %i: %s", (period, offset, of, first, end) => {
    expect(periodAt({ period, offset }, day(of))).toEqual({ first: day(first), end: day(end) });
  });

  it("holds the day, is the same for all its days, and the next one follows at once", () => {
    const quota = fc
      .constantFrom(...quotaPeriods)
      .chain((period) =>
        fc.record({ period: fc.constant(period), offset: fc.integer({ min: 0, max: largestOffset[period] }) }),
      );
    fc.assert(
      fc.property(quota, fc.integer({ min: 40, max: 60_000 }), (of, at) => {
        const { first, end } = periodAt(of, at);
        expect(first).toBeLessThanOrEqual(at);
        expect(end).toBeGreaterThan(at);
        expect(periodAt(of, first)).toEqual({ first, end });
        expect(periodAt(of, end - 1)).toEqual({ first, end });
        expect(periodAt(of, end).first).toBe(end);
      }),
    );
  });
});
