/** A body that was taken in whole, as mappings read it: its text and its JSON are made once, however many ask. */
import { limits } from "../limits.ts";
import { type GatewayResponse, Refusal } from "./gateway-response.ts";
import { type BodySink, type BodySource, UpstreamFailure, type UpstreamFailureKind } from "./transport.ts";
import { parseJson } from "./vtl/json.ts";
import type { Value } from "./vtl/value.ts";

/** A body counts as JSON when it begins like it (facts/mapping.md 3). */
const jsonStart = /^\s*[{["']/;

export class WholeBody {
  readonly bytes: Buffer;
  readonly #whenBroken: GatewayResponse;
  #text: string | undefined = undefined;
  #json: Value | undefined = undefined;
  #parsed = false;

  /** `whenBroken`: the answer to a request whose mapping reads JSON that does not parse. */
  constructor(bytes: Buffer, whenBroken: GatewayResponse) {
    this.bytes = bytes;
    this.#whenBroken = whenBroken;
  }

  /** An empty body reads as `{}`. */
  get text(): string {
    return (this.#text ??= this.bytes.length === 0 ? "{}" : this.bytes.toString());
  }

  /** The parsed JSON, or undefined for other text. Throws a `Refusal` for broken JSON. */
  get json(): Value | undefined {
    if (!this.#parsed) {
      this.#json = this.#parse();
      this.#parsed = true;
    }
    return this.#json;
  }

  #parse(): Value | undefined {
    if (!jsonStart.test(this.text)) return undefined;
    const json = parseJson(this.text);
    if (json === undefined) throw new Refusal(this.#whenBroken);
    return json;
  }
}

/** Who hears of a body's end. */
export interface BodyReader {
  onBody(bytes: Buffer): void;
  onFailure(failure: UpstreamFailure): void;
}

class Collector implements BodySink {
  readonly #source: BodySource;
  readonly #reader: BodyReader;
  readonly #tooLarge: UpstreamFailureKind;
  #chunks: Buffer[] = [];
  #length = 0;

  constructor(source: BodySource, tooLarge: UpstreamFailureKind, reader: BodyReader) {
    this.#source = source;
    this.#tooLarge = tooLarge;
    this.#reader = reader;
  }

  onData(chunk: Buffer): void {
    if (this.#length > limits.payload) return;
    this.#length += chunk.length;
    if (this.#length > limits.payload) {
      this.#chunks = [];
      this.#source.discard();
      this.#reader.onFailure(new UpstreamFailure(this.#tooLarge, "a body is over the bound"));
      return;
    }
    this.#chunks.push(chunk);
  }

  onEnd(): void {
    if (this.#length > limits.payload) return;
    const [first] = this.#chunks;
    this.#reader.onBody(first !== undefined && this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks));
  }

  onError(error: Error): void {
    if (this.#length > limits.payload) return;
    this.#reader.onFailure(error instanceof UpstreamFailure ? error : new UpstreamFailure("reset", error.message));
  }
}

/** Reads a body to its end. One over the payload's bound fails as `tooLarge` says. */
export function readWhole(source: BodySource, tooLarge: UpstreamFailureKind, reader: BodyReader): void {
  source.read(new Collector(source, tooLarge, reader));
}
