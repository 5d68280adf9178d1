import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type MetricDatum, readAttributes, startCloudWatch, startOtlp } from "../../../../test/support/receivers.ts";
import { limits } from "../../../limits.ts";
import type { Environment } from "../../../settings.ts";
import { otlpDestination } from "../otlp/destination.ts";
import { startExporters } from "./exporters.ts";
import { bucketCount, histograms } from "./measures.ts";
import { Metrics } from "./metrics.ts";
import { exportToOtlp } from "./otlp-exporter.ts";
import { emptyValues, type SeriesLabels } from "./series.ts";

const stage: SeriesLabels = { apiId: "a1", apiName: "pets", stage: "prod" };
const method: SeriesLabels = { ...stage, method: "GET", resource: "/pets/{id}" };

/** `counts` as measures.ts lays them out, `buckets` of the latency: how many and their milliseconds. */
function valuesOf(counts: readonly number[], buckets: readonly (readonly [number, number])[] = []): Float64Array {
  const values = emptyValues();
  values.set(counts);
  const [{ at } = { at: 0 }] = histograms;
  for (const [index, [count, sum]] of buckets.entries()) {
    values[at + index] = count;
    values[at + bucketCount + index] = sum;
  }
  return values;
}

interface OtlpPoint {
  readonly attributes: unknown;
  readonly asDouble: number;
}

interface Exporting {
  readonly metrics: Metrics;
  readonly count: (labels: SeriesLabels, values: Float64Array) => void;
  readonly logged: string[];
  readonly close: () => Promise<void>;
}

async function exporting(env: Environment, metricsInterval = 3_600_000): Promise<Exporting> {
  const metrics = new Metrics({ ask: () => Promise.resolve(), isCounted: () => true });
  const logged: string[] = [];
  const tell = (_details: object, message: string): void => void logged.push(message);
  const exporters = await startExporters({
    metrics,
    settings: { region: "us-east-1", metricsInterval, metricsNamespace: "AWS/ApiGateway" },
    env,
    log: { error: tell, info: tell },
  });
  const count = (labels: SeriesLabels, values: Float64Array): void =>
    metrics.collector.hear("main", {
      series: [{ labels, values }],
      refused: 0,
      connections: 0,
      inFlight: 0,
      dropped: {},
    });
  return { metrics, count, logged, close: () => exporters.close() };
}

/** What OpenTelemetry has not taken. */
const droppedBy = (metrics: Metrics): number => {
  const family = metrics.own().find(({ name }) => name === "stagewright_telemetry_dropped_total");
  return family?.samples.find(([{ destination }]) => destination === "otlpMetrics")?.[1] ?? 0;
};

beforeEach(() => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
});
afterEach(() => void vi.unstubAllEnvs());

/** `Count pets/prod` → values × counts. */
const inShort = (data: readonly MetricDatum[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    data.map(({ MetricName, Dimensions, Values, Counts }) => [
      `${MetricName} ${Dimensions.map(({ Name, Value }) => `${Name}=${Value}`).join(" ")}`,
      Values.map((value, index) => `${value}x${Counts[index]}`).join(" "),
    ]),
  );

describe("CloudWatch", () => {
  test("gets each measure by each set of dimensions: sums are numbers, averages are rates", async () => {
    const cloudWatch = await startCloudWatch();
    const { count, close } = await exporting({ AWS_ENDPOINT_URL_CLOUDWATCH: cloudWatch.endpoint });
    count(
      stage,
      valuesOf(
        [10, 2, 1],
        [
          [7, 3],
          [3, 6],
        ],
      ),
    );
    count(method, valuesOf([4, 0, 0, 3, 1], [[4, 4]]));
    await close();
    expect(cloudWatch.complaints).toEqual([]);
    expect(cloudWatch.taken.map(({ Namespace }) => Namespace)).toEqual(["AWS/ApiGateway"]);
    const ofMethod = "ApiName=pets Stage=prod Method=GET Resource=/pets/{id}";
    expect(inShort(cloudWatch.taken[0]?.MetricData ?? [])).toEqual({
      "Count ApiName=pets Stage=prod": "1x10",
      "4XXError ApiName=pets Stage=prod": "1x2 0x8",
      "5XXError ApiName=pets Stage=prod": "1x1 0x9",
      "Latency ApiName=pets Stage=prod": `${3 / 7}x7 2x3`,
      "Count ApiName=pets": "1x10",
      "4XXError ApiName=pets": "1x2 0x8",
      "5XXError ApiName=pets": "1x1 0x9",
      "Latency ApiName=pets": `${3 / 7}x7 2x3`,
      [`Count ${ofMethod}`]: "1x4",
      [`4XXError ${ofMethod}`]: "0x4",
      [`5XXError ${ofMethod}`]: "0x4",
      [`CacheHitCount ${ofMethod}`]: "1x3 0x1",
      [`CacheMissCount ${ofMethod}`]: "1x1 0x3",
      [`Latency ${ofMethod}`]: "1x4",
    });
    expect(new Set(cloudWatch.taken[0]?.MetricData.map(({ Unit }) => Unit))).toEqual(
      new Set(["Count", "Milliseconds"]),
    );
  });

  test("gets what was counted since the last time, and nothing twice", async () => {
    const cloudWatch = await startCloudWatch();
    const { count, close } = await exporting({ AWS_ENDPOINT_URL_CLOUDWATCH: cloudWatch.endpoint }, 100);
    count(stage, valuesOf([3]));
    await vi.waitFor(() => expect(cloudWatch.taken).toHaveLength(1), 20_000);
    count(stage, valuesOf([2]));
    await close();
    const counts = cloudWatch.taken
      .flatMap(({ MetricData }) => MetricData)
      .filter((datum) => datum.MetricName === "Count");
    expect(counts.map(({ Counts }) => Counts[0])).toEqual([3, 3, 2, 2]);
  });

  test("many series come in batches within the service's bounds, and all of them", async () => {
    const cloudWatch = await startCloudWatch();
    const { count, close } = await exporting({ AWS_ENDPOINT_URL_CLOUDWATCH: cloudWatch.endpoint });
    const long = "x".repeat(2_000);
    for (let i = 0; i < 700; i++) count({ ...method, resource: `/${i}/é\n${long}` }, valuesOf([1], [[1, 1]]));
    await close();
    expect(cloudWatch.complaints).toEqual([]);
    expect(cloudWatch.taken.length).toBeGreaterThan(1);
    expect(cloudWatch.taken.flatMap(({ MetricData }) => MetricData)).toHaveLength(700 * 4);
  });

  test("is tried again, and what it refuses for good is dropped and counted", async () => {
    const cloudWatch = await startCloudWatch();
    cloudWatch.misbehave = ["die", { status: 503 }, { status: 400, body: '{"__type":"InvalidParameterValue"}' }];
    const { metrics, count, logged, close } = await exporting({ AWS_ENDPOINT_URL_CLOUDWATCH: cloudWatch.endpoint });
    count(stage, valuesOf([1]));
    await close();
    expect([cloudWatch.requests, cloudWatch.taken]).toEqual([3, []]);
    const dropped = metrics.own().find(({ name }) => name === "stagewright_telemetry_dropped_total");
    expect(dropped?.samples).toContainEqual([{ destination: "metricData" }, 6]);
    expect(logged).toContain("log events were dropped");
  });
});

describe("OpenTelemetry", () => {
  test("gets everything so far, by HTTP and JSON", async () => {
    const otlp = await startOtlp();
    const { count, close } = await exporting({
      OTEL_EXPORTER_OTLP_ENDPOINT: `${otlp.endpoint}/`,
      OTEL_EXPORTER_OTLP_HEADERS: "x-tenant=a%20b",
      OTEL_RESOURCE_ATTRIBUTES: "deployment.environment=test",
    });
    count(
      stage,
      valuesOf(
        [10, 2, 1],
        [
          [7, 3],
          [3, 6],
        ],
      ),
    );
    count(stage, valuesOf([5]));
    await close();
    expect(otlp.complaints).toEqual([]);
    const [series, own] = otlp.taken;
    expect([series?.path, series?.headers["x-tenant"]]).toEqual(["/v1/metrics", "a b"]);
    expect(series?.resource).toEqual({
      "service.name": "stagewright",
      "service.instance.id": expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      "deployment.environment": "test",
    });
    const requests = series?.items.find(({ name }) => name === "stagewright.stage.requests");
    const { dataPoints } = (requests?.["sum"] ?? { dataPoints: [] }) as { dataPoints: readonly OtlpPoint[] };
    expect(readAttributes(dataPoints[0]?.attributes)).toEqual({ api_id: "a1", api_name: "pets", stage: "prod" });
    expect(dataPoints[0]?.asDouble).toBe(15);
    const latency = series?.items.find(({ name }) => name === "stagewright.api.latency")?.["histogram"];
    expect(latency).toMatchObject({ dataPoints: [{ count: "10", sum: 0.009 }] });
    expect(own?.items.map(({ name }) => name)).toContain("stagewright.connections");
  });

  test("a receiver that fails costs nothing but its rounds; it is told once, and the next round says all", async () => {
    const otlp = await startOtlp();
    let broken = true;
    otlp.misbehave = () => (broken ? { status: 503 } : undefined);
    const { metrics, count, logged, close } = await exporting(
      { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${otlp.endpoint}/here`, OTEL_METRIC_EXPORT_INTERVAL: "50" },
      3_600_000,
    );
    count(stage, valuesOf([3]));
    await vi.waitFor(() => expect(otlp.requests).toBeGreaterThan(2), 20_000);
    broken = false;
    await close();
    expect(otlp.complaints).toEqual([]);
    expect(otlp.taken[0]?.path).toBe("/here");
    expect(otlp.taken[0]?.items.map(({ name }) => name)).toContain("stagewright.stage.requests");
    expect(logged).toEqual(["metrics cannot be sent; they go on being counted", "metrics can be sent again"]);
    const dropped = metrics.own().find(({ name }) => name === "stagewright_telemetry_dropped_total");
    expect(Number(dropped?.samples[0]?.[1])).toBeGreaterThan(1);
  });

  test("a request that is refused does not keep the others from being sent", async () => {
    const otlp = await startOtlp();
    otlp.misbehave = [{ status: 400 }];
    const { metrics, count, logged, close } = await exporting({ OTEL_EXPORTER_OTLP_ENDPOINT: otlp.endpoint });
    for (let i = 0; i < 2 * limits.metricsTextChunk; i++) count({ ...stage, stage: `s${i}` }, valuesOf([1]));
    await close();
    const names = otlp.taken.map(({ items }) => items.map(({ name }) => name));
    expect(names.flat()).toContain("stagewright.stage.requests");
    expect(names.flat()).toContain("stagewright.connections");
    expect(logged).toEqual(["metrics cannot be sent; they go on being counted"]);
    expect(droppedBy(metrics)).toBe(1);
  });

  test("data points that are rejected are counted", async () => {
    const otlp = await startOtlp('{"partialSuccess":{"rejectedDataPoints":"3"}}');
    const { metrics, close } = await exporting({ OTEL_EXPORTER_OTLP_ENDPOINT: otlp.endpoint });
    await close();
    expect(droppedBy(metrics)).toBe(3);
  });

  test("a receiver that never answers does not hold up the end", async () => {
    const otlp = await startOtlp();
    otlp.misbehave = () => "hang";
    const { metrics, logged, close } = await exporting({});
    await close();
    const destination = otlpDestination(
      { OTEL_EXPORTER_OTLP_ENDPOINT: otlp.endpoint, OTEL_EXPORTER_OTLP_TIMEOUT: "3600000" },
      "metrics",
    );
    if (destination === undefined) throw new Error("there is a destination");
    const tell = (_details: object, message: string): void => void logged.push(message);
    const log = { error: tell, info: tell };
    const exporter = exportToOtlp({ metrics, destination, interval: 3_600_000, log, closeTimeout: 1_000 });
    await exporter.close();
    expect([otlp.requests, logged]).toEqual([1, ["metrics cannot be sent; they go on being counted"]]);
  });

  test.each([
    [{ OTEL_SDK_DISABLED: "true" }],
    [{ OTEL_METRICS_EXPORTER: "none" }],
    [{ OTEL_METRICS_EXPORTER: "console, prometheus" }],
  ])("gets nothing with %o", async (off) => {
    const otlp = await startOtlp();
    const { count, close } = await exporting({ OTEL_EXPORTER_OTLP_ENDPOINT: otlp.endpoint, ...off });
    count(stage, valuesOf([3]));
    await close();
    expect(otlp.requests).toBe(0);
  });

  test.each([
    { OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf" },
    { OTEL_EXPORTER_OTLP_PROTOCOL: "grpc", OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: "http/json" },
    { OTEL_METRICS_EXPORTER: "prometheus, otlp", OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: "Cumulative" },
    { OTEL_EXPORTER_OTLP_PROTOCOL: "grpc", OTEL_SDK_DISABLED: "true" },
  ])("%o is taken", async (env) => {
    const { close } = await exporting({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9", ...env });
    await close();
  });

  test.each([
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4318", "must be an http or https URL"],
    ["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "grpc://x", "must be an http or https URL"],
    ["AWS_ENDPOINT_URL_CLOUDWATCH", "monitoring", "must be an http or https URL"],
    ["OTEL_EXPORTER_OTLP_HEADERS", "=x", "must be name=value"],
    ["OTEL_EXPORTER_OTLP_HEADERS", "x=a%0Ab", "has something that cannot be in a header"],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "http://me:secret@127.0.0.1:4318", "must be without user and password"],
    ["OTEL_RESOURCE_ATTRIBUTES", "a=%zz", "must be name=value"],
    ["OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", "must be http/json or http/protobuf"],
    ["OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "grpc", "must be http/json or http/protobuf"],
    ["OTEL_EXPORTER_OTLP_CERTIFICATE", "/ca.pem", "must be unset"],
    ["OTEL_EXPORTER_OTLP_METRICS_CLIENT_CERTIFICATE", "/own.pem", "must be unset"],
    ["OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "delta", "must be cumulative"],
  ])("%s=%s is refused at the start", async (name, value, message) => {
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318", [name]: value };
    await expect(exporting(env)).rejects.toThrow(`${name} ${message}`);
  });
});
