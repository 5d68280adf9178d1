/** Metrics as OTLP in its JSON encoding: sums and histograms since the start of the process, or of their series. */
import { attributesOf, nanoseconds, type OtlpAttribute } from "../otlp/encoding.ts";
import {
  bucketCount,
  counters,
  histogramCount,
  histograms,
  histogramSum,
  latencyBounds,
  type Measure,
} from "./measures.ts";
import type { ProcessMetric } from "./process-metrics.ts";
import { labelPairs, levelOf, type SeriesLevel, type Total } from "./series.ts";

/** `Metric` of opentelemetry/proto/metrics/v1, as JSON. */
export interface OtlpMetric {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly sum?: OtlpPoints & { readonly isMonotonic: boolean };
  readonly gauge?: Pick<OtlpPoints, "dataPoints">;
  readonly histogram?: OtlpPoints;
}

interface OtlpPoints {
  readonly aggregationTemporality: number;
  readonly dataPoints: readonly object[];
}

const cumulative = 2;
const bounds = latencyBounds.map((milliseconds) => milliseconds / 1_000);

/** When counting began and what the time is, epoch milliseconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

interface Labelled {
  readonly values: Float64Array;
  readonly span: Span;
  readonly attributes: readonly OtlpAttribute[];
}

/** What every data point has; `numbers` are its own. */
const point = (attributes: readonly OtlpAttribute[], { from, to }: Span, numbers: object): object => ({
  attributes,
  startTimeUnixNano: nanoseconds(from),
  timeUnixNano: nanoseconds(to),
  ...numbers,
});

function counterMetric(level: SeriesLevel, series: readonly Labelled[], measure: Measure): OtlpMetric {
  const dataPoints = series
    .filter(({ values }) => !measure.optional || (values[measure.at] as number) > 0)
    .map(({ values, attributes, span }) => point(attributes, span, { asDouble: values[measure.at] }));
  return {
    name: `stagewright.${level}.${measure.word}`,
    description: measure.help,
    unit: "{request}",
    sum: { aggregationTemporality: cumulative, isMonotonic: true, dataPoints },
  };
}

function histogramMetric(level: SeriesLevel, series: readonly Labelled[], measure: Measure): OtlpMetric {
  const dataPoints = series
    .filter(({ values }) => histogramCount(values, measure) > 0)
    .map(({ values, attributes, span }) =>
      point(attributes, span, {
        count: String(histogramCount(values, measure)),
        sum: histogramSum(values, measure) / 1_000,
        explicitBounds: bounds,
        bucketCounts: Array.from(values.subarray(measure.at, measure.at + bucketCount), String),
      }),
    );
  return {
    name: `stagewright.${level}.${measure.word}`,
    description: measure.help,
    unit: "s",
    histogram: { aggregationTemporality: cumulative, dataPoints },
  };
}

const pointsOf = ({ sum, histogram }: OtlpMetric): number => (sum ?? histogram)?.dataPoints.length ?? 0;

/** Metrics of series; those without a point are left out. */
export function seriesMetrics(all: readonly Total[], span: Span): readonly OtlpMetric[] {
  const metrics: OtlpMetric[] = [];
  for (const level of ["api", "stage", "method"] as const) {
    const series = all
      .filter(({ labels }) => levelOf(labels) === level)
      .map(({ labels, values, since }) => ({
        values,
        // A series that went and came again has to say so, or its smaller numbers would be taken for a mistake.
        span: { from: Math.max(span.from, since), to: span.to },
        attributes: attributesOf(Object.fromEntries(labelPairs(labels))),
      }));
    metrics.push(
      ...counters.map((measure) => counterMetric(level, series, measure)),
      ...histograms.map((measure) => histogramMetric(level, series, measure)),
    );
  }
  return metrics.filter((metric) => pointsOf(metric) > 0);
}

function ownMetric({ name, help: description, type, samples }: ProcessMetric, span: Span): OtlpMetric {
  const dataPoints = samples.map(([labels, value]) => point(attributesOf(labels), span, { asDouble: value }));
  const described = { name: name.replace(/^(stagewright|process)_/, "$1."), description, unit: "1" };
  if (type === "gauge") return { ...described, gauge: { dataPoints } };
  return { ...described, sum: { aggregationTemporality: cumulative, isMonotonic: true, dataPoints } };
}

/** Metrics of the process; their names are those of Prometheus, behind a dot. */
export const ownMetrics = (own: readonly ProcessMetric[], span: Span): readonly OtlpMetric[] =>
  own.filter(({ samples }) => samples.length > 0).map((metric) => ownMetric(metric, span));
