/** Header fields of either direction, read strictly (RFC 9112 5): what two readers could understand differently is refused. */
import { isNamed, tokenBytes, valueBytes } from "./characters.ts";
import { type Refusal, refusals } from "./refusals.ts";

/** The fields of one message, and those of them that its framing hangs on. */
export class Fields {
  readonly list: string[] = [];
  contentLength: string | undefined = undefined;
  transferEncoding: string | undefined = undefined;
  /** All Connection fields, joined by commas. */
  connection: string | undefined = undefined;
  host: string | undefined = undefined;
  expect: string | undefined = undefined;
  /** Where the value of Host stands in the list, or -1. */
  hostIndex = -1;
}

const isBlank = (code: number): boolean => code === 32 || code === 9;

/**
 * Reads the lines of `text` from `at`, without the empty line that ends the block. The text holds one character a byte.
 * Answers what was wrong, or undefined.
 */
export function readFields(text: string, at: number, maximum: number, fields: Fields): Refusal | undefined {
  const end = text.length;
  while (at < end) {
    let colon = at;
    while (colon < end && tokenBytes[text.charCodeAt(colon)] === 1) colon++;
    // No name: folding, or a blank line; another character: a blank before the colon, or no colon at all.
    if (colon === at || text.charCodeAt(colon) !== 58) return refusals.fieldName;
    let start = colon + 1;
    while (start < end && isBlank(text.charCodeAt(start))) start++;
    let stop = start;
    while (stop < end && valueBytes[text.charCodeAt(stop)] === 1) stop++;
    if (stop < end && (text.charCodeAt(stop) !== 13 || text.charCodeAt(stop + 1) !== 10)) return refusals.fieldValue;
    let last = stop;
    while (last > start && isBlank(text.charCodeAt(last - 1))) last--;
    const name = text.slice(at, colon);
    const value = text.slice(start, last);
    fields.list.push(name, value);
    if (fields.list.length > maximum * 2) return refusals.headersTooLarge;
    const refused = note(name, value, fields);
    if (refused !== undefined) return refused;
    at = stop + 2;
  }
  return undefined;
}

/** Keeps what the framing hangs on. The length of a name tells most of them apart. */
function note(name: string, value: string, fields: Fields): Refusal | undefined {
  switch (name.length) {
    case 4:
      if (!isNamed(name, "host")) return undefined;
      if (fields.host !== undefined) return refusals.host;
      fields.host = value;
      fields.hostIndex = fields.list.length - 1;
      return undefined;
    case 6:
      if (isNamed(name, "expect")) fields.expect = fields.expect === undefined ? value : `${fields.expect},${value}`;
      return undefined;
    case 10:
      if (isNamed(name, "connection")) {
        fields.connection = fields.connection === undefined ? value : `${fields.connection},${value}`;
      }
      return undefined;
    case 14:
      if (!isNamed(name, "content-length")) return undefined;
      // Two of them are refused even when they agree: not everyone behind or before us would see that they do.
      if (fields.contentLength !== undefined) return refusals.contentLength;
      fields.contentLength = value;
      return undefined;
    case 17:
      if (!isNamed(name, "transfer-encoding")) return undefined;
      if (fields.transferEncoding !== undefined) return refusals.transferEncoding;
      fields.transferEncoding = value;
      return undefined;
    default:
      return undefined;
  }
}

/** The number that a Content-Length says, or -1 when it says none that can be trusted. */
export function readLength(value: string): number {
  // Sixteen digits would pass the integers that a number holds exactly.
  return value.length <= 15 && /^[0-9]+$/.test(value) ? Number(value) : -1;
}

/** Whether a Connection field leaves the connection open after this message (RFC 9112 9.3). */
export function keepsAlive(connection: string | undefined, minorVersion: number): boolean {
  if (connection === undefined) return minorVersion === 1;
  const options = connection.toLowerCase().split(",");
  let stays = minorVersion === 1;
  for (const option of options) {
    const name = option.trim();
    if (name === "close") return false;
    if (name === "keep-alive") stays = true;
  }
  return stays;
}
