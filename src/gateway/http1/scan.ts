/** Finds the empty line that ends a message's head. */
import { tokenBytes } from "./characters.ts";

const headEnd = Buffer.from("\r\n\r\n", "latin1");
const lineFeed = 10;
const carriageReturn = 13;

export const searching = {
  /** The end has not arrived. */
  incomplete: -1,
  /** It never will: there is a line that does not end as lines must, or the first byte begins no head. */
  malformed: -2,
} as const;

/** Where the empty line begins, or one of `searching`. The first `scanned` bytes from `at` are known to hold none. */
export function scanHead(bytes: Buffer, at: number, scanned: number): number {
  const stop = bytes.indexOf(headEnd, at + Math.max(0, scanned - 3));
  if (stop >= 0) return stop;
  return isHopeless(bytes, at, scanned) ? searching.malformed : searching.incomplete;
}

/**
 * Whether an incomplete head need not be waited for. Someone who ends lines with a bare line feed, or speaks another
 * protocol, would otherwise hear nothing until the time is up.
 */
function isHopeless(bytes: Buffer, at: number, scanned: number): boolean {
  if (at === bytes.length) return false;
  const first = bytes[at] as number;
  if (first !== carriageReturn && tokenBytes[first] === 0) return true;
  const from = at + scanned;
  for (let i = bytes.indexOf(lineFeed, from); i >= 0; i = bytes.indexOf(lineFeed, i + 1)) {
    if (i === at || bytes[i - 1] !== carriageReturn) return true;
  }
  return false;
}
