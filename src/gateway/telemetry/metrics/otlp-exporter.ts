/**
 * Metrics over OTLP/HTTP: every interval all that was counted so far. A round that fails is not repeated, since the next
 * one says all of it again.
 */
import { limits } from "../../../limits.ts";
import { type OtlpDestination, OtlpFailure, otlpScope, sendOtlp } from "../otlp/destination.ts";
import type { Metrics } from "./metrics.ts";
import { type MetricsExporter, Repeated } from "./metrics-exporter.ts";
import { type OtlpMetric, ownMetrics, seriesMetrics, type Span } from "./otlp-metrics.ts";
import type { OperatorLog } from "../../../operator-log.ts";

export interface OtlpExporterOptions {
  readonly metrics: Metrics;
  readonly destination: OtlpDestination;
  /** Milliseconds. */
  readonly interval: number;
  readonly log: OperatorLog;
  readonly now?: () => number;
  /** Milliseconds that a receiver has for what is left on closing. */
  readonly closeTimeout?: number;
}

/** All that there is, in parts that are written without holding up other work. */
function* partsOf(metrics: Metrics, span: Span): Generator<readonly OtlpMetric[]> {
  const all = metrics.collector.totals();
  for (let at = 0; at < all.length; at += limits.metricsTextChunk) {
    yield seriesMetrics(all.slice(at, at + limits.metricsTextChunk), span);
  }
  yield ownMetrics(metrics.own(), span);
}

export function exportToOtlp({
  metrics,
  destination,
  interval,
  log,
  now = Date.now,
  closeTimeout = limits.logFlushTimeout,
}: OtlpExporterOptions): MetricsExporter {
  const from = now();
  const giveUp = new AbortController();
  let failing = false;
  const send = async (some: readonly OtlpMetric[]): Promise<void> => {
    const { resource } = destination;
    const body = { resourceMetrics: [{ resource, scopeMetrics: [{ scope: otlpScope, metrics: some }] }] };
    const rejected = await sendOtlp(destination, JSON.stringify(body), giveUp.signal);
    if (rejected > 0) metrics.countDropped("otlpMetrics", rejected);
  };
  const round = async (): Promise<void> => {
    await metrics.collector.collect();
    let refusal: OtlpFailure | undefined;
    for (const part of partsOf(metrics, { from, to: now() })) {
      try {
        await send(part);
      } catch (error) {
        // A part that is refused for good says nothing of the others.
        if (!(error instanceof OtlpFailure) || error.passing) throw error;
        refusal ??= error;
      }
    }
    if (refusal !== undefined) throw refusal;
    if (failing) log.info({ url: destination.url }, "metrics can be sent again");
    failing = false;
  };
  const rounds = new Repeated(interval, round, (error) => {
    metrics.countDropped("otlpMetrics");
    if (!failing) log.error({ err: error, url: destination.url }, "metrics cannot be sent; they go on being counted");
    failing = true;
  });
  return {
    close: async () => {
      const deadline = setTimeout(() => giveUp.abort(), closeTimeout);
      await rounds.close();
      clearTimeout(deadline);
    },
  };
}
