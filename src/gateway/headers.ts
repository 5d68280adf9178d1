/** What becomes of a header on its way through, as data (facts/runtime.md 12.1: recorded rows, then the official table). */
import { isUtf8 } from "node:buffer";
import type { HeaderList } from "./transport.ts";

/** `own`: the client's value does not arrive, because the gateway sends one of its own. */
type Forward = "pass" | "drop" | "own";
/** `fail`: every call of a method that maps this header answers 500. */
type MapRequest = "pass" | "drop" | "fail";
/** `remap`: reaches the client as `x-amzn-Remapped-{Name}`. */
type Respond = "pass" | "drop" | "remap";

export interface HeaderRule {
  /** In the spelling that remapped headers carry. */
  readonly name: string;
  /** A client's header on its way to an HTTP_PROXY endpoint. */
  readonly forward: Forward;
  /** As a target `integration.request.header.X`, for HTTP and HTTP_PROXY. */
  readonly mapRequest: MapRequest;
  /** Whether `method.request.header.X` sees it. */
  readonly readable: boolean;
  /** An HTTP_PROXY endpoint's header on its way to the client. */
  readonly proxyResponse: Respond;
  /** As a target `method.response.header.X`. */
  readonly mapResponse: Respond;
  readonly remapped: string;
}

const row = (
  name: string,
  forward: Forward,
  mapRequest: MapRequest,
  reads: "readable" | "unreadable",
  proxyResponse: Respond,
  mapResponse: Respond,
): HeaderRule => ({
  name,
  forward,
  mapRequest,
  readable: reads === "readable",
  proxyResponse,
  mapResponse,
  remapped: `x-amzn-Remapped-${name}`,
});

/** Headers that are not in the table pass everywhere. */
export const headerRules: readonly HeaderRule[] = [
  //  name                  forward map   method.request proxy    mapped response
  row("Authorization", "pass", "pass", "readable", "remap", "remap"),
  row("Connection", "drop", "drop", "unreadable", "remap", "remap"),
  row("Content-Encoding", "drop", "pass", "readable", "pass", "pass"),
  row("Content-Length", "drop", "fail", "unreadable", "remap", "remap"),
  row("Content-MD5", "drop", "pass", "unreadable", "remap", "remap"),
  row("Date", "pass", "pass", "readable", "remap", "remap"),
  row("Expect", "drop", "drop", "unreadable", "drop", "remap"),
  row("Host", "own", "pass", "readable", "drop", "remap"),
  row("Keep-Alive", "drop", "drop", "unreadable", "drop", "drop"),
  row("Max-Forwards", "drop", "pass", "unreadable", "remap", "remap"),
  row("Proxy-Authenticate", "drop", "drop", "unreadable", "drop", "remap"),
  row("Proxy-Authorization", "drop", "drop", "unreadable", "drop", "drop"),
  row("Proxy-Connection", "drop", "drop", "unreadable", "drop", "drop"),
  row("Server", "drop", "pass", "unreadable", "remap", "remap"),
  row("TE", "drop", "drop", "unreadable", "drop", "pass"),
  row("Trailer", "drop", "pass", "unreadable", "drop", "remap"),
  row("Transfer-Encoding", "drop", "fail", "unreadable", "drop", "drop"),
  row("Upgrade", "drop", "pass", "unreadable", "drop", "remap"),
  row("User-Agent", "pass", "pass", "readable", "remap", "remap"),
  row("Via", "drop", "drop", "readable", "drop", "pass"),
  row("WWW-Authenticate", "drop", "pass", "unreadable", "remap", "remap"),
  row("X-Amzn-Trace-Id", "own", "pass", "readable", "pass", "pass"),
  row("X-Forwarded-For", "own", "pass", "readable", "pass", "pass"),
  row("X-Forwarded-Port", "own", "pass", "readable", "pass", "pass"),
  row("X-Forwarded-Proto", "own", "pass", "readable", "pass", "pass"),
  row("x-amz-apigw-id", "pass", "pass", "readable", "remap", "remap"),
  row("x-amzn-ErrorType", "pass", "pass", "readable", "remap", "remap"),
  row("x-amzn-RequestId", "pass", "pass", "readable", "remap", "remap"),
];

const byName: ReadonlyMap<string, HeaderRule> = new Map(headerRules.map((rule) => [rule.name.toLowerCase(), rule]));

/** Most headers have no rule; length and first letter tell nearly all of those apart without lowering a name's case. */
const longest = Math.max(...headerRules.map(({ name }) => name.length));
const shapeOf = (name: string): number => name.length * 32 + (name.charCodeAt(0) & 31);
const shapes = new Uint8Array((longest + 1) * 32);
for (const { name } of headerRules) shapes[shapeOf(name)] = 1;

/** The rule for a header in any spelling, or undefined. */
export function headerRuleOf(name: string): HeaderRule | undefined {
  return name.length <= longest && shapes[shapeOf(name)] === 1 ? byName.get(name.toLowerCase()) : undefined;
}

/** Names that a message's Connection header makes hop-by-hop (RFC 9110, 7.6.1), lower-case; undefined when there are none. */
export function connectionOptions(headers: HeaderList): ReadonlySet<string> | undefined {
  let options: Set<string> | undefined;
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string;
    if (name.length !== 10 || name.toLowerCase() !== "connection") continue;
    for (const option of (headers[i + 1] as string).toLowerCase().split(",")) {
      const named = option.trim();
      if (named !== "keep-alive" && named !== "close") (options ??= new Set()).add(named);
    }
  }
  return options;
}

/** Values of all headers of exactly this spelling, in order, as texts: mappings compare names case-sensitively (facts/runtime.md 1). */
export function valuesOf(headers: HeaderList, name: string): string[] {
  const values: string[] = [];
  for (let i = 0; i < headers.length; i += 2)
    if (headers[i] === name) values.push(fromHeaderValue(headers[i + 1] as string));
  return values;
}

const tab = 0x09;

function isPlainValue(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if ((code < 0x20 && code !== tab) || code > 0x7e) return false;
  }
  return true;
}

/**
 * A text as a header's value: UTF-8, one character a byte, and control characters as blanks (RFC 9110, 5.5), so that a
 * decoded query value can never end a header.
 */
export function toHeaderValue(text: string): string {
  if (isPlainValue(text)) return text;
  const bytes = Buffer.from(text, "utf8");
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number;
    if ((byte < 0x20 && byte !== tab) || byte === 0x7f) bytes[i] = 0x20;
  }
  return bytes.toString("latin1");
}

/** A header's value as text: its bytes are UTF-8 where they can be, else one character a byte, as they arrived. */
export function fromHeaderValue(value: string): string {
  if (isPlainValue(value)) return value;
  const bytes = Buffer.from(value, "latin1");
  return isUtf8(bytes) ? bytes.toString() : value;
}

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Whether a text can be a header's name (RFC 9110, 5.6.2). */
export const isHeaderName = (name: string): boolean => token.test(name);

/** The ids that the gateway puts on every answer (facts/runtime.md 12). An endpoint's own are remapped. */
const idHeaders: ReadonlySet<string> = new Set(["x-amzn-requestid", "x-amz-apigw-id"]);

/** The headers of an answer as its method made them. */
export const withoutIds = (headers: HeaderList): HeaderList => withoutHeaders(headers, idHeaders);

/** `names`: lower-case. */
export const withoutHeaders = (headers: HeaderList, names: ReadonlySet<string>): HeaderList =>
  headers.filter((_text, index) => !names.has((headers[index - (index % 2)] as string).toLowerCase()));
