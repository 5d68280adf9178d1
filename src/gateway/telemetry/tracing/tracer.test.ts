import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  apiId,
  type Asked,
  type FixtureInput,
  type GatewayFixture,
  gatewayOf,
  methodOf,
  named,
  settingOf,
  snapshotOf,
  valueOf,
} from "../../../../test/support/gateway-fixture.ts";
import { recordingLogs, type RecordingLogs } from "../../../../test/support/recording-logs.ts";
import { readSegment, type ReadSegment } from "../../../../test/support/segment.ts";
import type { StageDocument } from "../../../model/documents.ts";
import { MetricsRegistry } from "../metrics/registry.ts";
import { createSamplingSlab, Sampler } from "./sampler.ts";
import type { Span } from "./spans.ts";
import { segmentsName, spansName, Tracer } from "./tracer.ts";

const root = "1-5759e988-bd862e3fe1be46a994272793";
const parent = "53995c3f42cd8ad8";

interface Traced extends GatewayFixture, RecordingLogs {
  readonly segments: () => ReadSegment[];
  readonly spans: () => Span[];
  /** With this trace header, or without one. */
  readonly traced: (header?: string, asked?: Asked) => ReturnType<GatewayFixture["ask"]>;
  /** What the endpoint was told last. */
  readonly forwarded: () => string | undefined;
}

/** `chance`: every draw of the sampler. */
function tracing(stage: Partial<StageDocument>, chance = 0.99, options: Partial<FixtureInput> = {}): Traced {
  const recorded = recordingLogs();
  const sampler = new Sampler(createSamplingSlab(), () => chance);
  const settings = { accountId: "123456789012", region: "eu-west-1" };
  const snapshots = {
    dep001: snapshotOf({
      "/pets/{id}": { GET: methodOf() },
      "/http": {
        GET: methodOf({ type: "HTTP", integrationResponses: { 200: { statusCode: "200", selectionPattern: "2.*" } } }),
      },
      "/mock": { GET: named("{}") },
    }),
  };
  const gateway = gatewayOf({
    snapshots,
    stage,
    logs: recorded.logs,
    tracer: new Tracer({ settings, sampler, logs: recorded.logs }),
    metrics: new MetricsRegistry(),
    ...options,
  });
  return {
    ...gateway,
    ...recorded,
    segments: () => recorded.of(segmentsName).map(readSegment),
    spans: () => recorded.of(spansName).map((text) => JSON.parse(text) as Span),
    traced: (header, asked = {}) =>
      gateway.ask({ path: "/pets/1", ...asked, headers: header === undefined ? [] : ["X-Amzn-Trace-Id", header] }),
    forwarded: () => valueOf(gateway.upstream.last, "x-amzn-trace-id"),
  };
}

const active = { tracingEnabled: true };
const passive = { tracingEnabled: false };
const now = 1_767_225_600_250;

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now }));
afterEach(() => void vi.useRealTimers());

describe("what is traced, and what the endpoint is told", () => {
  /** `own`: the id of the segment that was written. */
  const cases: readonly {
    readonly what: string;
    readonly stage: Partial<StageDocument>;
    readonly header?: string;
    readonly traced: boolean;
    readonly told: (own: string) => string | RegExp;
  }[] = [
    {
      what: "off, and nothing comes: a new root alone",
      stage: passive,
      traced: false,
      told: () => /^Root=1-6955b900-[0-9a-f]{24}$/,
    },
    {
      what: "off, and a trace comes: it passes as it is",
      stage: passive,
      header: `Root=${root};Parent=${parent};Sampled=0`,
      traced: false,
      told: () => `Root=${root};Parent=${parent};Sampled=0`,
    },
    {
      what: "off, and a sampled trace comes: it is traced",
      stage: passive,
      header: `Root=${root};Parent=${parent};Sampled=1`,
      traced: true,
      told: (own) => `Root=${root};Parent=${own};Sampled=1`,
    },
    {
      what: "on, and nothing comes: a new root, sampled",
      stage: active,
      traced: true,
      told: (own) => new RegExp(`^Root=1-6955b900-[0-9a-f]{24};Parent=${own};Sampled=1$`),
    },
    {
      what: "on, and a trace comes without a decision: it is ours",
      stage: active,
      header: `Root=${root};Parent=${parent}`,
      traced: true,
      told: (own) => `Root=${root};Parent=${own};Sampled=1`,
    },
    {
      what: "on, and a trace comes that asks for a decision",
      stage: active,
      header: `Root=${root};Parent=${parent};Sampled=?`,
      traced: true,
      told: (own) => `Root=${root};Parent=${own};Sampled=1`,
    },
    {
      what: "on, and a trace comes that is not sampled: it stays so",
      stage: active,
      header: `Root=${root};Parent=${parent};Sampled=0`,
      traced: false,
      told: () => `Root=${root};Parent=${parent};Sampled=0`,
    },
    {
      what: "on, and what comes is no trace",
      stage: active,
      header: "Root=1-2-3",
      traced: true,
      told: (own) => new RegExp(`^Root=1-6955b900-[0-9a-f]{24};Parent=${own};Sampled=1$`),
    },
    {
      what: "off, and what comes is no trace",
      stage: passive,
      header: "Sampled=1",
      traced: false,
      told: () => /^Root=1-6955b900-[0-9a-f]{24}$/,
    },
  ];

  test.each(cases)("$what", async ({ stage, header, traced, told }) => {
    const gateway = tracing(stage);
    await gateway.traced(header);
    const segments = gateway.segments();
    expect(segments).toHaveLength(traced ? 1 : 0);
    const expected = told(segments[0]?.id ?? "");
    if (typeof expected === "string") expect(gateway.forwarded()).toBe(expected);
    else expect(gateway.forwarded()).toMatch(expected);
  });

  test("the caller's trace goes on in ours", async () => {
    const gateway = tracing(passive);
    await gateway.traced(`Root=${root};Parent=${parent};Sampled=1`);
    expect(gateway.segments()[0]).toMatchObject({ trace_id: root, parent_id: parent, aws: { api_gateway: {} } });
    expect(gateway.segments()[0]?.aws.xray).toBeUndefined();
  });

  test("tracingEnabled acts on the next request", async () => {
    const gateway = tracing(passive);
    await gateway.traced();
    gateway.put(active);
    await gateway.traced();
    expect(gateway.segments()).toHaveLength(1);
    gateway.put(passive);
    await gateway.traced();
    expect(gateway.segments()).toHaveLength(1);
  });
});

describe("sampling", () => {
  test("the first request of a second, and five of a hundred others", async () => {
    const unlucky = tracing(active, 0.05);
    for (let i = 0; i < 3; i++) await unlucky.traced();
    expect(unlucky.segments()).toHaveLength(1);
    expect(unlucky.forwarded()).toMatch(/;Sampled=0$/);
    vi.setSystemTime(now + 750);
    for (let i = 0; i < 3; i++) await unlucky.traced();
    expect(unlucky.segments()).toHaveLength(2);
    const lucky = tracing(active, 0.049);
    for (let i = 0; i < 3; i++) await lucky.traced();
    expect(lucky.segments()).toHaveLength(3);
    expect(lucky.segments()[0]?.aws.xray).toEqual({ sampling_rule_name: "Default" });
  });

  test("one that is not ours to decide takes no turn", async () => {
    const gateway = tracing(active);
    await gateway.traced(`Root=${root};Sampled=0`);
    await gateway.traced(`Root=${root};Sampled=1`);
    await gateway.traced();
    expect(gateway.segments().map(({ aws }) => aws.xray !== undefined)).toEqual([false, true]);
  });

  test("threads share the seconds", () => {
    const slab = createSamplingSlab();
    const [one, two] = [new Sampler(slab, () => 1), new Sampler(slab, () => 1)];
    expect([one.samples(7, now), two.samples(7, now), two.samples(8, now), two.samples(7, now + 1_000)]).toEqual([
      true,
      false,
      true,
      true,
    ]);
  });
});

describe("what the client is told", () => {
  test.each([
    { path: "/http", told: true },
    { path: "/pets/1", told: false },
    { path: "/mock", told: false },
  ])("$path: $told", async ({ path, told }) => {
    const gateway = tracing(active);
    const answer = await gateway.traced(undefined, { path });
    const [segment] = gateway.segments();
    expect(valueOf(answer, "x-amzn-trace-id")).toBe(
      told ? `Root=${segment?.trace_id};Parent=${segment?.id};Sampled=1` : undefined,
    );
  });

  test("a timeout of an endpoint that is no proxy too; a response that is not configured not", async () => {
    const gateway = tracing(active);
    gateway.upstream.behaviour = "timeout";
    const answer = await gateway.traced(undefined, { path: "/http" });
    expect([answer.status, valueOf(answer, "x-amzn-trace-id")]).toEqual([504, gateway.forwarded()]);
    gateway.upstream.behaviour = { status: 418 };
    const wrong = await gateway.traced(undefined, { path: "/http" });
    expect([wrong.status, valueOf(wrong, "x-amzn-trace-id")]).toEqual([500, undefined]);
  });
});

describe("a segment document", () => {
  test("says what was asked, what was answered and what the endpoint did", async () => {
    const gateway = tracing(active);
    gateway.upstream.answerLater = true;
    gateway.upstream.behaviour = { status: 201, body: "made" };
    const answer = gateway.ask({
      path: "/pets/1?secret=x",
      headers: ["Host", "a1b2c3d4e5.execute-api.test:8080", "User-Agent", "tests"],
    });
    vi.setSystemTime(now + 70);
    gateway.upstream.release();
    await answer;
    const [segment] = gateway.segments();
    expect(segment).toEqual({
      id: expect.any(String),
      trace_id: expect.any(String),
      name: "pets/prod",
      start_time: 1_767_225_600.25,
      end_time: 1_767_225_600.32,
      origin: "AWS::ApiGateway::Stage",
      resource_arn: `arn:aws:apigateway:eu-west-1::/restapis/${apiId}/stages/prod`,
      http: {
        request: {
          method: "GET",
          url: "http://a1b2c3d4e5.execute-api.test:8080/prod/pets/1",
          client_ip: "192.0.2.7",
          x_forwarded_for: false,
          user_agent: "tests",
        },
        response: { status: 201, content_length: 4 },
      },
      aws: {
        xray: { sampling_rule_name: "Default" },
        api_gateway: {
          account_id: "123456789012",
          rest_api_id: apiId,
          stage: "prod",
          request_id: valueOf(await answer, "x-amzn-requestid"),
        },
      },
      annotations: { "aws:api_id": apiId, "aws:api_stage": "prod" },
      metadata: {
        default: {
          extended_request_id: valueOf(await answer, "x-amz-apigw-id"),
          request_id: valueOf(await answer, "x-amzn-requestid"),
        },
      },
      subsegments: [
        {
          id: expect.any(String),
          name: "backend.test",
          namespace: "remote",
          start_time: 1_767_225_600.25,
          end_time: 1_767_225_600.32,
          http: { request: { method: "GET", url: "http://backend.test:8081/" }, response: { status: 201 } },
        },
      ],
    });
  });

  const outcomes = [
    { what: "404 of the endpoint", behaviour: { status: 404 }, own: { error: true }, endpoint: { error: true } },
    {
      what: "429 of the endpoint",
      behaviour: { status: 429 },
      own: { error: true, throttle: true },
      endpoint: { throttle: true },
    },
    { what: "500 of the endpoint", behaviour: { status: 500 }, own: { fault: true }, endpoint: { fault: true } },
    {
      what: "no answer",
      behaviour: "timeout",
      own: {
        fault: true,
        cause: { exceptions: [{ type: "INTEGRATION_TIMEOUT", message: "Endpoint request timed out" }] },
      },
      endpoint: { fault: true },
    },
  ] as const;

  test.each(outcomes)("whose fault it was: $what", async ({ behaviour, own, endpoint }) => {
    const gateway = tracing(active);
    gateway.upstream.behaviour = behaviour;
    await gateway.traced();
    expect(gateway.segments()[0]).toMatchObject({ ...own, subsegments: [endpoint] });
  });

  test("without a call of the endpoint there is no subsegment", async () => {
    const gateway = tracing({ ...active, methodSettings: { "pets/{id}/GET": settingOf(0, 0) } }, 0);
    await gateway.traced(undefined, { path: "/mock" });
    await gateway.traced();
    const [mock, throttled] = gateway.segments();
    expect(mock?.http.response).toEqual({ status: 200, content_length: 2 });
    expect(throttled).toMatchObject({ error: true, throttle: true, http: { response: { status: 429 } } });
    expect([mock?.subsegments, throttled?.subsegments]).toEqual([undefined, undefined]);
  });

  test("a client that is gone has no response", async () => {
    const gateway = tracing(active);
    gateway.upstream.answerLater = true;
    void gateway.traced();
    vi.setSystemTime(now + 5);
    gateway.replies[0]?.destroy();
    const [segment] = gateway.segments();
    expect(segment).toMatchObject({ error: true, subsegments: [{ fault: true }] });
    expect(segment?.http.response).toBeUndefined();
  });

  test("names have no characters that X-Ray refuses, and texts are bounded", async () => {
    const snapshots = {
      dep001: snapshotOf({ "/{proxy+}": { GET: methodOf() } }, { name: `pets (2)\n${"é".repeat(300)}` }),
    };
    const gateway = tracing(active, 0, { snapshots });
    await gateway.ask({ path: `/${"x".repeat(9_000)}`, headers: ["User-Agent", "u".repeat(9_000)] });
    const [segment] = gateway.segments();
    expect(segment?.name).toBe(`pets 2${"é".repeat(194)}`);
  });
});

describe("spans", () => {
  test("are the request and the call of its endpoint, in the trace that both systems know", async () => {
    const gateway = tracing(active);
    gateway.upstream.behaviour = { status: 503 };
    await gateway.traced(`Root=${root};Parent=${parent};Sampled=1`);
    const [server, client] = gateway.spans();
    const [segment] = gateway.segments();
    const traceId = "5759e988bd862e3fe1be46a994272793";
    expect(server).toMatchObject({
      traceId,
      spanId: segment?.id,
      parentSpanId: parent,
      name: "GET /pets/{id}",
      kind: 2,
      startTimeUnixNano: "1767225600250000000",
      endTimeUnixNano: "1767225600250000000",
      status: { code: 2 },
    });
    expect(server?.attributes).toEqual(
      expect.arrayContaining([
        { key: "http.response.status_code", value: { intValue: "503" } },
        { key: "http.route", value: { stringValue: "/pets/{id}" } },
        { key: "aws.api_gateway.is_canary", value: { boolValue: false } },
      ]),
    );
    expect(client).toMatchObject({ traceId, parentSpanId: segment?.id, name: "GET", kind: 3, status: { code: 2 } });
    expect(client?.spanId).toBe(segment?.subsegments?.[0]?.id);
  });

  test("a request that goes well has no error", async () => {
    const gateway = tracing(active);
    await gateway.traced();
    expect(gateway.spans().map(({ status }) => status)).toEqual([{}, {}]);
  });
});
