/** A body that arrives on a connection, as its reader sees it; requests at the listener, answers at the upstream client. */
import type { BodySink, BodySource } from "../transport.ts";
import { type Framing, found } from "./framing.ts";

/** The connection that a body arrives on. */
export interface BodyOwner {
  /** Somebody begins to read, or goes on. */
  bodyFlows(): void;
  /** More may be taken now. */
  pump(): void;
}

export const bodyState = {
  open: 0,
  ended: 1,
  malformed: 2,
  tooLarge: 3,
  /** Given up, and more came than is worth reading. */
  tooMuchUnread: 4,
} as const;
export type BodyState = (typeof bodyState)[keyof typeof bodyState];

export class IncomingBody implements BodySource {
  readonly length: number;
  readonly framing: Framing;
  /** Bytes that are read and dropped after `discard`. */
  readonly #unreadBound: number;
  /** Whether the bytes are only lent to us: our reader may keep its own. */
  readonly #isLent: boolean;
  #owner: BodyOwner | null;
  #sink: BodySink | null = null;
  #paused = false;
  #discarded = false;
  #unread = 0;
  state: BodyState = bodyState.open;
  /** A failure, or the end, that came before anybody read. */
  #failure: Error | null = null;
  #finished = false;

  constructor(length: number, framing: Framing, unreadBound: number, isLent: boolean, owner: BodyOwner) {
    this.length = length;
    this.framing = framing;
    this.#unreadBound = unreadBound;
    this.#isLent = isLent;
    this.#owner = owner;
  }

  /** Whether bytes are awaited: somebody reads and has not paused, or nobody wants it any more. */
  get flows(): boolean {
    return this.#discarded || (this.#sink !== null && !this.#paused);
  }

  get isRead(): boolean {
    return this.#sink !== null;
  }

  get isDiscarded(): boolean {
    return this.#discarded;
  }

  read(sink: BodySink): void {
    if (this.#sink !== null) throw new Error("a body is read once");
    this.#sink = sink;
    if (this.#failure !== null) {
      const failure = this.#failure;
      this.#failure = null;
      sink.onError(failure);
      return;
    }
    if (this.#finished) {
      sink.onEnd();
      return;
    }
    this.#owner?.bodyFlows();
    this.#owner?.pump();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#owner?.bodyFlows();
    this.#owner?.pump();
  }

  discard(): void {
    if (this.#discarded) return;
    this.#discarded = true;
    this.#owner?.pump();
  }

  /** Gives the reader what `bytes` hold of the body from `at`, as far as it wants; answers where that ended. */
  deliver(bytes: Buffer, at: number): number {
    const framing = this.framing;
    while (this.flows && this.state === bodyState.open) {
      switch (framing.next(bytes, at)) {
        case found.data:
          at = framing.at;
          this.#piece(bytes, framing.start, framing.stop);
          break;
        case found.end:
          this.state = bodyState.ended;
          return framing.at;
        case found.malformed:
          this.state = bodyState.malformed;
          return at;
        case found.tooLarge:
          this.state = bodyState.tooLarge;
          return at;
        case found.nothing:
          return framing.at;
      }
    }
    return at;
  }

  #piece(bytes: Buffer, start: number, stop: number): void {
    if (this.#discarded) {
      this.#unread += stop - start;
      if (this.#unread > this.#unreadBound) this.state = bodyState.tooMuchUnread;
    } else {
      const piece = bytes.subarray(start, stop);
      this.#sink?.onData(this.#isLent ? Buffer.from(piece) : piece);
    }
  }

  /** Tells the reader, now or when it begins to read, that this was all. */
  finish(): void {
    this.#owner = null;
    this.#finished = true;
    if (!this.#discarded) this.#sink?.onEnd();
  }

  /** Tells the reader, now or when it begins to read. */
  fail(error: Error): void {
    this.#owner = null;
    if (this.#discarded) return;
    if (this.#sink === null) this.#failure = error;
    else this.#sink.onError(error);
  }
}
