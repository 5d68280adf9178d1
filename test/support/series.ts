/** Series as a test reads them: by name, without what is zero. */
import { counters, histogramCount, histograms, histogramSum } from "../../src/gateway/telemetry/metrics/measures.ts";
import type { Series } from "../../src/gateway/telemetry/metrics/series.ts";

/** Counts by the service's names; a histogram is how many it has and their milliseconds, e.g. `2 in 30 ms`. */
export type Counted = Readonly<Record<string, number | string>>;

function countedIn({ values }: Series): Counted {
  const counts = counters.map(({ name, at }) => [name, values[at] as number] as const);
  const latencies = histograms.map(
    (measure) => [measure.name, histogramCount(values, measure), histogramSum(values, measure)] as const,
  );
  return Object.fromEntries([
    ...counts.filter(([, count]) => count !== 0),
    ...latencies.filter(([, count]) => count !== 0).map(([name, count, sum]) => [name, `${count} in ${sum} ms`]),
  ]);
}

/** `pets`, `pets prod`, `pets prod GET /x` → what was counted. */
export const countedBySeries = (all: readonly Series[]): Readonly<Record<string, Counted>> =>
  Object.fromEntries(
    all.map((series) => {
      const { apiName, stage, method, resource } = series.labels;
      return [[apiName, stage, method, resource].filter((label) => label !== undefined).join(" "), countedIn(series)];
    }),
  );
