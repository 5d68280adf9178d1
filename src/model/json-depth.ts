/** How deep a JSON text is nested, told before it is parsed: the parser takes seconds for megabytes of brackets. */

const quote = 0x22;
const backslash = 0x5c;
const openings: ReadonlySet<number> = new Set([0x5b, 0x7b]);
const closings: ReadonlySet<number> = new Set([0x5d, 0x7d]);

/** Where a string ends that begins behind `from`: at its closing quote, or at the end of the text. */
function endOfString(text: Uint8Array, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== quote) at += text[at] === backslash ? 2 : 1;
  return at;
}

/** Whether arrays and objects stand in each other at most so many levels deep. UTF-8; what is no JSON has any answer. */
export function isNestedWithin(text: Uint8Array, levels: number): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const byte = text[at] ?? 0;
    if (byte === quote) at = endOfString(text, at + 1);
    else if (openings.has(byte) && ++depth > levels) return false;
    else if (closings.has(byte)) depth--;
  }
  return true;
}
