import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Family, readExposition } from "../../../../test/support/exposition.ts";
import { bucketCount, histograms, latencyBounds } from "./measures.ts";
import { prometheusText } from "./prometheus.ts";
import { emptyValues, type Series, type SeriesLabels } from "./series.ts";

const labels: SeriesLabels = { apiId: "a1", apiName: "pets", stage: "prod" };

/** Latencies fall into these buckets, with these sums of milliseconds. */
function seriesOf(of: SeriesLabels, counts: readonly number[], buckets: Readonly<Record<number, number>> = {}): Series {
  const values = emptyValues();
  values.set(counts);
  const [{ at } = { at: 0 }] = histograms;
  for (const [bucket, sum] of Object.entries(buckets)) {
    values[at + Number(bucket)] = 1;
    values[at + bucketCount + Number(bucket)] = sum;
  }
  return { labels: of, values };
}

const read = async (...series: readonly Series[]): Promise<ReadonlyMap<string, Family>> =>
  readExposition((await prometheusText(series, [])).toString());

describe("Prometheus text", () => {
  test("has a family for each measure of each level", async () => {
    const method = { ...labels, method: "GET", resource: "/pets/{id}" };
    const families = await read(
      seriesOf({ apiId: "a1", apiName: "pets" }, [7]),
      seriesOf(labels, [5, 2, 1]),
      seriesOf(method, [3, 0, 0, 2, 1], { 0: 1 }),
    );
    expect(families.get("stagewright_api_requests_total")?.samples).toEqual([
      { name: "stagewright_api_requests_total", labels: { api_id: "a1", api_name: "pets" }, value: 7 },
    ]);
    const ofStage = { api_id: "a1", api_name: "pets", stage: "prod" };
    expect(families.get("stagewright_stage_4xx_errors_total")?.samples).toEqual([
      { name: "stagewright_stage_4xx_errors_total", labels: ofStage, value: 2 },
    ]);
    expect(families.get("stagewright_stage_5xx_errors_total")?.samples[0]?.value).toBe(1);
    const ofMethod = { ...ofStage, method: "GET", resource: "/pets/{id}" };
    expect(families.get("stagewright_method_cache_hits_total")?.samples).toEqual([
      { name: "stagewright_method_cache_hits_total", labels: ofMethod, value: 2 },
    ]);
    expect(families.get("stagewright_method_cache_misses_total")?.samples[0]?.value).toBe(1);
  });

  test("leaves out what a series has none of: the cache, the endpoint", async () => {
    const families = await read(seriesOf(labels, [5]));
    expect([...families.keys()]).toEqual([
      "stagewright_stage_requests_total",
      "stagewright_stage_4xx_errors_total",
      "stagewright_stage_5xx_errors_total",
      "stagewright_stage_latency_seconds",
    ]);
  });

  test("a histogram counts up, in seconds", async () => {
    const families = await read(seriesOf(labels, [3], { 0: 1, 3: 8, [latencyBounds.length]: 40_000 }));
    const { samples = [] } = families.get("stagewright_stage_latency_seconds") ?? {};
    const buckets = samples.filter(({ name }) => name.endsWith("_bucket"));
    expect(buckets.map(({ labels: { le }, value }) => `${le}: ${value}`)).toEqual([
      "0.001: 1",
      "0.002: 1",
      "0.005: 1",
      "0.01: 2",
      "0.02: 2",
      "0.05: 2",
      "0.1: 2",
      "0.2: 2",
      "0.5: 2",
      "1: 2",
      "2: 2",
      "5: 2",
      "10: 2",
      "20: 2",
      "30: 2",
      "+Inf: 3",
    ]);
    expect(samples.find(({ name }) => name.endsWith("_sum"))?.value).toBe(40.009);
    expect(samples.find(({ name }) => name.endsWith("_count"))?.value).toBe(3);
  });

  test("any name of an API or a resource comes back as it is", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), async (apiName, resource) => {
        const families = await read(seriesOf({ ...labels, apiName, method: "GET", resource }, [1]));
        const [sample] = families.get("stagewright_method_requests_total")?.samples ?? [];
        expect(sample?.labels).toMatchObject({ api_name: apiName, resource });
      }),
      { numRuns: 200, seed: 6 },
    );
  });

  test("there may be many series", async () => {
    const many = Array.from({ length: 1_000 }, (_, index) => seriesOf({ ...labels, stage: `s${index}` }, [index]));
    const families = await read(...many);
    const { samples = [] } = families.get("stagewright_stage_requests_total") ?? {};
    expect(samples.map(({ value }) => value)).toEqual(many.map((_, index) => index));
  });

  test("what the process says of itself has labels or none", async () => {
    const text = await prometheusText(
      [],
      [
        { name: "stagewright_connections", help: "a\\b\nc", type: "gauge", samples: [[{}, 3]] },
        { name: "stagewright_dropped_total", help: "x", type: "counter", samples: [[{ destination: "a" }, 1]] },
        { name: "stagewright_nothing_total", help: "x", type: "counter", samples: [] },
      ],
    );
    expect(text.toString()).toBe(
      "# HELP stagewright_connections a\\\\b\\nc\n# TYPE stagewright_connections gauge\nstagewright_connections 3\n" +
        "# HELP stagewright_dropped_total x\n# TYPE stagewright_dropped_total counter\n" +
        'stagewright_dropped_total{destination="a"} 1\n',
    );
  });
});
