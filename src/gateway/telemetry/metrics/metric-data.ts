/** Series as data of CloudWatch: what was counted in an interval, as values and how often each was there. */
import { limits } from "../../../limits.ts";
import { bucketCount, counters, histogramCount, histograms, type Measure } from "./measures.ts";
import type { Series, SeriesLabels } from "./series.ts";

/** `MetricDatum` of PutMetricData as JSON, with its time as epoch seconds. */
export interface MetricDatumText {
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
  readonly Timestamp: number;
  readonly Unit: "Count" | "Milliseconds";
  readonly Values: readonly number[];
  readonly Counts: readonly number[];
}

const dimensionNames = [
  ["ApiName", "apiName"],
  ["Stage", "stage"],
  ["Method", "method"],
  ["Resource", "resource"],
] as const satisfies readonly (readonly [string, keyof SeriesLabels])[];

/** Values of dimensions are printable ASCII, not blank and not longer than a bound. */
const dimensionValue = (text: string): string =>
  text
    .replaceAll(/[^\x20-\x7e]/g, "?")
    .slice(0, limits.metricDimensionValue)
    .trim() || "-";

function dimensionsOf(labels: SeriesLabels): MetricDatumText["Dimensions"] {
  return dimensionNames.flatMap(([Name, member]) => {
    const value = labels[member];
    return value === undefined ? [] : [{ Name, Value: dimensionValue(value) }];
  });
}

type Weights = readonly (readonly [value: number, count: number])[];

/** Only values that were there at all. */
function weighed(pairs: Weights): Pick<MetricDatumText, "Values" | "Counts"> {
  const present = pairs.filter(([, count]) => count > 0);
  return { Values: present.map(([value]) => value), Counts: present.map(([, count]) => count) };
}

/**
 * Each request is 1 in what it counts for and 0 in what it does not, so that the sum is the number and the average the
 * rate; in `Count` each is 1 (facts/runtime.md 6).
 */
function counterPairs(values: Float64Array, { at, name }: Measure): Weights {
  const requests = values[0] as number;
  const counted = values[at] as number;
  return name === "Count"
    ? [[1, requests]]
    : [
        [1, counted],
        [0, requests - counted],
      ];
}

/** A bucket stands for as many values of its mean: the sum is exact, percentiles as exact as the buckets. */
function histogramPairs(values: Float64Array, { at }: Measure): Weights {
  return Array.from({ length: bucketCount }, (_, bucket) => {
    const count = values[at + bucket] as number;
    return [count === 0 ? 0 : (values[at + bucketCount + bucket] as number) / count, count] as const;
  });
}

/** The metrics of the response cache are there only with caching: the sum of both counts says whether there was any. */
const usesCache = (values: Float64Array): boolean =>
  counters.some(({ optional, at }) => optional && (values[at] as number) > 0);

/** `time`: epoch milliseconds. */
export function metricData({ labels, values }: Series, time: number): readonly MetricDatumText[] {
  const Dimensions = dimensionsOf(labels);
  const Timestamp = time / 1_000;
  const datum = (measure: Measure, Unit: MetricDatumText["Unit"], pairs: Weights): MetricDatumText => ({
    MetricName: measure.name,
    Dimensions,
    Timestamp,
    Unit,
    ...weighed(pairs),
  });
  const cached = usesCache(values);
  return [
    ...counters
      .filter(({ optional }) => !optional || cached)
      .map((measure) => datum(measure, "Count", counterPairs(values, measure))),
    ...histograms
      .filter((measure) => histogramCount(values, measure) > 0)
      .map((measure) => datum(measure, "Milliseconds", histogramPairs(values, measure))),
  ];
}
