/** Percent-encoding: reading query strings and writing values into targets. */

/** Undoes percent-encoding; a text that is badly encoded stays as it is. */
export function decodePercent(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** As `decodePercent`, with `+` for a blank: names and values of a query. */
export function decodeQuery(text: string): string {
  return decodePercent(text.includes("+") ? text.replaceAll("+", " ") : text);
}

/** Decoded values by decoded name, in order. `;` separates pairs as `&` does (facts/runtime.md 1). */
export type Query = ReadonlyMap<string, readonly string[]>;

/** The pairs of a query as they were sent. */
export function splitQuery(query: string): string[] {
  return (query.includes(";") ? query.replaceAll(";", "&") : query).split("&").filter((pair) => pair !== "");
}

/** The decoded name of a pair as it was sent. */
export function nameOfPair(pair: string): string {
  const mark = pair.indexOf("=");
  return decodeQuery(mark < 0 ? pair : pair.slice(0, mark));
}

export function parseQuery(query: string): Query {
  const parsed = new Map<string, string[]>();
  for (const pair of splitQuery(query)) {
    const mark = pair.indexOf("=");
    const name = nameOfPair(pair);
    const value = mark < 0 ? "" : decodeQuery(pair.slice(mark + 1));
    const values = parsed.get(name);
    if (values === undefined) parsed.set(name, [value]);
    else values.push(value);
  }
  return parsed;
}

/** `.` or `..` between slashes of either kind, plain or escaped. */
const dotSegment = /(?:^|[/\\]|%2f|%5c)(?:\.|%2e){1,2}(?=$|[/\\]|%2f|%5c)/i;

/** Whether a value for a path could climb out of where it is put, as a server may read it that undoes escapes first. */
export const hasDotSegment = (text: string): boolean =>
  (text.includes(".") || text.includes("%2")) && dotSegment.test(text);

function legal(characters: string): Uint8Array {
  const table = new Uint8Array(128);
  for (const character of `ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~${characters}`) {
    table[character.charCodeAt(0)] = 1;
  }
  return table;
}

/** RFC 3986: `pchar` and `/`; and what a query may hold beside them. */
const inPath = legal("!$&'()*+,;=:@/");
const inQuery = legal("!$&'()*+,;=:@/?");
const percent = 0x25;
const isHex = (code: number): boolean =>
  (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x46) || (code >= 0x61 && code <= 0x66);

const isEscape = (text: string, at: number): boolean =>
  text.charCodeAt(at) === percent && isHex(text.charCodeAt(at + 1)) && isHex(text.charCodeAt(at + 2));

function encode(text: string, table: Uint8Array, keepEscapes: boolean): string {
  const isLegal = (at: number): boolean => table[text.charCodeAt(at)] === 1 || (keepEscapes && isEscape(text, at));
  let at = 0;
  while (at < text.length && isLegal(at)) at++;
  let encoded = text.slice(0, at);
  while (at < text.length) {
    const character = String.fromCodePoint(text.codePointAt(at) as number);
    if (isLegal(at)) encoded += character;
    else for (const byte of Buffer.from(character)) encoded += `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    at += character.length;
  }
  return encoded;
}

/** A path's text made legal in a target; slashes and the escapes that it has stay. */
export const encodePath = (text: string): string => encode(text, inPath, true);
/** A plain value made legal in a path: slashes stay, so that a value can be several segments. */
export const encodePathValue = (text: string): string => encode(text, inPath, false);
/** A query's text made legal in a target; separators and escapes stay. */
export const encodeQuery = (text: string): string => encode(text, inQuery, true);

/** One name or value of a query. Unlike a path's text, everything but unreserved characters is escaped. */
export function encodeQueryComponent(text: string): string {
  // A lone surrogate cannot be encoded; the replacement character can.
  return encodeURIComponent(text.isWellFormed() ? text : text.toWellFormed());
}
