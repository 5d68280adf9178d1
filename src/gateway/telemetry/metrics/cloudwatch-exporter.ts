/** Metrics to CloudWatch: every interval what was counted in it. What cannot be sent yet waits, within a bound. */
import type { LogSink } from "../sinks/log-sink.ts";
import type { MetricsCollector } from "./collector.ts";
import { metricData } from "./metric-data.ts";
import { type MetricsExporter, Repeated } from "./metrics-exporter.ts";
import { SeriesTable } from "./series.ts";

export interface CloudWatchExporterOptions {
  readonly collector: MetricsCollector;
  /** Takes data as JSON, under the name of the namespace. */
  readonly sink: LogSink;
  readonly namespace: string;
  /** Milliseconds. */
  readonly interval: number;
  readonly now?: () => number;
}

export function exportToCloudWatch(options: CloudWatchExporterOptions): MetricsExporter {
  const { collector, sink, namespace, interval, now = Date.now } = options;
  const counted = new SeriesTable();
  collector.onDelta(({ labels, values }) => void counted.add(labels, values));
  const publish = async (last: boolean): Promise<void> => {
    await collector.collect();
    const time = now();
    for (const series of counted.take()) {
      for (const datum of metricData(series, time)) sink.write(namespace, JSON.stringify(datum), time);
    }
    if (last) await sink.close();
  };
  return new Repeated(interval, publish, () => undefined);
}
