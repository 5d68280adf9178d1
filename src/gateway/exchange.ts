/**
 * One request and what becomes of it. Every field is initialised here, once, in one order, so that all exchanges have
 * one shape; steps fill in what they find out.
 */
import { newRequestId } from "../model/ids.ts";
import type { BodySource, HeaderList, Reply } from "./transport.ts";

/** What tells a small letter from a capital one. */
const caseBit = 0x20;

/** The value of the last header of this name (lower-case), or undefined. Linear: header lists are short. */
export function headerOf(headers: HeaderList, lowerName: string): string | undefined {
  const { length } = lowerName;
  const last = lowerName.charCodeAt(length - 1) | caseBit;
  for (let i = headers.length - 2; i >= 0; i -= 2) {
    const name = headers[i] as string;
    // Most names of one length differ in their last letter: that is cheaper to see than to make another text.
    if (name.length !== length || (name.charCodeAt(length - 1) | caseBit) !== last) continue;
    if (name === lowerName || name.toLowerCase() === lowerName) return headers[i + 1];
  }
  return undefined;
}

export class Exchange {
  // --- from the wire
  readonly method: string;
  /** As sent, in origin form: path and query. */
  readonly target: string;
  /** The target up to `?`. */
  readonly path: string;
  /** The target after `?`, or empty. */
  readonly query: string;
  readonly headers: HeaderList;
  /** The Host header, lower-case, without the port. */
  readonly host: string;
  readonly body: BodySource | undefined;
  readonly reply: Reply;
  readonly remoteAddress: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;

  // --- found out on the way
  requestId = "";
  /** Set by whoever serves the exchange: the gateway keeps its own record of a request here. */
  state: object | undefined = undefined;

  constructor(
    method: string,
    target: string,
    headers: HeaderList,
    host: string,
    body: BodySource | undefined,
    reply: Reply,
    remoteAddress: string,
  ) {
    const mark = target.indexOf("?");
    this.method = method;
    this.target = target;
    this.path = mark < 0 ? target : target.slice(0, mark);
    this.query = mark < 0 ? "" : target.slice(mark + 1);
    this.headers = headers;
    this.host = host;
    this.body = body;
    this.reply = reply;
    this.remoteAddress = remoteAddress;
    this.startedAt = Date.now();
  }

  identify(): string {
    return (this.requestId ||= newRequestId());
  }
}

/** Serves one exchange: the control plane, the gateway, or whatever chooses between them. Must not throw. */
export type Serve = (exchange: Exchange) => void;
