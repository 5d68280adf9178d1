/** Finds the heads of one connection's answers in what arrives. */
import type { UpstreamFailureKind } from "../transport.ts";
import { latin1 } from "./characters.ts";
import { readResponseHead, type ResponseHead } from "./response-head.ts";
import { scanHead, searching } from "./scan.ts";

/** Why no answer can be read, in words for a log. */
export interface Unreadable {
  readonly kind: UpstreamFailureKind;
  readonly message: string;
}

const notHttp: Unreadable = { kind: "malformed", message: "what came is not HTTP" };
const tooLarge: Unreadable = { kind: "too-large", message: "the header is too large" };
const answerStart = Buffer.from("HTTP/1.", "latin1");

/** Whether these bytes may begin an answer: another protocol's greeting is not waited out. */
function beginsAnswer(bytes: Buffer, at: number): boolean {
  const length = Math.min(bytes.length - at, answerStart.length);
  return length <= 0 || bytes.compare(answerStart, 0, length, at, at + length) === 0;
}

export class ResponseReader {
  readonly #headerBlock: number;
  readonly #headerCount: number;
  /** Bytes of an incomplete head that are known to hold no end. */
  #scanned = 0;
  /** After `read`: where the bytes are that it has not taken. */
  at = 0;

  constructor(headerBlock: number, headerCount: number) {
    this.#headerBlock = headerBlock;
    this.#headerCount = headerCount;
  }

  /** The head that begins at `at`, why there can be none, or undefined as long as more must come. */
  read(bytes: Buffer, at: number): ResponseHead | Unreadable | undefined {
    this.at = at;
    const stop = scanHead(bytes, at, this.#scanned);
    const length = (stop < 0 ? bytes.length : stop) - at;
    this.#scanned = stop < 0 ? length : 0;
    if (length > this.#headerBlock) return tooLarge;
    if (stop < 0) return stop === searching.malformed || !beginsAnswer(bytes, at) ? notHttp : undefined;
    this.at = stop + 4;
    const head = readResponseHead(latin1(bytes, at, stop), this.#headerCount);
    return typeof head === "string" ? { kind: "malformed", message: head } : head;
  }
}
