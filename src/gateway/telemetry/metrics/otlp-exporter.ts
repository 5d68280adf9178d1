/**
 * Metrics over OTLP/HTTP: every interval all that was counted so far. A round that fails is not repeated, since the next
 * one says all of it again.
 */
import { limits } from "../../../limits.ts";
import { type OtlpDestination, otlpScope, sendOtlp } from "../otlp/destination.ts";
import type { Metrics } from "./metrics.ts";
import { type MetricsExporter, Repeated } from "./metrics-exporter.ts";
import { type OtlpMetric, ownMetrics, seriesMetrics } from "./otlp-metrics.ts";
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
    await sendOtlp(destination, JSON.stringify(body), giveUp.signal);
  };
  const round = async (): Promise<void> => {
    await metrics.collector.collect();
    const span = { from, to: now() };
    const all = metrics.collector.totals();
    for (let at = 0; at < all.length; at += limits.metricsTextChunk) {
      await send(seriesMetrics(all.slice(at, at + limits.metricsTextChunk), span));
    }
    await send(ownMetrics(metrics.own(), span));
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
