import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  apiId,
  type Asked,
  type Behaviour,
  type FixtureInput,
  type GatewayFixture,
  gatewayOf,
  methodOf,
  mockOf,
  named,
  settingOf,
  snapshotOf,
  stageName,
} from "../../../../test/support/gateway-fixture.ts";
import { cached } from "../../../../test/support/caching-fixture.ts";
import { type Counted, countedBySeries } from "../../../../test/support/series.ts";
import type { StageDocument } from "../../../model/documents.ts";
import { defaultMethodSetting } from "../../../model/method-settings.ts";
import { bucketCount, histograms } from "./measures.ts";
import { MetricsRegistry } from "./registry.ts";

interface Metered extends GatewayFixture {
  readonly registry: MetricsRegistry;
  /** What was counted since the last time. */
  readonly counted: () => Readonly<Record<string, Counted>>;
}

const metered = { ...defaultMethodSetting, metricsEnabled: true };

function metering(stage: Partial<StageDocument> = {}, options: Partial<FixtureInput> = {}, bound = 100): Metered {
  const registry = new MetricsRegistry({ metricSeries: bound, metricSeriesOfMethods: bound });
  const snapshots = {
    dep001: snapshotOf({
      "/pets": { ANY: methodOf(), PUT: methodOf({ type: "HTTP" }) },
      "/pets/{id}": { GET: methodOf({ cacheNamespace: "" }) },
      "/mock": { GET: named("{}") },
      "/wrong": { GET: methodOf({ uri: "http://${stageVariables.none}/" }) },
      "/unmatched": { GET: mockOf({}) },
    }),
    dep002: snapshotOf({ "/pets": { GET: named("canary") } }),
  };
  const gateway = gatewayOf({ snapshots, stage, metrics: registry, ...options });
  const counted = () => countedBySeries(registry.drain((api, name) => gateway.table.serves(api, name)).series);
  return { ...gateway, registry, counted };
}

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: 1_767_225_600_000 }));
afterEach(() => void vi.useRealTimers());

const called = { IntegrationLatency: "1 in 0 ms" };

interface Case {
  readonly what: string;
  readonly asked: Asked;
  readonly endpoint?: Behaviour;
  readonly stage?: Partial<StageDocument>;
  readonly expected: Counted;
}

const cases: readonly Case[] = [
  { what: "an answer", asked: { path: "/pets" }, expected: called },
  { what: "an endpoint's 301", asked: { path: "/pets" }, endpoint: { status: 301 }, expected: called },
  {
    what: "an endpoint's 400",
    asked: { path: "/pets" },
    endpoint: { status: 400 },
    expected: { "4XXError": 1, ...called },
  },
  {
    what: "an endpoint's 404",
    asked: { path: "/pets" },
    endpoint: { status: 404 },
    expected: { "4XXError": 1, ...called },
  },
  {
    what: "an endpoint's 500",
    asked: { path: "/pets" },
    endpoint: { status: 500 },
    expected: { "5XXError": 1, ...called },
  },
  {
    what: "a refused connection, 504",
    asked: { path: "/pets" },
    endpoint: "refused",
    expected: { "5XXError": 1, ...called },
  },
  { what: "a timeout, 504", asked: { path: "/pets" }, endpoint: "timeout", expected: { "5XXError": 1, ...called } },
  {
    what: "an answer that is none, 502",
    asked: { path: "/pets" },
    endpoint: "malformed",
    expected: { "5XXError": 1, ...called },
  },
  { what: "an unknown path, 403", asked: { path: "/none" }, expected: { "4XXError": 1 } },
  { what: "an unknown verb, 403", asked: { path: "/mock", method: "POST" }, expected: { "4XXError": 1 } },
  { what: "MOCK, which calls nobody", asked: { path: "/mock" }, expected: {} },
  { what: "an endpoint that cannot be, 500", asked: { path: "/wrong" }, expected: { "5XXError": 1 } },
  { what: "no response for a status, 500", asked: { path: "/unmatched" }, expected: { "5XXError": 1 } },
  {
    what: "a throttled request, 429",
    asked: { path: "/pets" },
    stage: { methodSettings: { "*/*": settingOf(0, 0) } },
    expected: { "4XXError": 1 },
  },
];

describe("what a request counts for, at its stage", () => {
  test.each(cases)("$what", async ({ asked, endpoint, stage, expected }) => {
    const gateway = metering(stage);
    if (endpoint !== undefined) gateway.upstream.behaviour = endpoint;
    await gateway.ask(asked);
    expect(gateway.counted()).toEqual({ "pets prod": { Count: 1, Latency: "1 in 0 ms", ...expected } });
  });

  test("a miss and a hit of the response cache", async () => {
    const gateway = metering({
      cacheClusterEnabled: true,
      cacheClusterSize: "0.5",
      methodSettings: { "*/*": cached() },
    });
    for (let i = 0; i < 3; i++) await gateway.ask({ path: "/pets/1" });
    expect(gateway.counted()).toEqual({
      "pets prod": {
        Count: 3,
        CacheMissCount: 1,
        CacheHitCount: 2,
        Latency: "3 in 0 ms",
        IntegrationLatency: "1 in 0 ms",
      },
    });
  });

  test("a client that is gone before its answer is a request without status and latency", async () => {
    const gateway = metering();
    gateway.upstream.answerLater = true;
    void gateway.ask({ path: "/pets" });
    gateway.replies[0]?.destroy();
    expect(gateway.counted()).toEqual({ "pets prod": { Count: 1 } });
  });

  test("one that reaches no stage is nobody's", async () => {
    const gateway = metering();
    await gateway.ask({ target: "/unknown/pets" });
    await gateway.ask({ host: "zzzzzzzzzz.execute-api.test", path: "/pets" });
    await gateway.ask({ path: `/pets/${"x".repeat(20_000)}` });
    expect(gateway.counted()).toEqual({});
  });
});

describe("latencies", () => {
  test("the endpoint's is from its call to its answer, the other from the request to the reply", async () => {
    const gateway = metering();
    gateway.upstream.answerLater = true;
    const answer = gateway.ask({ path: "/pets" });
    vi.setSystemTime(Date.now() + 70);
    gateway.upstream.release();
    await answer;
    expect(gateway.counted()).toEqual({
      "pets prod": { Count: 1, Latency: "1 in 70 ms", IntegrationLatency: "1 in 70 ms" },
    });
  });

  test.each([
    [1, 0],
    [2, 1],
    [3, 2],
    [30_000, 14],
    [30_001, 15],
  ])("%d ms are in bucket %d: each has its upper bound", async (latency, bucket) => {
    const gateway = metering();
    gateway.upstream.answerLater = true;
    const answer = gateway.ask({ path: "/pets" });
    vi.setSystemTime(Date.now() + latency);
    gateway.upstream.release();
    await answer;
    const [series] = gateway.registry.drain(() => true).series;
    for (const { at } of histograms) {
      expect(series?.values.slice(at, at + bucketCount).indexOf(1)).toBe(bucket);
    }
  });

  test("a clock that is set back makes none", async () => {
    const gateway = metering();
    gateway.upstream.answerLater = true;
    const answer = gateway.ask({ path: "/pets" });
    vi.setSystemTime(Date.now() - 70);
    gateway.upstream.release();
    await answer;
    expect(gateway.counted()).toMatchObject({ "pets prod": { Latency: "1 in 0 ms" } });
  });
});

const askSome = async (gateway: Metered): Promise<void> => {
  await gateway.ask({ path: "/pets/1" });
  await gateway.ask({ path: "/pets/2" });
  await gateway.ask({ path: "/pets", method: "DELETE" });
  await gateway.ask({ path: "/none" });
};

describe("by which dimensions", () => {
  test("without metricsEnabled, the stage alone", async () => {
    const gateway = metering();
    await askSome(gateway);
    expect(Object.keys(gateway.counted())).toEqual(["pets prod"]);
  });

  test("with it, each method by its verb and the path of its resource", async () => {
    const gateway = metering({ methodSettings: { "*/*": metered } });
    await askSome(gateway);
    expect(gateway.counted()).toMatchObject({
      "pets prod": { Count: 4 },
      "pets prod GET /pets/{id}": { Count: 2 },
      "pets prod DELETE /pets": { Count: 1 },
    });
  });

  test("a method's own setting wins as a whole", async () => {
    const gateway = metering({ methodSettings: { "*/*": metered, "pets/{id}/GET": defaultMethodSetting } });
    await askSome(gateway);
    expect(Object.keys(gateway.counted())).toEqual(["pets prod", "pets prod DELETE /pets"]);
  });

  test("what the canary serves is apart", async () => {
    const canarySettings = { percentTraffic: 50, deploymentId: "dep002", useStageCache: false };
    const draws = [0.4, 0.6, 0.1];
    const gateway = metering(
      { canarySettings, methodSettings: { "*/*": metered } },
      { random: () => draws.shift() ?? 0 },
    );
    for (let i = 0; i < 3; i++) await gateway.ask({ path: "/pets" });
    expect(gateway.counted()).toMatchObject({
      "pets prod": { Count: 1 },
      "pets prod GET /pets": { Count: 1 },
      "pets prod/Canary": { Count: 2 },
      "pets prod/Canary GET /pets": { Count: 2 },
    });
  });
});

describe("changes of the stage", () => {
  test("metricsEnabled acts on the next request, and counts go on", async () => {
    const gateway = metering();
    await gateway.ask({ path: "/mock" });
    gateway.put({ methodSettings: { "*/*": metered } });
    await gateway.ask({ path: "/mock" });
    gateway.put({});
    await gateway.ask({ path: "/mock" });
    expect(gateway.counted()).toMatchObject({ "pets prod": { Count: 3 }, "pets prod GET /mock": { Count: 1 } });
  });

  test("a request under way counts where it began", async () => {
    const gateway = metering({ methodSettings: { "*/*": metered } });
    gateway.upstream.answerLater = true;
    const answer = gateway.ask({ path: "/pets" });
    gateway.put({});
    await gateway.ask({ path: "/mock" });
    expect(gateway.counted()).toEqual({ "pets prod": { Count: 1, Latency: "1 in 0 ms" } });
    gateway.upstream.release();
    await answer;
    expect(gateway.counted()).toMatchObject({ "pets prod": { Count: 1 }, "pets prod GET /pets": { Count: 1 } });
  });

  test("a stage that goes takes its series along, once they are told", async () => {
    const gateway = metering();
    await gateway.ask({ path: "/mock" });
    gateway.table.apply({ kind: "deleteStage", apiId, stageName });
    expect(gateway.counted()).toEqual({ "pets prod": { Count: 1, Latency: "1 in 0 ms" } });
    expect(gateway.counted()).toEqual({});
    gateway.put({});
    await gateway.ask({ path: "/mock" });
    expect(gateway.counted()).toMatchObject({ "pets prod": { Count: 1 } });
  });
});

describe("the bound on series", () => {
  test("a stage that finds no room is served and not counted; others go on", async () => {
    const gateway = metering({ methodSettings: { "*/*": metered } }, {}, 2);
    await gateway.ask({ path: "/pets" });
    await gateway.ask({ path: "/mock" });
    const { series, refused } = gateway.registry.drain(() => true);
    expect(Object.keys(countedBySeries(series))).toEqual(["pets prod", "pets prod GET /pets"]);
    expect(countedBySeries(series)).toMatchObject({ "pets prod": { Count: 2 } });
    expect(refused).toBe(1);
  });

  test("methods leave room for their stages", async () => {
    const registry = new MetricsRegistry({ metricSeries: 3, metricSeriesOfMethods: 2 });
    const gateway = metering({ methodSettings: { "*/*": metered } }, { metrics: registry });
    await gateway.ask({ path: "/pets" });
    await gateway.ask({ path: "/mock" });
    const canarySettings = { deploymentId: "dep001", percentTraffic: 100, useStageCache: false };
    gateway.put({ canarySettings });
    await gateway.ask({ path: "/mock" });
    const { series, refused } = registry.drain(() => true);
    expect(Object.keys(countedBySeries(series))).toEqual(["pets prod", "pets prod GET /pets", "pets prod/Canary"]);
    expect(refused).toBe(1);
  });

  test("methods that the present program has no request for make room when it is scarce", async () => {
    const gateway = metering({ methodSettings: { "*/*": metered } }, {}, 2);
    await gateway.ask({ path: "/pets" });
    gateway.counted();
    gateway.put({ methodSettings: { "*/*": metered }, description: "another" });
    await gateway.ask({ path: "/none" });
    gateway.counted();
    await gateway.ask({ path: "/mock" });
    expect(Object.keys(gateway.counted())).toEqual(["pets prod", "pets prod GET /mock"]);
  });
});
