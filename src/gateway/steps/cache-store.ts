import { limits } from "../../limits.ts";
import { ignoredWarning } from "../cache/cache-control.ts";
import type { Fill } from "../cache/fill.ts";
import type { CacheProgram } from "../cache/program.ts";
import { isNamed } from "../http1/characters.ts";
import type { Invocation } from "../invocation.ts";
import { CONTINUE, type PipelineStep } from "../step.ts";
import type { BodySink, BodySource, HeaderList } from "../transport.ts";
import { declaredLength } from "./reply.ts";

const nothing = Buffer.alloc(0);

/** Successful answers; not a part of one, which only the request with the same Range could have (facts/runtime.md 2.1). */
const isStorable = (status: number): boolean => status >= 200 && status < 300 && status !== 206;

/** A trace belongs to one request. */
function withoutTrace(headers: HeaderList): HeaderList {
  const kept: string[] = [];
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string;
    if (!isNamed(name, "x-amzn-trace-id")) kept.push(name, headers[i + 1] as string);
  }
  return kept;
}

/**
 * A body on its way to the client, copied while it passes: the client gets it no later than without a cache, and one that
 * turns out too large, or breaks off, is only not kept. It passes as fast as the client takes it, or faster when others wait
 * for it too: what the client has not taken is then no more than what may be kept.
 */
class CopiedBody implements BodySource, BodySink {
  readonly length: number;
  readonly #source: BodySource;
  readonly #fill: Fill;
  readonly #whole: (bytes: Buffer) => void;
  #sink: BodySink | undefined = undefined;
  #chunks: Buffer[] = [];
  #bytes = 0;
  /** Whether it can still be kept. */
  #copies = true;
  #isPaused = false;

  /** `whole` is told the body, unless it cannot be kept. */
  constructor(source: BodySource, fill: Fill, whole: (bytes: Buffer) => void) {
    this.length = source.length;
    this.#source = source;
    this.#fill = fill;
    this.#whole = whole;
  }

  read(sink: BodySink): void {
    this.#sink = sink;
    this.#source.read(this);
  }

  pause(): void {
    this.#isPaused = true;
    if (!this.#copies || !this.#fill.holdsOthersUp(this.#readOn)) this.#source.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#source.resume();
  }

  discard(): void {
    this.#source.discard();
    this.#giveUp();
  }

  readonly #readOn = (): void => {
    if (this.#copies) this.#source.resume();
  };

  onData(chunk: Buffer): void {
    if (this.#copies) this.#copy(chunk);
    this.#sink?.onData(chunk);
  }

  #copy(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > limits.cachedBody || !this.#fill.copy(chunk.length)) this.#giveUp();
    else this.#chunks.push(chunk);
  }

  onEnd(): void {
    this.#sink?.onEnd();
    if (this.#copies) this.#whole(Buffer.concat(this.#chunks));
  }

  onError(error: Error): void {
    this.#giveUp();
    this.#sink?.onError(error);
  }

  #giveUp(): void {
    if (!this.#copies) return;
    this.#copies = false;
    this.#chunks = [];
    if (this.#isPaused) this.#source.pause();
    this.#fill.settle(undefined);
  }
}

/** Gives the method response to the fill: at once, or when its body has passed. */
function keep(invocation: Invocation, program: CacheProgram, fill: Fill): void {
  const { services, status, body, endpointResponseBody: source, endpointResponseHeaders } = invocation;
  const headers = withoutTrace(invocation.headers);
  const put = (bytes: Buffer, headLength?: number): void => {
    if (bytes.length > limits.cachedBody) return fill.settle(undefined);
    const storedAt = services.now();
    const expiresAt = storedAt + program.ttl;
    const length = headLength === undefined ? {} : { headLength };
    const response = { status, headers, body: bytes, storedAt, expiresAt, ...length };
    fill.settle(services.caching.put(program, fill, response, storedAt));
  };
  if (!isStorable(status)) fill.settle(undefined);
  else if (program.isHead && source !== undefined)
    put(nothing, body?.length ?? declaredLength(endpointResponseHeaders));
  else if (body !== undefined || source === undefined) put(body ?? nothing);
  else if (source.length > limits.cachedBody) fill.settle(undefined);
  else invocation.endpointResponseBody = new CopiedBody(source, fill, put);
}

/** Keeps the method response of a miss (facts/runtime.md 1, 2.1). */
export const cacheStore: PipelineStep = {
  name: "cacheStore",
  needed: ({ cache }) => cache !== undefined,
  run: (_exchange, invocation) => {
    const { fill, method } = invocation;
    if (fill !== undefined && method.cache !== undefined) keep(invocation, method.cache, fill);
    if (invocation.warnsOfCacheControl) invocation.headers.push(...ignoredWarning);
    return CONTINUE;
  },
};
