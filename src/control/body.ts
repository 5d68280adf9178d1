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

/** Bytes of all bodies that are being received now. */
let held = 0;

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

/** A moment later there is room again; clients retry by themselves. */
const tooMuch = () => new Fault("ServiceUnavailableException", "Too many request bodies are being received", 1);

class Collector implements BodySink {
  readonly #source: BodySource;
  /** Undefined once it was called. */
  #reader: BodyReader | undefined;
  #chunks: Buffer[] = [];
  #size = 0;

  constructor(source: BodySource, reader: BodyReader) {
    this.#source = source;
    this.#reader = reader;
  }

  /** Whom to tell, and what came; afterwards neither is here any more. */
  #settle(): { readonly reader: BodyReader | undefined; readonly chunks: readonly Buffer[] } {
    const settled = { reader: this.#reader, chunks: this.#chunks };
    this.#reader = undefined;
    this.#chunks = [];
    held -= this.#size;
    this.#size = 0;
    return settled;
  }

  #refuse(fault: Fault): void {
    this.#source.discard();
    this.#settle().reader?.onRefused(fault);
  }

  onData(chunk: Buffer): void {
    if (this.#reader === undefined) return;
    if (this.#size + chunk.length > limits.controlBody) this.#refuse(tooLarge());
    else if (held + chunk.length > limits.controlBodies) this.#refuse(tooMuch());
    else {
      // The chunk is only valid during this call.
      this.#chunks.push(Buffer.from(chunk));
      this.#size += chunk.length;
      held += chunk.length;
    }
  }

  onEnd(): void {
    const { reader, chunks } = this.#settle();
    const [first = nothing, ...more] = chunks;
    reader?.onBody(more.length === 0 ? first : Buffer.concat(chunks));
  }

  onError(error: Error): void {
    const { reader } = this.#settle();
    const kind = error instanceof UpstreamFailure ? error.kind : undefined;
    if (kind === "client-too-large") reader?.onRefused(tooLarge());
    else if (kind === "client-malformed")
      reader?.onRefused(badRequest("The request body is not framed as HTTP demands"));
    else reader?.onBroken();
  }
}
