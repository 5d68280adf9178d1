import type { Invocation } from "../invocation.ts";
import { CONTINUE, type PipelineStep } from "../step.ts";
import type { BodySink, BodySource } from "../transport.ts";

const nowhere: BodySink = { onData: () => undefined, onEnd: () => undefined, onError: () => undefined };

/** The endpoint's body, and when the first of it came. */
class TimedBody implements BodySource, BodySink {
  readonly #source: BodySource;
  readonly #invocation: Invocation;
  #sink = nowhere;

  constructor(source: BodySource, invocation: Invocation) {
    this.#source = source;
    this.#invocation = invocation;
  }

  get length(): number {
    return this.#source.length;
  }

  read(sink: BodySink): void {
    this.#sink = sink;
    this.#source.read(this);
  }

  pause(): void {
    this.#source.pause();
  }

  resume(): void {
    this.#source.resume();
  }

  discard(): void {
    this.#source.discard();
  }

  onData(chunk: Buffer): void {
    this.#invocation.endpointContentAt ||= this.#invocation.services.now();
    this.#sink.onData(chunk);
  }

  onEnd(): void {
    this.#sink.onEnd();
  }

  onError(error: Error): void {
    this.#sink.onError(error);
  }
}

/** What access logs tell of integrations that stream: how long their first content takes (facts/runtime.md 4.1). */
export const firstContent: PipelineStep = {
  name: "firstContent",
  needed: ({ method, observers }) =>
    observers.length > 0 && method.document.methodIntegration?.responseTransferMode === "STREAM",
  run: (_exchange, invocation) => {
    const { endpointResponseBody: source } = invocation;
    if (source !== undefined) invocation.endpointResponseBody = new TimedBody(source, invocation);
    return CONTINUE;
  },
};
