/** One end of a connection: what arrives is taken step by step, and what cannot be taken yet is held within a bound. */
import type { Socket } from "node:net";
import { limits } from "../../limits.ts";
import type { LentReads, Receiver } from "./lent-reads.ts";
import { flushNow, gather, Output } from "./output.ts";

const nothing = Buffer.alloc(0);
/** So much more than a head's bound is read that it is certainly seen to be passed. */
const headMargin = 16;

export abstract class Peer implements Receiver {
  readonly socket: Socket;
  readonly output: Output;
  /** Whether what arrives must be copied to be kept. */
  protected readonly isLent: boolean;
  /** Nothing is taken or sent any more. */
  gone = false;
  /** The other side has ended its direction. */
  ended = false;
  /** Bytes that are held before reading pauses. */
  readonly #bound: number;
  #held: Buffer | null = null;
  #taking = false;
  #reads = true;

  /** `reads`: what reads the socket into a lent buffer, if it is not read as a stream; `head`: the most bytes of a head. */
  constructor(socket: Socket, reads: LentReads | undefined, head: number) {
    this.socket = socket;
    this.isLent = reads !== undefined;
    if (reads !== undefined) reads.receiver = this;
    this.#bound = Math.max(limits.streamHighWater, head + headMargin);
    this.output = new Output(socket);
  }

  /**
   * Takes what can be taken now from `at` on. Answers where it got to (it is called again, with the rest), or -1 when
   * more bytes or somebody's leave are needed first.
   */
  protected abstract step(bytes: Buffer, at: number): number;
  /** Everything that could be taken has been; `held` bytes wait. */
  protected abstract settle(held: number): void;
  /** `step` or `settle` threw: a mistake of our own. */
  protected abstract failed(error: unknown): void;

  /** Bytes that wait to be taken. */
  get heldBytes(): number {
    return this.#held === null ? 0 : this.#held.length;
  }

  /** Begins to read. */
  protected attach(): void {
    if (!this.isLent) this.socket.on("data", (bytes: Buffer) => this.receive(bytes));
    // Nothing flows through the stream of a socket that is read otherwise, but its end does.
    this.socket.resume();
  }

  receive(bytes: Buffer): void {
    if (this.gone) return;
    this.#take(this.#held === null ? bytes : Buffer.concat([this.#held, bytes]));
  }

  /** Tries again with what is held: something that stood in the way is gone. */
  pump(): void {
    if (!this.#taking && !this.gone) this.#take(this.#held ?? nothing);
  }

  #take(bytes: Buffer): void {
    this.#held = null;
    this.#taking = true;
    let at = 0;
    gather();
    try {
      for (let next = 0; next >= 0 && !this.gone; next = this.step(bytes, at)) at = next;
      this.#hold(bytes, at);
      this.#taking = false;
      if (!this.gone) this.settle(bytes.length - at);
    } catch (error) {
      this.#taking = false;
      this.failed(error);
    } finally {
      flushNow();
    }
  }

  #hold(bytes: Buffer, at: number): void {
    if (this.gone) return;
    if (at < bytes.length) this.#held = this.isLent ? Buffer.from(bytes.subarray(at)) : bytes.subarray(at);
    const reads = bytes.length - at < this.#bound;
    if (reads === this.#reads) return;
    this.#reads = reads;
    if (reads) this.socket.resume();
    else this.socket.pause();
  }

  /** Breaks the connection off. */
  destroy(): void {
    this.gone = true;
    this.#held = null;
    this.socket.destroy();
  }
}
