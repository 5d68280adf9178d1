/** Metrics and traces of a whole server with several threads: what clients did is what the receivers get. */
import type { APIGateway } from "@aws-sdk/client-api-gateway";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { type Family, readExposition } from "./support/exposition.ts";
import { readAttributes, startCloudWatch, startOtlp, startXRayDaemon } from "./support/receivers.ts";
import { deployApi, sdkClient } from "./support/sdk.ts";
import { type RunningServer, startServer } from "./support/server.ts";

/** Milliseconds: generous, because the machine may be busy with everything else. */
const patience = { timeout: 60_000, interval: 50 };

async function start(flags: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const credentials = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };
  const server = await startServer(["--metrics-interval", "100", ...flags], { env: { ...credentials, ...env } });
  onTestFinished(async () => void (await server.stop()));
  const client = sdkClient(server);
  const { restApiId } = await deployApi(client, "dev");
  return { server, client, restApiId, path: `/_aws/execute-api/${restApiId}/dev/` };
}

async function metricsOf({ control }: RunningServer): Promise<ReadonlyMap<string, Family>> {
  const response = await fetch(`${control}/_stagewright/metrics`);
  expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  return readExposition(await response.text());
}

/** The sum of a family's samples. */
const total = (families: ReadonlyMap<string, Family>, name: string): number =>
  (families.get(name)?.samples ?? []).reduce((sum, { value }) => sum + value, 0);

/** So many requests, each on a connection of its own, so that every thread has some of them. */
async function request(base: string, path: string, count: number): Promise<void> {
  for (let done = 0; done < count; done += 10) {
    const some = Array.from({ length: 10 }, async () => {
      const response = await fetch(base + path, { headers: { connection: "close" } });
      await response.arrayBuffer();
    });
    await Promise.all(some);
  }
}

const patch = (client: APIGateway, restApiId: string, path: string, value: string) =>
  client.updateStage({ restApiId, stageName: "dev", patchOperations: [{ op: "replace", path, value }] });

describe("metrics", () => {
  test("are the sum over all threads, on both ports, by what UpdateStage enabled", async () => {
    const { server, client, restApiId, path } = await start(["--workers", "3"]);
    await request(server.gateway, path, 50);
    await request(server.control, path, 10);
    await patch(client, restApiId, "/*/*/metrics/enabled", "true");
    await request(server.gateway, path, 40);
    await request(server.gateway, `${path}none`, 20);
    const families = await metricsOf(server);
    const labels = { api_id: restApiId, api_name: "test" };
    expect(families.get("stagewright_stage_requests_total")?.samples).toEqual([
      { name: "stagewright_stage_requests_total", labels: { ...labels, stage: "dev" }, value: 120 },
    ]);
    expect(total(families, "stagewright_stage_4xx_errors_total")).toBe(20);
    expect(total(families, "stagewright_api_requests_total")).toBe(120);
    expect(families.get("stagewright_method_requests_total")?.samples).toEqual([
      {
        name: "stagewright_method_requests_total",
        labels: { ...labels, stage: "dev", method: "GET", resource: "/" },
        value: 40,
      },
    ]);
    const operations = families.get("stagewright_control_requests_total")?.samples ?? [];
    expect(operations).toContainEqual({
      name: "stagewright_control_requests_total",
      labels: { operation: "UpdateStage", status: "2xx" },
      value: 1,
    });
    expect(total(families, "stagewright_store_transactions_total")).toBeGreaterThan(0);
    expect(total(families, "stagewright_requests_in_flight")).toBe(1);
    await patch(client, restApiId, "/*/*/metrics/enabled", "false");
    await request(server.gateway, path, 10);
    const withoutMethods = await metricsOf(server);
    expect(total(withoutMethods, "stagewright_stage_requests_total")).toBe(130);
    expect([...withoutMethods.keys()]).not.toContain("stagewright_method_requests_total");
    await client.deleteStage({ restApiId, stageName: "dev" });
    expect([...(await metricsOf(server)).keys()]).not.toContain("stagewright_stage_requests_total");
  });

  test("reach CloudWatch and OpenTelemetry, the last of them when the server stops", async () => {
    const [cloudWatch, otlp] = [await startCloudWatch(), await startOtlp()];
    const { server, path } = await start(["--workers", "2", "--metrics-namespace", "Pets"], {
      AWS_ENDPOINT_URL_CLOUDWATCH: cloudWatch.endpoint,
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${otlp.endpoint}/v1/metrics`,
    });
    await request(server.gateway, path, 30);
    await vi.waitFor(() => expect(cloudWatch.taken.length * otlp.taken.length).toBeGreaterThan(0), patience);
    await request(server.gateway, path, 20);
    expect(await server.stop()).toBe(0);
    expect([...cloudWatch.complaints, ...otlp.complaints]).toEqual([]);
    const data = cloudWatch.taken.flatMap(({ Namespace, MetricData }) => {
      expect(Namespace).toBe("Pets");
      return MetricData;
    });
    const ofStage = data.filter(({ MetricName, Dimensions }) => MetricName === "Count" && Dimensions.length === 2);
    expect(ofStage.reduce((sum, { Counts }) => sum + (Counts[0] ?? 0), 0)).toBe(50);
    const last = otlp.taken
      .flatMap(({ items }) => items)
      .findLast(({ name }) => name === "stagewright.stage.requests")?.["sum"];
    expect(last).toMatchObject({ dataPoints: [{ asDouble: 50 }] });
  });

  test("receivers that never answer hold up nobody, and what they do not take is counted", async () => {
    const [cloudWatch, otlp] = [await startCloudWatch(), await startOtlp()];
    cloudWatch.misbehave = () => "hang";
    otlp.misbehave = () => "hang";
    const { server, client, restApiId, path } = await start(["--drain-timeout", "1000"], {
      AWS_ENDPOINT_URL_CLOUDWATCH: cloudWatch.endpoint,
      OTEL_EXPORTER_OTLP_ENDPOINT: otlp.endpoint,
      OTEL_EXPORTER_OTLP_TIMEOUT: "200",
    });
    await patch(client, restApiId, "/tracingEnabled", "true");
    await request(server.gateway, path, 100);
    await vi.waitFor(async () => {
      expect(cloudWatch.requests * otlp.requests).toBeGreaterThan(0);
      const families = await metricsOf(server);
      expect(total(families, "stagewright_stage_requests_total")).toBe(100);
      const dropped = families.get("stagewright_telemetry_dropped_total")?.samples ?? [];
      expect(dropped.find(({ labels }) => labels["destination"] === "otlpMetrics")?.value).toBeGreaterThan(0);
    }, patience);
    // In order, it would wait for them for a while.
    await server.stop("SIGKILL");
  });
});

describe("traces", () => {
  test("reach the X-Ray daemon and OpenTelemetry from every thread, live by UpdateStage", async () => {
    const [daemon, otlp] = [await startXRayDaemon(), await startOtlp()];
    const { server, client, restApiId, path } = await start(["--workers", "2"], {
      AWS_XRAY_DAEMON_ADDRESS: daemon.address,
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${otlp.endpoint}/v1/traces`,
    });
    const root = "1-5759e988-bd862e3fe1be46a994272793";
    const ask = (header: string) => fetch(server.gateway + path, { headers: { "x-amzn-trace-id": header } });
    await request(server.gateway, path, 10);
    await ask(`Root=${root};Sampled=1`);
    await vi.waitFor(() => expect(daemon.segments).toHaveLength(1), patience);
    await patch(client, restApiId, "/tracingEnabled", "true");
    await request(server.gateway, path, 10);
    await vi.waitFor(() => expect(daemon.segments.length).toBeGreaterThan(1), patience);
    await patch(client, restApiId, "/tracingEnabled", "false");
    await request(server.gateway, path, 50);
    await server.stop();
    expect([...daemon.complaints, ...otlp.complaints]).toEqual([]);
    expect(daemon.segments[0]).toMatchObject({ trace_id: root, name: "test/dev" });
    expect(daemon.segments.length).toBeLessThanOrEqual(11);
    const spans = otlp.taken.flatMap(({ items }) => items);
    expect(new Set(spans.map(({ spanId }) => spanId))).toEqual(new Set(daemon.segments.map(({ id }) => id)));
    expect(spans).toHaveLength(daemon.segments.length);
    expect(readAttributes(spans[0]?.["attributes"])).toMatchObject({
      "http.route": "/",
      "aws.api_gateway.stage": "dev",
    });
  });
});
