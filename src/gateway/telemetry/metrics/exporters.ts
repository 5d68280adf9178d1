/** Who gets the metrics, beside those who ask for them: CloudWatch and OpenTelemetry, where their own variables say so. */
import { type Environment, readServiceUrl, type Settings } from "../../../settings.ts";
import { otlpDestination } from "../otlp/destination.ts";
import { Shipper } from "../sinks/shipper.ts";
import { exportToCloudWatch } from "./cloudwatch-exporter.ts";
import type { Metrics } from "./metrics.ts";
import { type MetricsExporter, Repeated } from "./metrics-exporter.ts";
import { exportToOtlp } from "./otlp-exporter.ts";
import type { OperatorLog } from "../../../operator-log.ts";

export interface ExportersOptions {
  readonly metrics: Metrics;
  readonly settings: Pick<Settings, "region" | "metricsInterval" | "metricsNamespace">;
  readonly env: Environment;
  readonly log: OperatorLog;
}

/** Throws a `SettingRefused` for variables that cannot be used. The SDK's client is loaded where it is needed. */
export async function startExporters({ metrics, settings, env, log }: ExportersOptions): Promise<MetricsExporter> {
  const { region, metricsInterval, metricsNamespace } = settings;
  // Without anybody who asks, threads would never be asked, and series of stages that are gone would stay.
  const exporters: MetricsExporter[] = [
    new Repeated(
      metricsInterval,
      () => metrics.collector.collect(),
      () => undefined,
    ),
  ];
  const destination = otlpDestination(env, "metrics");
  if (destination !== undefined) {
    const own = env["OTEL_METRIC_EXPORT_INTERVAL"] ?? "";
    const interval = /^[1-9]\d{0,8}$/.test(own) ? Number(own) : metricsInterval;
    exporters.push(exportToOtlp({ metrics, destination, interval, log }));
  }
  const endpoint = readServiceUrl(env, "AWS_ENDPOINT_URL_CLOUDWATCH");
  if (endpoint !== undefined) {
    const { CloudWatchMetricsCarrier } = await import("../sinks/cloudwatch-metrics.ts");
    const sink = new Shipper(new CloudWatchMetricsCarrier({ region, endpoint }), log);
    const { collector } = metrics;
    metrics.alsoDropped("metricData", () => sink.dropped);
    exporters.push(exportToCloudWatch({ collector, sink, namespace: metricsNamespace, interval: metricsInterval }));
  }
  return {
    close: async () => {
      await Promise.all(exporters.map((exporter) => exporter.close()));
    },
  };
}
