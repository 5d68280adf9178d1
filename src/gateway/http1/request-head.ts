/** The head of a request (RFC 9112 3): request line and fields, read strictly. */
import { limits } from "../../limits.ts";
import { isTarget, isToken } from "./characters.ts";
import { Fields, keepsAlive, readFields, readLength } from "./fields.ts";
import { type Refusal, refusals } from "./refusals.ts";

export interface HeadLimits {
  readonly requestLine: number;
  readonly headerBlock: number;
  readonly headerCount: number;
}

export interface RequestHead {
  readonly method: string;
  /** Origin form, or `*`. */
  readonly target: string;
  readonly minorVersion: number;
  readonly headers: readonly string[];
  /** Lower-case, without the port; empty when an HTTP/1.0 request has none. */
  readonly host: string;
  /** Bytes of the body, 0 without one, -1 when it is chunked. */
  readonly bodyLength: number;
  readonly keepAlive: boolean;
  readonly expectsContinue: boolean;
}

/** Methods that come often, so that their names need not be made anew for every request. */
const knownMethods = new Map(
  ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"].map((name) => [name, name] as const),
);

/** Names, IPv4 and IPv6 addresses; no list, no user, nothing that another server might cut differently. */
const hostPattern = /^(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?$/;

let lastHost = "localhost";
let lastHostRead = "localhost";

/** A Host's name in lower case without the port, or undefined when it is not one. Remembers the last: they repeat. */
function readHost(value: string): string | undefined {
  if (value === lastHost) return lastHostRead;
  if (!hostPattern.test(value)) return undefined;
  const colon = value.endsWith("]") ? -1 : value.lastIndexOf(":");
  lastHostRead = (colon < 0 ? value : value.slice(0, colon)).toLowerCase();
  lastHost = value;
  return lastHostRead;
}

/** Reads a whole head; `text` ends before the empty line and holds one character a byte. */
export function readRequestHead(text: string, bounds: HeadLimits = limits): RequestHead | Refusal {
  const mark = text.indexOf("\r\n");
  const lineEnd = mark < 0 ? text.length : mark;
  if (lineEnd > bounds.requestLine) return refusals.targetTooLong;
  if (text.length - lineEnd > bounds.headerBlock) return refusals.headersTooLarge;

  const blank = text.indexOf(" ");
  if (blank < 1 || blank >= lineEnd) return refusals.requestLine;
  const given = text.slice(0, blank);
  const method = knownMethods.get(given) ?? given;
  if (!isToken(method)) return refusals.method;
  const versionAt = lineEnd - 8;
  if (versionAt <= blank + 1 || text.charCodeAt(versionAt - 1) !== 32) return refusals.requestLine;
  const minorVersion = text.charCodeAt(lineEnd - 1) - 48;
  if (!text.startsWith("HTTP/1.", versionAt) || (minorVersion !== 0 && minorVersion !== 1)) {
    return /^HTTP\/[0-9]\.[0-9]$/.test(text.slice(versionAt, lineEnd)) ? refusals.version : refusals.requestLine;
  }
  const target = text.slice(blank + 1, versionAt - 1);

  const fields = new Fields();
  const refused = readFields(text, lineEnd + 2, bounds.headerCount, fields);
  return refused ?? interpret(method, target, minorVersion, fields);
}

function interpret(method: string, sentTarget: string, minorVersion: number, fields: Fields): RequestHead | Refusal {
  const target = readTarget(method, sentTarget, fields);
  if (typeof target !== "string") return target;
  if (fields.host === undefined && minorVersion === 1) return refusals.host;
  const host = fields.host === undefined ? "" : readHost(fields.host);
  if (host === undefined) return refusals.host;
  const bodyLength = readFraming(fields, minorVersion);
  if (typeof bodyLength !== "number") return bodyLength;
  const expects = fields.expect !== undefined;
  if (expects && fields.expect?.toLowerCase() !== "100-continue") return refusals.expectation;
  return {
    method,
    target,
    minorVersion,
    headers: fields.list,
    host,
    bodyLength,
    keepAlive: keepsAlive(fields.connection, minorVersion),
    expectsContinue: expects && minorVersion === 1 && bodyLength !== 0,
  };
}

/** Origin form; `*` for OPTIONS; absolute form is rewritten to origin form, and its authority replaces the Host (RFC 9112 3.2). */
function readTarget(method: string, target: string, fields: Fields): string | Refusal {
  if (!isTarget(target)) return refusals.target;
  if (method === "CONNECT") return refusals.connect;
  if (target.charCodeAt(0) === 47) return target;
  if (target === "*" && method === "OPTIONS") return target;
  const absolute = /^https?:\/\/([^/?]+)(.*)$/i.exec(target);
  if (absolute === null) return refusals.target;
  const [, authority = "", rest = ""] = absolute;
  if (fields.host !== undefined) fields.list[fields.hostIndex] = authority;
  fields.host = authority;
  return rest.startsWith("/") ? rest : `/${rest}`;
}

/** How long the body is (RFC 9112 6), or why that is not certain. */
function readFraming(fields: Fields, minorVersion: number): number | Refusal {
  const { contentLength, transferEncoding } = fields;
  if (transferEncoding === undefined) {
    if (contentLength === undefined) return 0;
    const length = readLength(contentLength);
    return length < 0 ? refusals.contentLength : length;
  }
  if (contentLength !== undefined) return refusals.framing;
  if (minorVersion === 0) return refusals.transferEncoding;
  if (transferEncoding.toLowerCase() === "chunked") return -1;
  // Codings that we do not know, properly ended by chunked: a true request that we cannot take (RFC 9112 6.1).
  return /^(?!chunked\b)[a-z]+, ?chunked$/i.test(transferEncoding)
    ? refusals.transferCoding
    : refusals.transferEncoding;
}
