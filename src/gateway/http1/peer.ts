/** One end of a connection: what arrives is taken step by step, and what cannot be taken yet is held within a bound. */
import type { Socket } from "node:net";
import { limits } from "../../limits.ts";
import { Output } from "./output.ts";

const nothing = Buffer.alloc(0);
/** So much more than a head's bound is read that it is certainly seen to be passed. */
const headMargin = 16;

export abstract class Peer {
  readonly socket: Socket;
  readonly output: Output;
  /** Nothing is taken or sent any more. */
  gone = false;
  /** The other side has ended its direction. */
  ended = false;
  /** Bytes that are held before reading pauses. */
  readonly #bound: number;
  #held: Buffer | null = null;
  #taking = false;
  #reads = true;

  /** `head`: the most bytes of a head that are waited for. */
  constructor(socket: Socket, head: number) {
    this.socket = socket;
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

  protected attach(): void {
    const { socket } = this;
    socket.on("data", (bytes: Buffer) => this.receive(bytes));
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
    try {
      for (let next = 0; next >= 0 && !this.gone; next = this.step(bytes, at)) at = next;
      this.#hold(bytes, at);
      this.#taking = false;
      if (!this.gone) this.settle(bytes.length - at);
    } catch (error) {
      this.#taking = false;
      this.failed(error);
    }
  }

  #hold(bytes: Buffer, at: number): void {
    if (this.gone) return;
    if (at < bytes.length) this.#held = at === 0 ? bytes : bytes.subarray(at);
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
