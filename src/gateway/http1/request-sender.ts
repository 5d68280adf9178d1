/** Sends a request's body to a backend as it comes from the client, framed anew. */
import { type BodySink, type BodySource, UpstreamFailure } from "../transport.ts";
import type { Output } from "./output.ts";

/** The connection that a request's body goes out on. */
export interface SenderOwner {
  readonly output: Output;
  /** The backend takes no more for the present. */
  requestBlocked(): void;
  /** The backend takes more again. */
  requestFlows(): void;
  requestSent(): void;
  requestFails(failure: UpstreamFailure): void;
}

export class RequestSender implements BodySink {
  readonly #source: BodySource;
  #owner: SenderOwner | null;
  #remaining: number;
  #paused = false;

  constructor(source: BodySource, owner: SenderOwner) {
    this.#source = source;
    this.#owner = owner;
    this.#remaining = source.length;
  }

  /** Whether more of the body is awaited, rather than that the backend takes what there is. */
  get flows(): boolean {
    return !this.#paused;
  }

  start(): void {
    this.#source.read(this);
  }

  onData(chunk: Buffer): void {
    const owner = this.#owner;
    if (owner === null || chunk.length === 0) return;
    const { output } = owner;
    if (this.#source.length < 0) {
      output.text(`${chunk.length.toString(16)}\r\n`);
      output.bytes(chunk);
      output.text("\r\n");
    } else {
      this.#remaining -= chunk.length;
      if (this.#remaining < 0) this.#fail(new Error("a body is longer than it was said to be"));
      else output.bytes(chunk);
    }
    if (output.blocked && !this.#paused) {
      this.#paused = true;
      this.#source.pause();
      owner.requestBlocked();
    }
  }

  /** The backend takes more again. */
  drained(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#owner?.requestFlows();
    this.#source.resume();
  }

  onEnd(): void {
    const owner = this.#owner;
    if (owner === null) return;
    if (this.#remaining > 0) {
      this.#fail(new Error("a body is shorter than it was said to be"));
      return;
    }
    this.#owner = null;
    if (this.#source.length < 0) owner.output.text("0\r\n\r\n");
    owner.requestSent();
  }

  onError(error: Error): void {
    this.#fail(error);
  }

  #fail(error: Error): void {
    const owner = this.#owner;
    this.#owner = null;
    owner?.requestFails(error instanceof UpstreamFailure ? error : new UpstreamFailure("client-gone", error.message));
  }

  /** The backend wants no more: the rest is given up. */
  stop(): void {
    if (this.#owner === null) return;
    this.#owner = null;
    this.#source.discard();
  }
}
