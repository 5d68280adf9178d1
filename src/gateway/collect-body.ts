/** A whole body in memory, for what must see all of it. */
import { fixedResponses } from "./gateway-response.ts";
import type { Invocation } from "./invocation.ts";
import { limits } from "../limits.ts";
import { type BodySink, type BodySource, UpstreamFailure } from "./transport.ts";

class Collector implements BodySink {
  readonly #source: BodySource;
  readonly #invocation: Invocation;
  readonly #done: (bytes: Buffer) => void;
  #chunks: Buffer[] = [];
  #length = 0;

  constructor(source: BodySource, invocation: Invocation, done: (bytes: Buffer) => void) {
    this.#source = source;
    this.#invocation = invocation;
    this.#done = done;
  }

  onData(chunk: Buffer): void {
    if (this.#length > limits.payload) return;
    this.#length += chunk.length;
    if (this.#length > limits.payload) {
      this.#chunks = [];
      this.#source.discard();
      this.onError(new UpstreamFailure("too-large", "a body is over the bound"));
      return;
    }
    this.#chunks.push(chunk);
  }

  onEnd(): void {
    if (this.#length > limits.payload) return;
    const [first] = this.#chunks;
    this.#done(first !== undefined && this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks, this.#length));
  }

  onError(error: Error): void {
    if (error instanceof UpstreamFailure) this.#invocation.onFailure(error);
    else this.#invocation.refuse(fixedResponses.badGateway);
  }
}

/** Reads a body of either side to its end; what goes wrong answers the invocation. */
export function collectBody(source: BodySource, invocation: Invocation, done: (bytes: Buffer) => void): void {
  source.read(new Collector(source, invocation, done));
}
