/** Texts that are cut: by their length in UTF-8, or in UTF-16. */

/** The longest beginning of a text that has at most so many bytes; whole characters only. */
export function cutUtf8(text: string, most: number): string {
  // A UTF-16 code unit has at most three bytes: most texts need not be measured to be known to fit.
  if (text.length * 3 <= most) return text;
  // And at least one, so no more of the text than this can fit.
  const start = text.length > most ? text.slice(0, most) : text;
  if (Buffer.byteLength(start) <= most) return start.length === text.length ? text : withoutHalf(start);
  const bytes = Buffer.from(start);
  let end = most;
  // Bytes 10xxxxxx continue a character.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.toString("utf8", 0, end);
}

/** The beginning of a text, of at most so many UTF-16 code units; whole characters only. */
export const cutText = (text: string, most: number): string =>
  text.length <= most ? text : withoutHalf(text.slice(0, most));

/** Without a first half of a surrogate pair at the end. */
function withoutHalf(text: string): string {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last <= 0xdbff ? text.slice(0, -1) : text;
}
