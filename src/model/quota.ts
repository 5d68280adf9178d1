/** Days and periods of quotas, in UTC (facts/runtime.md 19). A day is a number: whole days since 1970-01-01. */
import type { QuotaDocument, QuotaPeriod } from "./documents.ts";

const dayMilliseconds = 86_400_000;

/** The day of a moment in epoch milliseconds. */
export const dayOf = (epochMilliseconds: number): number => Math.floor(epochMilliseconds / dayMilliseconds);

/** `2026-11-21` */
export const dayText = (day: number): string => new Date(day * dayMilliseconds).toISOString().slice(0, 10);

const dayForm = /^\d{4}-\d{2}-\d{2}$/;

/** The day that a text such as `2026-11-21` names; undefined when there is no such day. */
export function dayNamed(text: string): number | undefined {
  const time = dayForm.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  // JavaScript takes the 30th of February for the 2nd of March.
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text ? undefined : dayOf(time);
}

/** The days of a period: from `first` up to, but not, `end`. */
export interface Days {
  readonly first: number;
  readonly end: number;
}

/** 1970-01-01 was a Thursday; 0 is Sunday. */
const weekday = (day: number): number => (day + 4) % 7;

function month(day: number, offset: number): Days {
  const date = new Date(day * dayMilliseconds);
  const begins = date.getUTCDate() > offset ? date.getUTCMonth() : date.getUTCMonth() - 1;
  const start = (index: number): number => dayOf(Date.UTC(date.getUTCFullYear(), index, 1 + offset));
  return { first: start(begins), end: start(begins + 1) };
}

function week(day: number, offset: number): Days {
  const first = day - ((weekday(day) - offset + 7) % 7);
  return { first, end: first + 7 };
}

const daysOf: Readonly<Record<QuotaPeriod, (day: number, offset: number) => Days>> = {
  DAY: (day) => ({ first: day, end: day + 1 }),
  WEEK: week,
  MONTH: month,
};

/** The period of a quota that a day is in. */
export const periodAt = ({ period, offset }: Pick<QuotaDocument, "period" | "offset">, day: number): Days =>
  daysOf[period](day, offset);

/** The days that a period can begin with: 0 up to this (facts/control.md 13). */
export const largestOffset: Readonly<Record<QuotaPeriod, number>> = { DAY: 0, WEEK: 6, MONTH: 27 };

export const quotaPeriods = ["DAY", "WEEK", "MONTH"] as const satisfies readonly QuotaPeriod[];
