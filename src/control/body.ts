/** Takes in a control request's whole body, up to the bound. */
import { badRequest, Fault } from "../errors.ts";
import { type BodySink, type BodySource, UpstreamFailure } from "../gateway/transport.ts";
import { limits } from "../limits.ts";

/** One of the three is called, once. */
export interface BodyReader {
  onBody(body: Buffer): void;
  /** The caller is to be told: it is too large, or badly framed. */
  onRefused(fault: Fault): void;
  /** The request broke off; nobody waits for an answer. */
  onBroken(): void;
}

const nothing = Buffer.alloc(0);

/** Reads the body to its end, or gives it up. */
export function collectBody(source: BodySource | undefined, reader: BodyReader): void {
  if (source === undefined) reader.onBody(nothing);
  else if (source.length > limits.controlBody) {
    source.discard();
    reader.onRefused(tooLarge());
  } else source.read(new Collector(source, reader));
}

const tooLarge = () =>
  new Fault("RequestEntityTooLargeException", `The request body is larger than ${limits.controlBody} bytes`);

class Collector implements BodySink {
  readonly #source: BodySource;
  /** Undefined once it was called. */
  #reader: BodyReader | undefined;
  readonly #chunks: Buffer[] = [];
  #size = 0;

  constructor(source: BodySource, reader: BodyReader) {
    this.#source = source;
    this.#reader = reader;
  }

  #settle(): BodyReader | undefined {
    const reader = this.#reader;
    this.#reader = undefined;
    return reader;
  }

  onData(chunk: Buffer): void {
    if (this.#reader === undefined) return;
    this.#size += chunk.length;
    if (this.#size <= limits.controlBody) {
      // The chunk is only valid during this call.
      this.#chunks.push(Buffer.from(chunk));
      return;
    }
    this.#chunks.length = 0;
    this.#source.discard();
    this.#settle()?.onRefused(tooLarge());
  }

  onEnd(): void {
    const [first = nothing, ...more] = this.#chunks;
    this.#settle()?.onBody(more.length === 0 ? first : Buffer.concat(this.#chunks, this.#size));
  }

  onError(error: Error): void {
    const kind = error instanceof UpstreamFailure ? error.kind : undefined;
    if (kind === "client-too-large") this.#settle()?.onRefused(tooLarge());
    else if (kind === "client-malformed") {
      this.#settle()?.onRefused(badRequest("The request body is not framed as HTTP demands"));
    } else this.#settle()?.onBroken();
  }
}
