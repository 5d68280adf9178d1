import { describe, expect, onTestFinished, test, vi } from "vitest";
import { startOtlp, startXRayDaemon } from "../../../../test/support/receivers.ts";
import { limits } from "../../../limits.ts";
import { otlpDestination } from "../otlp/destination.ts";
import { Shipper, type ShipperBounds } from "./shipper.ts";
import { SpanCarrier } from "./spans.ts";
import { parseDaemonAddress, XRayCarrier } from "./xray.ts";
import { silentLog } from "../../../operator-log.ts";

const segment = (id: number) =>
  JSON.stringify({
    id: id.toString(16).padStart(16, "0"),
    trace_id: "1-5759e988-bd862e3fe1be46a994272793",
    name: "pets/prod",
    start_time: 1_767_225_600,
    end_time: 1_767_225_600.5,
    origin: "AWS::ApiGateway::Stage",
    resource_arn: "arn:aws:apigateway:us-east-1::/restapis/a1/stages/prod",
    http: { request: { method: "GET", url: "http://x/", client_ip: "::1", x_forwarded_for: false } },
    aws: {
      api_gateway: {
        account_id: "123456789012",
        rest_api_id: "a1",
        stage: "prod",
        request_id: "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
      },
    },
    annotations: { "aws:api_id": "a1", "aws:api_stage": "prod" },
    metadata: { default: { extended_request_id: "x", request_id: "y" } },
  });

const span = (id: number) =>
  JSON.stringify({
    traceId: "5759e988bd862e3fe1be46a994272793",
    spanId: id.toString(16).padStart(16, "0"),
    name: "GET /",
    kind: 2,
    startTimeUnixNano: "1767225600250000000",
    endTimeUnixNano: "1767225600250000001",
    attributes: [],
    status: {},
  });

describe("the X-Ray daemon", () => {
  test("gets each segment as a datagram behind its header", async () => {
    const daemon = await startXRayDaemon();
    const sink = new Shipper(new XRayCarrier(parseDaemonAddress(daemon.address)), silentLog);
    for (let id = 0; id < 20; id++) sink.write("xray/segments", segment(id), id);
    await vi.waitFor(() => expect(daemon.segments).toHaveLength(20), 20_000);
    expect(daemon.complaints).toEqual([]);
    expect(daemon.segments.map(({ id }) => parseInt(id, 16)).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, id) => id),
    );
    await sink.close();
  });

  test("a segment that no datagram can hold is lost alone, and not tried for ever", async () => {
    const daemon = await startXRayDaemon();
    const carrier = new XRayCarrier(parseDaemonAddress(daemon.address));
    const events = ["x".repeat(70_000), segment(1)].map((message) => ({ time: 1, message, bytes: message.length }));
    expect(await carrier.send("xray/segments", events)).toEqual({ again: [], refused: 1 });
    expect(await carrier.send("xray/segments", events.slice(0, 1))).toEqual({ again: [], refused: 1 });
    await vi.waitFor(() => expect(daemon.segments).toHaveLength(1), 20_000);
    expect(daemon.complaints).toEqual([]);
    carrier.close();
  });

  test("one that is not there is nobody's trouble", async () => {
    const sink = new Shipper(new XRayCarrier({ host: "127.0.0.1", port: 9 }), silentLog);
    for (let id = 0; id < 20; id++) sink.write("xray/segments", segment(id), id);
    await sink.close();
    expect(sink.dropped).toBe(0);
  });

  test.each([
    ["127.0.0.1:2000", { host: "127.0.0.1", port: 2_000 }],
    ["udp:127.0.0.1:2000", { host: "127.0.0.1", port: 2_000 }],
    ["tcp:127.0.0.1:2000 udp:xray.internal:2001", { host: "xray.internal", port: 2_001 }],
    ["udp:[::1]:2000 tcp:127.0.0.1:3000", { host: "::1", port: 2_000 }],
  ])("%s", (text, address) => {
    expect(parseDaemonAddress(text)).toEqual(address);
  });

  test.each(["2000", "localhost", "localhost:0", "localhost:65536", "tcp:127.0.0.1:2000", "http://x:1"])(
    "not %s",
    (text) => {
      expect(() => parseDaemonAddress(text)).toThrow("AWS_XRAY_DAEMON_ADDRESS must be host:port");
    },
  );
});

function spanSink(endpoint: string, bounds: Partial<ShipperBounds> = {}) {
  const destination = otlpDestination(
    { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SERVICE_NAME: "gateway" },
    "traces",
  );
  if (destination === undefined) throw new Error("there is a destination");
  const sink = new Shipper(new SpanCarrier(destination), silentLog, { ...limits, ...bounds });
  onTestFinished(() => sink.close());
  return sink;
}

describe("spans over OTLP", () => {
  test("come in batches, each once", async () => {
    const otlp = await startOtlp();
    const sink = spanSink(otlp.endpoint);
    for (let id = 1; id <= 600; id++) sink.write("spans", span(id), id);
    await sink.close();
    expect(otlp.complaints).toEqual([]);
    const resource = { "service.name": "gateway", "service.instance.id": expect.any(String) as string };
    expect(otlp.taken.map((taken) => [taken.path, taken.resource, taken.items.length])).toEqual([
      ["/v1/traces", resource, 512],
      ["/v1/traces", resource, 88],
    ]);
  });

  test.each([{ status: 429 }, { status: 503 }, "die"] as const)("are sent again after %o", async (misbehaviour) => {
    const otlp = await startOtlp();
    otlp.misbehave = [misbehaviour];
    const sink = spanSink(otlp.endpoint);
    sink.write("spans", span(1), 1);
    await sink.close();
    expect([otlp.requests, otlp.taken.length, sink.dropped]).toEqual([2, 1, 0]);
  });

  test("that are refused are dropped and counted, and so are those of an answer that says so", async () => {
    const refusing = await startOtlp();
    refusing.misbehave = [{ status: 400 }];
    const sink = spanSink(refusing.endpoint);
    sink.write("spans", span(1), 1);
    await sink.close();
    expect([refusing.requests, sink.dropped]).toEqual([1, 1]);
    const partly = spanSink((await startOtlp('{"partialSuccess":{"rejectedSpans":"2"}}')).endpoint);
    for (let id = 1; id <= 3; id++) partly.write("spans", span(id), id);
    await partly.close();
    expect(partly.dropped).toBe(2);
  });

  test("a receiver that never answers costs a bounded queue: what does not fit is dropped and counted", async () => {
    const otlp = await startOtlp();
    otlp.misbehave = () => "hang";
    const sink = spanSink(otlp.endpoint, { logQueueBytes: 10_000, logFlushTimeout: 50 });
    for (let id = 1; id <= 100; id++) sink.write("spans", span(id), id);
    const dropped = sink.dropped;
    expect(dropped).toBeGreaterThan(50);
    expect(dropped).toBeLessThan(100);
    await sink.close();
    expect(sink.dropped).toBe(100);
  });
});
