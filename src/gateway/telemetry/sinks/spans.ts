/** Spans over OTLP/HTTP: each event is one span as JSON. */
import { limits } from "../../../limits.ts";
import { type OtlpDestination, OtlpFailure, otlpScope, sendOtlp } from "../otlp/destination.ts";
import { eventQueues, type Events } from "./event-queue.ts";
import { BatchRefused, type Carrier, type Delivery } from "./log-sink.ts";

export class SpanCarrier implements Carrier<Events> {
  readonly newQueue = eventQueues({
    events: limits.spanBatch,
    bytes: limits.logBatch,
    eventOverhead: 1,
    eventBytes: limits.segment,
    span: Infinity,
  });
  readonly pause = limits.spanBatchPause;
  readonly #destination: OtlpDestination;

  constructor(destination: OtlpDestination) {
    this.#destination = destination;
  }

  async send(_name: string, events: Events, signal: AbortSignal): Promise<Delivery<Events>> {
    const resource = JSON.stringify(this.#destination.resource);
    const spans = events.map(({ message }) => message).join(",");
    const scoped = `[{"scope":${JSON.stringify(otlpScope)},"spans":[${spans}]}]`;
    const body = `{"resourceSpans":[{"resource":${resource},"scopeSpans":${scoped}}]}`;
    try {
      return { refused: await sendOtlp(this.#destination, body, signal) };
    } catch (error) {
      if (error instanceof OtlpFailure && !error.passing) throw new BatchRefused(error.message, { cause: error });
      throw error;
    }
  }

  close(): void {}
}
