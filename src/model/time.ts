/** Dates as documents and replies have them: whole epoch seconds. `now` is epoch milliseconds. */
export const wholeSeconds = (now: number): number => Math.floor(now / 1000);
