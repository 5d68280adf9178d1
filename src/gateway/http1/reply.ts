/** The way back to one client for one request. After its end it is cut off from the connection and does nothing. */
import type { HeaderList, Reply } from "../transport.ts";
import type { Output } from "./output.ts";
import { isBodiless, replyHead } from "./reply-head.ts";

/** What a reply needs of the connection that it goes out on. */
export interface ReplyChannel {
  readonly output: Output;
  /** Asked once, when the head is made: whether the connection stays open after this reply. */
  staysOpen(): boolean;
  /** The last byte is gathered. */
  replyEnds(): void;
  /** Something cannot be sent, or was sent wrongly: a mistake of our own. */
  mistake(error: unknown): void;
  destroy(): void;
}

const failure = '{"message":"Internal server error"}';
const failureHeaders = ["Content-Type", "application/json"];

/** What `#form` says about the body on the wire. */
const byLength = 0;
const chunks = 1;
const untilClose = 2;
const none = 3;

export class HttpReply implements Reply {
  onDrain: (() => void) | null = null;
  onClose: (() => void) | null = null;
  onEnd: (() => void) | null = null;
  onSent: (() => void) | null = null;
  headSent = false;
  status = 0;
  sentBytes = 0;
  /** Whether another request may follow; certain once the head is sent. */
  keepAlive: boolean;
  #channel: ReplyChannel | null;
  readonly #isHead: boolean;
  readonly #minorVersion: number;
  #form = byLength;
  #remaining = 0;

  constructor(channel: ReplyChannel, isHead: boolean, minorVersion: number, keepAlive: boolean) {
    this.keepAlive = keepAlive;
    this.#channel = channel;
    this.#isHead = isHead;
    this.#minorVersion = minorVersion;
  }

  send(status: number, headers: HeaderList, body: Buffer | string): void {
    const channel = this.#begin();
    if (channel === null) return;
    const isText = typeof body === "string";
    const length = isText ? Buffer.byteLength(body) : body.length;
    if (!this.#writeHead(channel, status, headers, length)) return;
    if (this.#form !== none) {
      this.sentBytes = length;
      // A text of as many bytes as characters is ASCII and goes out as it is.
      if (isText && length === body.length) channel.output.text(body);
      else channel.output.bytes(isText ? Buffer.from(body) : body);
    }
    this.#finish(channel);
  }

  head(status: number, headers: HeaderList, length: number): void {
    const channel = this.#begin();
    if (channel !== null) this.#writeHead(channel, status, headers, length);
  }

  #begin(): ReplyChannel | null {
    if (this.#channel !== null && this.headSent) {
      this.#channel.mistake(new Error("a reply has one head"));
      return null;
    }
    return this.#channel;
  }

  /** False when the head could not be sent as given; a plain 500 has gone out in its place then. */
  #writeHead(channel: ReplyChannel, status: number, headers: HeaderList, length: number): boolean {
    const chunked = length < 0 && this.#minorVersion === 1;
    const endsByClose = length < 0 && !chunked && !this.#isHead && !isBodiless(status);
    this.keepAlive = this.keepAlive && !endsByClose && channel.staysOpen();
    let text: string;
    try {
      text = replyHead(status, headers, length, chunked, this.keepAlive);
    } catch (error) {
      channel.mistake(error);
      this.#sendFailure(channel);
      return false;
    }
    this.headSent = true;
    this.status = status;
    if (this.#isHead || isBodiless(status)) this.#form = none;
    else if (length >= 0) this.#form = byLength;
    else this.#form = chunked ? chunks : untilClose;
    this.#remaining = length;
    channel.output.text(text);
    return true;
  }

  #sendFailure(channel: ReplyChannel): void {
    this.headSent = true;
    this.status = 500;
    if (!this.#isHead) this.sentBytes = failure.length;
    const head = replyHead(500, failureHeaders, failure.length, false, this.keepAlive);
    channel.output.text(this.#isHead ? head : head + failure);
    this.#finish(channel);
  }

  write(chunk: Buffer): boolean {
    const channel = this.#channel;
    if (channel === null || chunk.length === 0) return true;
    if (!this.headSent) throw new Error("a reply begins with its head");
    const { output } = channel;
    if (this.#form === none) return true;
    this.sentBytes += chunk.length;
    switch (this.#form) {
      case chunks:
        output.text(`${chunk.length.toString(16)}\r\n`);
        output.bytes(chunk);
        output.text("\r\n");
        return !output.blocked;
      case byLength:
        this.#remaining -= chunk.length;
        if (this.#remaining < 0) {
          channel.mistake(new Error("a reply's body is longer than it was said to be"));
          channel.destroy();
          return true;
        }
        output.bytes(chunk);
        return !output.blocked;
      default:
        output.bytes(chunk);
        return !output.blocked;
    }
  }

  end(): void {
    const channel = this.#channel;
    if (channel === null) return;
    if (!this.headSent) throw new Error("a reply begins with its head");
    if (this.#form === byLength && this.#remaining > 0) {
      channel.mistake(new Error("a reply's body is shorter than it was said to be"));
      channel.destroy();
      return;
    }
    if (this.#form === chunks) channel.output.text("0\r\n\r\n");
    this.#finish(channel);
  }

  #finish(channel: ReplyChannel): void {
    this.#channel = null;
    channel.replyEnds();
  }

  destroy(): void {
    this.#channel?.destroy();
  }

  /** Cuts the reply off from a connection that is gone. */
  detach(): void {
    this.#channel = null;
  }
}
