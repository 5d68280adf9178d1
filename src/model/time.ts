/** Dates as documents and replies have them: whole epoch seconds. `now` is epoch milliseconds. */
export const wholeSeconds = (now: number): number => Math.floor(now / 1000);

/** `2026-01-02T03:04:05Z`, of epoch seconds. */
export const isoDate = (seconds: number): string => `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
