/** Finds the heads of one connection's requests in what arrives. */
import { latin1 } from "./characters.ts";
import { type Refusal, refusals } from "./refusals.ts";
import { type HeadLimits, readRequestHead, type RequestHead } from "./request-head.ts";
import { scanHead, searching } from "./scan.ts";

export class RequestReader {
  readonly #limits: HeadLimits;
  /** Bytes of an incomplete head that are known to hold no end. */
  #scanned = 0;
  #skippedLine = false;
  /** After `read`: where the bytes are that it has not taken. */
  at = 0;

  constructor(limits: HeadLimits) {
    this.#limits = limits;
  }

  /** The head that begins at `at`, why there can be none, or undefined as long as more must come. */
  read(bytes: Buffer, at: number): RequestHead | Refusal | undefined {
    if (bytes[at] === 13 && bytes[at + 1] === 10 && !this.#skippedLine) {
      // One empty line before a request is forgiven (RFC 9112 2.2).
      this.#skippedLine = true;
      at += 2;
    }
    this.at = at;
    const stop = scanHead(bytes, at, this.#scanned);
    if (stop < 0) return this.#unfinished(bytes, at, stop);
    this.#scanned = 0;
    this.#skippedLine = false;
    this.at = stop + 4;
    return readRequestHead(latin1(bytes, at, stop), this.#limits);
  }

  /** What an incomplete head has already come to. */
  #unfinished(bytes: Buffer, at: number, stop: number): Refusal | undefined {
    if (stop === searching.malformed) return refusals.lineEnding;
    const { requestLine, headerBlock } = this.#limits;
    const length = bytes.length - at;
    this.#scanned = length;
    if (length > requestLine + headerBlock + 4) return refusals.headersTooLarge;
    const lineIsOver = length > requestLine + 2 && bytes.subarray(at, at + requestLine + 2).indexOf("\r\n") < 0;
    return lineIsOver ? refusals.targetTooLong : undefined;
  }
}
