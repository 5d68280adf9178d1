/** Decides which requests are traced, and writes what is known of them when they are over (facts/runtime.md 7). */
import type { Settings } from "../../../settings.ts";
import type { Invocation } from "../../invocation.ts";
import { newRoot } from "../../request-ids.ts";
import { type Logs, takesAnything } from "../sinks/log-sink.ts";
import type { Sampler } from "./sampler.ts";
import { segmentDocument } from "./segment.ts";
import { spansOf } from "./spans.ts";
import { Trace } from "./trace.ts";
import { parseTraceHeader, traceHeaderText } from "./trace-header.ts";

/** Under which name segment documents are kept when they go to a file. */
export const segmentsName = "xray/segments";
export const spansName = "spans";

export interface TracerOptions {
  readonly settings: Pick<Settings, "accountId" | "region">;
  readonly sampler: Sampler;
  readonly logs: Pick<Logs, "segments" | "spans">;
}

export class Tracer {
  readonly #options: TracerOptions;

  constructor(options: TracerOptions) {
    this.#options = options;
  }

  /**
   * Begins the trace of a request whose stage traces actively, or whose caller says that it is traced: then the endpoint
   * is told our segment as the parent. Other requests are left as they are.
   */
  begin(invocation: Invocation): void {
    const { stage, services, incomingTrace: text } = invocation;
    const { sampler } = this.#options;
    const incoming = text === undefined ? undefined : parseTraceHeader(text);
    const active = stage.samplingCell !== undefined;
    if (!active && incoming?.sampled !== true) return;
    const now = services.now();
    const decided = incoming?.sampled;
    const sampled = decided ?? (stage.samplingCell !== undefined && sampler.samples(stage.samplingCell, now));
    const root = incoming?.root ?? newRoot(now);
    if (sampled) {
      invocation.trace = new Trace(root, incoming?.parent, decided === undefined ? sampler.rule.name : undefined);
      // Where the method has observers, they have set it already.
      invocation.exchange.reply.onSent ??= () => invocation.ended();
    }
    invocation.traceId = traceHeaderText({ root, parent: invocation.trace?.id ?? incoming?.parent, sampled });
  }

  /** Writes what is known of a traced request that is over. */
  end(invocation: Invocation, trace: Trace): void {
    const { settings, logs } = this.#options;
    const { endedAt } = invocation;
    if (takesAnything(logs.segments)) {
      logs.segments.write(segmentsName, JSON.stringify(segmentDocument(invocation, trace, settings)), endedAt);
    }
    if (!takesAnything(logs.spans)) return;
    for (const span of spansOf(invocation, trace)) logs.spans.write(spansName, JSON.stringify(span), endedAt);
  }
}
