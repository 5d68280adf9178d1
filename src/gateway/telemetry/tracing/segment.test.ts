import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { apiId, methodOf, settingOf, snapshotOf, valueOf } from "../../../../test/support/gateway-fixture.ts";
import { limits } from "../../../limits.ts";
import { active, now, parent, root, tracing } from "../../../../test/support/tracing-fixture.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now }));
afterEach(() => void vi.useRealTimers());

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

  test("an answer that broke off behind its head is a fault, whatever the head says", async () => {
    const gateway = tracing(active);
    gateway.upstream.behaviour = { body: [Buffer.from("par")], length: -1, breaksOff: "reset" };
    expect(await gateway.traced()).toMatchObject({ status: 200, broken: true });
    const [segment] = gateway.segments();
    expect(segment).toMatchObject({
      fault: true,
      http: { response: { status: 200, content_length: 3 } },
      cause: { exceptions: [{ type: "reset", message: "the answer broke off" }] },
      subsegments: [{ fault: true, http: { response: { status: 200 } } }],
    });
    expect(segment).not.toHaveProperty("error");
    expect(gateway.spans().map(({ status }) => status)).toEqual([{ code: 2 }, { code: 2 }]);
    expect(gateway.spans()[0]?.attributes).toContainEqual({
      key: "error.type",
      value: { stringValue: "reset" },
    });
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

  test("no text is cut within a character, and a long verb, path or address is bounded too", async () => {
    const path = `/${"{" + "p".repeat(5_000)}}`;
    const name = `C:\\${"x".repeat(196)}\u{1D400}\u{1D400}`;
    const snapshots = { dep001: snapshotOf({ [path]: { GET: methodOf() } }, { name }) };
    const gateway = tracing(active, 0, { snapshots });
    const headers = ["X-HTTP-Method-Override", "GET", "User-Agent", "\u00e9".repeat(9_000)];
    await gateway.ask({ path: "/x", method: "M".repeat(9_000), headers });
    const [segment] = gateway.segments();
    expect(segment?.name).toBe(`C:\\${"x".repeat(196)}`);
    expect(segment?.name.isWellFormed()).toBe(true);
    for (const written of [segment, ...gateway.spans()]) {
      expect(Buffer.byteLength(JSON.stringify(written))).toBeLessThan(limits.segment / 2);
    }
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

  test("half a character is none", async () => {
    const snapshots = { dep001: snapshotOf({ "/": { GET: methodOf() } }, { name: "pets\ud800" }) };
    const gateway = tracing(active, 0, { snapshots });
    await gateway.ask({});
    expect(gateway.segments()[0]?.name).toBe("pets/prod");
    const name = { key: "aws.api_gateway.rest_api_name", value: { stringValue: "pets\ufffd" } };
    expect(gateway.spans()[0]?.attributes).toContainEqual(name);
  });

  test("a verb that nobody knows is one of the others", async () => {
    const gateway = tracing(active);
    await gateway.ask({ path: "/pets/1", method: "BREW", headers: ["X-HTTP-Method-Override", "GET"] });
    const [server] = gateway.spans();
    expect(server?.attributes).toEqual(
      expect.arrayContaining([
        { key: "http.request.method", value: { stringValue: "_OTHER" } },
        { key: "http.request.method_original", value: { stringValue: "BREW" } },
      ]),
    );
  });

  test("a request that goes well has no error", async () => {
    const gateway = tracing(active);
    await gateway.traced();
    expect(gateway.spans().map(({ status }) => status)).toEqual([{}, {}]);
  });
});
