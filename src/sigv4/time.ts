/** ISO 8601's basic form, `20260131T235959Z`, which signatures use. */

const form = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

/** Epoch milliseconds, or undefined for anything that is not a moment of the calendar in the basic form. */
export function parseBasicDate(text: string): number | undefined {
  const parts = form.exec(text);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second] = parts;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  // Date.parse takes February 30th for March 1st, and 24:00 for the next day.
  return new Date(time).getUTCDate() === Number(day) ? time : undefined;
}

/** Epoch milliseconds in the basic form, whole seconds. */
export const basicDate = (time: number): string =>
  `${new Date(time).toISOString().slice(0, 19).replaceAll("-", "").replaceAll(":", "")}Z`;
