import { describe, expect, test } from "vitest";
import { countedBySeries } from "../../../../test/support/series.ts";
import { type IsCounted, MetricsCollector, type ThreadReport } from "./collector.ts";
import { emptyValues, type Series, type SeriesLabels, stageNameOf } from "./series.ts";

const stage: SeriesLabels = { apiId: "a1", apiName: "pets", stage: "prod" };
const canary: SeriesLabels = { ...stage, stage: "prod/Canary" };
const method: SeriesLabels = { ...stage, method: "GET", resource: "/pets" };

function series(labels: SeriesLabels, count: number): Series {
  const values = emptyValues();
  values[0] = count;
  return { labels, values };
}

const report = (input: Partial<ThreadReport>): ThreadReport => ({
  series: [],
  refused: 0,
  connections: 0,
  inFlight: 0,
  dropped: {},
  ...input,
});

function collectorOf(isCounted: IsCounted = () => true) {
  const asked: (() => void)[] = [];
  const collector = new MetricsCollector({
    ask: () => new Promise((resolve) => void asked.push(resolve)),
    isCounted,
  });
  return { collector, asked };
}

describe("the sum over threads", () => {
  test("an API is its stages and their canaries; methods are in their stage", () => {
    const { collector } = collectorOf();
    collector.hear("one", report({ series: [series(stage, 3), series(method, 2)] }));
    collector.hear("two", report({ series: [series(stage, 4), series(canary, 1), series(method, 1)] }));
    collector.hear("two", report({ series: [series(stage, 1)] }));
    expect(countedBySeries(collector.totals())).toEqual({
      pets: { Count: 9 },
      "pets prod": { Count: 8 },
      "pets prod/Canary": { Count: 1 },
      "pets prod GET /pets": { Count: 3 },
    });
  });

  test("gauges are of the last report of each present thread", () => {
    const { collector } = collectorOf();
    collector.hear("one", report({ connections: 5, inFlight: 2 }));
    collector.hear("one", report({ connections: 4, inFlight: 1 }));
    collector.hear("two", report({ connections: 3, inFlight: 3 }));
    expect([collector.sum("connections"), collector.sum("inFlight")]).toEqual([7, 4]);
    collector.leave("two");
    expect([collector.sum("connections"), collector.sum("inFlight")]).toEqual([4, 1]);
  });

  test("what destinations did not take is remembered of threads that ended", () => {
    const { collector } = collectorOf();
    collector.hear("one", report({ dropped: { accessLogs: 2 } }));
    collector.hear("one", report({ dropped: { accessLogs: 5 } }));
    collector.hear("two", report({ dropped: { accessLogs: 1, spans: 1 } }));
    collector.leave("one");
    collector.hear("two", report({ dropped: { accessLogs: 2, spans: 1 } }));
    expect(collector.dropped()).toEqual(new Map(Object.entries({ accessLogs: 7, spans: 1 })));
  });

  test("series of what is gone are gone, those of its API when no stage is left", async () => {
    let served = new Set(["a1/prod", "a1"]);
    const { collector, asked } = collectorOf((labels) =>
      served.has(labels.stage === undefined ? labels.apiId : `${labels.apiId}/${stageNameOf(labels)}`),
    );
    const collect = async (): Promise<number> => {
      const done = collector.collect();
      asked.pop()?.();
      await done;
      return collector.totals().length;
    };
    collector.hear("one", report({ series: [series(stage, 1), series(canary, 1), series(method, 1)] }));
    expect(await collect()).toBe(4);
    served = new Set(["a1"]);
    expect(await collect()).toBe(1);
    served = new Set();
    expect(await collect()).toBe(0);
  });

  test("a series counts since its threads were asked before, also when it comes again", async () => {
    let now = 1_000;
    let counted = true;
    const asked: (() => void)[] = [];
    const collector = new MetricsCollector({
      ask: () => new Promise((resolve) => void asked.push(resolve)),
      isCounted: ({ method: verb }) => counted || verb === undefined,
      now: () => now,
    });
    const round = async (): Promise<number[]> => {
      now += 60;
      const done = collector.collect();
      now += 1;
      collector.hear("one", report({ series: [series(stage, 1), series(method, 1)] }));
      asked.pop()?.();
      await done;
      return collector.totals().map(({ since }) => since);
    };
    expect(await round()).toEqual([1_000, 1_000, 1_000]);
    counted = false;
    expect(await round()).toEqual([1_000, 1_000]);
    counted = true;
    expect(await round()).toEqual([1_000, 1_000, 1_121]);
  });

  test("who asks while threads are asked gets the same answer", async () => {
    const { collector, asked } = collectorOf();
    const both = [collector.collect(), collector.collect()];
    expect(asked).toHaveLength(1);
    asked[0]?.();
    await Promise.all(both);
    void collector.collect();
    expect(asked).toHaveLength(2);
  });

  test("listeners hear each difference, by API too", () => {
    const { collector } = collectorOf();
    const heard: Series[] = [];
    collector.onDelta((each) => heard.push(each));
    collector.hear("one", report({ series: [series(stage, 3)] }));
    collector.hear("one", report({ series: [series(stage, 2)] }));
    expect(heard.map(({ labels, values }) => [labels.stage, values[0]])).toEqual([
      ["prod", 3],
      [undefined, 3],
      ["prod", 2],
      [undefined, 2],
    ]);
  });
});
