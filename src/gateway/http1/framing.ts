/** Where a body's bytes are in what comes over the wire: by length, by chunks (RFC 9112 7.1), or until the connection ends. */
import { limits } from "../../limits.ts";
import { hexDigits, tokenBytes, valueBytes } from "./characters.ts";

/** What `Framing.next` found. */
export const found = {
  /** Nothing more in these bytes. */
  nothing: 0,
  /** A piece of the body, from `start` to `stop`. */
  data: 1,
  /** The body's end. */
  end: 2,
  malformed: 3,
  tooLarge: 4,
} as const;
export type Found = (typeof found)[keyof typeof found];

const untilClose = 0;
const byLength = 1;
/** The parts of a chunked body. */
const sizeStart = 2;
const size = 3;
const extension = 4;
const sizeLineFeed = 5;
const chunk = 6;
const chunkReturn = 7;
const chunkLineFeed = 8;
const lineStart = 9;
const trailerName = 10;
const trailerValue = 11;
const trailerLineFeed = 12;
const lastLineFeed = 13;
const finished = 14;
const broken = 15;

/** A size of more digits than this would pass the integers that a number holds exactly. */
const sizeDigits = 12;

export class Framing {
  /** After `next`: where reading goes on, and where a found piece is. */
  at = 0;
  start = 0;
  stop = 0;
  /** Bytes of body so far. */
  total = 0;
  #part: number;
  #remaining: number;
  readonly #maximum: number;
  #digits = 0;
  #lineLength = 0;
  #extensions = 0;
  #trailers = 0;

  private constructor(part: number, remaining: number, maximum: number) {
    this.#part = part;
    this.#remaining = remaining;
    this.#maximum = maximum;
  }

  static ofLength(length: number, maximum: number): Framing {
    return new Framing(byLength, length, maximum);
  }

  static ofChunks(maximum: number): Framing {
    return new Framing(sizeStart, 0, maximum);
  }

  static untilClose(maximum: number): Framing {
    return new Framing(untilClose, Infinity, maximum);
  }

  /** Bytes that are certainly still to come: exact by length, what is known of the present chunk otherwise. */
  get remaining(): number {
    return this.#remaining;
  }

  get lastsUntilClose(): boolean {
    return this.#part === untilClose;
  }

  /** Looks for the next piece from `at`. After `end`, `malformed` or `tooLarge` it must not be called again. */
  next(bytes: Buffer, at: number): Found {
    this.at = at;
    switch (this.#part) {
      case untilClose:
        return this.#piece(bytes);
      case byLength:
        if (this.#remaining === 0) return found.end;
        if (this.#remaining + this.total > this.#maximum) return found.tooLarge;
        return this.#piece(bytes);
      default:
        return this.#chunked(bytes);
    }
  }

  #piece(bytes: Buffer): Found {
    const length = Math.min(bytes.length - this.at, this.#remaining);
    if (length === 0) return found.nothing;
    this.total += length;
    if (this.total > this.#maximum) return found.tooLarge;
    this.start = this.at;
    this.at += length;
    this.stop = this.at;
    this.#remaining -= length;
    return found.data;
  }

  #chunked(bytes: Buffer): Found {
    while (this.at < bytes.length) {
      if (this.#part === chunk) {
        const piece = this.#piece(bytes);
        if (this.#remaining === 0) this.#part = chunkReturn;
        return piece;
      }
      this.#part = this.#after(bytes[this.at] as number);
      if (this.#part === broken) return found.malformed;
      this.at++;
      if (this.#part === finished) return found.end;
      if (this.#part === chunk && this.total + this.#remaining > this.#maximum) return found.tooLarge;
    }
    return found.nothing;
  }

  /** The part that follows when this byte is read in the present one. Line ends are CR LF and nothing else. */
  #after(byte: number): number {
    switch (this.#part) {
      case sizeStart:
        this.#digits = 0;
        this.#lineLength = 0;
        this.#remaining = 0;
        return this.#sizeDigit(byte);
      case size:
        if (byte === 13) return sizeLineFeed;
        return byte === 59 ? extension : this.#sizeDigit(byte);
      case extension:
        if (byte === 13) return sizeLineFeed;
        return valueBytes[byte] === 1 && this.#extensionFits() ? extension : broken;
      case sizeLineFeed:
        if (byte !== 10) return broken;
        return this.#remaining === 0 ? lineStart : chunk;
      case chunkReturn:
        return byte === 13 ? chunkLineFeed : broken;
      case chunkLineFeed:
        return byte === 10 ? sizeStart : broken;
      default:
        return this.#afterTrailer(byte);
    }
  }

  #sizeDigit(byte: number): number {
    const digit = hexDigits[byte] as number;
    if (digit === 255 || ++this.#digits > sizeDigits) return broken;
    this.#remaining = this.#remaining * 16 + digit;
    return size;
  }

  /** Extensions mean nothing to us; unbounded they would let a sender move much while saying little. */
  #extensionFits(): boolean {
    this.#extensions++;
    return ++this.#lineLength <= limits.chunkSizeLine && this.#extensions <= limits.chunkExtensions;
  }

  /** Trailers are read as strictly as headers, and dropped: nothing of what stands there may be trusted. */
  #afterTrailer(byte: number): number {
    if (++this.#trailers > limits.trailerBlock) return broken;
    switch (this.#part) {
      case lineStart:
        if (byte === 13) return lastLineFeed;
        return tokenBytes[byte] === 1 ? trailerName : broken;
      case trailerName:
        if (byte === 58) return trailerValue;
        return tokenBytes[byte] === 1 ? trailerName : broken;
      case trailerValue:
        if (byte === 13) return trailerLineFeed;
        return valueBytes[byte] === 1 ? trailerValue : broken;
      case trailerLineFeed:
        return byte === 10 ? lineStart : broken;
      default:
        return byte === 10 ? finished : broken;
    }
  }
}
