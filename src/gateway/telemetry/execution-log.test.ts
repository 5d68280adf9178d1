import { describe, expect, test } from "vitest";
import {
  apiId,
  ask,
  endpointHost,
  type FixtureInput,
  generous,
  methodOf,
  mockOf,
  stepCount,
  stageName,
} from "../../../test/support/gateway-fixture.ts";
import {
  asked,
  group,
  idHeader,
  info,
  infoWithData,
  linesOf,
  logging,
  requestId,
} from "../../../test/support/logging-fixture.ts";
import { logGroupArn, type RecordingLogs } from "../../../test/support/recording-logs.ts";
import { defaultMethodSetting } from "../../model/method-settings.ts";
import type { IntegrationDocument, MethodSettingDocument } from "../../model/documents.ts";
import { limits } from "../../limits.ts";
import type { Reply } from "../transport.ts";

const verifying = [
  "Extended Request Id: {extendedId}",
  `Verifying Usage Plan for request: ${requestId}. API Key:  API Stage: ${apiId}/${stageName}`,
];
const atStart = [
  ...verifying,
  "API Key  authorized because method 'ANY /pets/{petId}' does not require API Key. Request will not contribute to throttle or quota limits",
  `Usage Plan check succeeded for API Key  and API Stage ${apiId}/${stageName}`,
];
const executed = [
  ...atStart,
  `Starting execution for request: ${requestId}`,
  "HTTP Method: GET, Resource Path: /pets/12%203",
];

describe("the lines of a request, in the service's order and words (facts/runtime.md 5)", () => {
  test("INFO", async () => {
    const gateway = logging(info, undefined, { now: () => 5_000 });
    await gateway.ask(asked);
    expect(linesOf(gateway)).toEqual([
      ...executed,
      `Sending request to http://${endpointHost}/pets/{petId}`.replace("{petId}", "%7BpetId%7D"),
      "Received response. Status: 200, Integration latency: 0 ms",
      "Successfully completed execution",
      "Method completed with status: 200",
    ]);
  });

  test("INFO with data trace", async () => {
    const method = methodOf({
      uri: `http://${endpointHost}/pets/{petId}`,
      requestParameters: { "integration.request.path.petId": "method.request.path.petId" },
    });
    const gateway = logging(infoWithData, method, { now: () => 5_000 });
    gateway.upstream.behaviour = { status: 201, headers: ["Content-Type", "text/plain"], body: "it's done" };
    const headers = [...idHeader, "Accept", "text/plain"];
    await gateway.ask({ path: "/pets/12%203?a=1&b=x%20y&a=2", method: "POST", headers, body: '{"a":1}' });
    const sent = `x-amzn-RequestId=${requestId}, Accept=text/plain`;
    expect(linesOf(gateway)).toEqual([
      ...executed.map((line) => line.replace("Method: GET", "Method: POST")),
      "Method request path: {petId=12 3}",
      "Method request query string: {a=1,2, b=x y}",
      `Method request headers: {${sent}}`,
      'Method request body before transformations: {"a":1}',
      `Endpoint request URI: http://${endpointHost}/pets/12%203?a=1&b=x%20y&a=2`,
      `Endpoint request headers: {${sent}, X-Forwarded-For=192.0.2.7, X-Forwarded-Port=80, X-Forwarded-Proto=http, X-Amzn-Trace-Id={trace}, Host=${endpointHost}}`,
      'Endpoint request body after transformations: {"a":1}',
      `Sending request to http://${endpointHost}/pets/12%203?a=1&b=x%20y&a=2`,
      "Received response. Status: 201, Integration latency: 0 ms",
      "Endpoint response headers: {Content-Type=text/plain}",
      "Endpoint response body before transformations: it's done",
      "Method response body after transformations: it's done",
      "Method response headers: {Content-Type=text/plain}",
      "Successfully completed execution",
      "Method completed with status: 201",
    ]);
  });

  test("with tracing on, the trace that it belongs to comes last, whoever answered", async () => {
    const stage = { tracingEnabled: true, methodSettings: { "*/*": { ...defaultMethodSetting, ...info } } };
    const gateway = logging(info, undefined, { stage });
    gateway.upstream.behaviour = () => (gateway.events.length === 0 ? { status: 200 } : "timeout");
    await gateway.ask({
      ...asked,
      headers: [...idHeader, "X-Amzn-Trace-Id", "Root=1-5c755b5d-07b29b94e632d3da19d88789"],
    });
    await gateway.ask(asked);
    expect(linesOf(gateway).filter((line) => /^Method completed|^X-ray/.test(line))).toEqual([
      "Method completed with status: 200",
      "X-ray Tracing ID : {trace}",
      "Method completed with status: 504",
      "X-ray Tracing ID : {trace}",
    ]);
    expect(gateway.of(group).join()).toContain("X-ray Tracing ID : Root=1-5c755b5d-07b29b94e632d3da19d88789");
  });

  test("MOCK calls no endpoint", async () => {
    const gateway = logging(infoWithData, mockOf());
    await gateway.ask(asked);
    const lines = linesOf(gateway);
    expect(lines.filter((line) => line.startsWith("Endpoint") || line.startsWith("Sending"))).toEqual([]);
    expect(lines.slice(0, executed.length)).toEqual(executed);
    expect(lines.slice(-2)).toEqual(["Successfully completed execution", "Method completed with status: 200"]);
  });

  test.each<[string, Partial<IntegrationDocument>, string, number]>([
    ["a bad endpoint", { uri: "http://" }, "configuration error: Invalid endpoint address", 500],
    [
      "an answer that no integration response is for",
      { type: "HTTP", integrationResponses: { 200: { statusCode: "200", selectionPattern: "2.." } } },
      "configuration error: No match for output mapping and no default output mapping configured. Endpoint Response Status Code: 400",
      500,
    ],
    ["a method without an integration", { type: "AWS_PROXY" }, "configuration error: ", 500],
    [
      "a request template that is none",
      { type: "HTTP", requestTemplates: { "application/json": "#foreach($a in $b)" } },
      "configuration error: Unable to transform request: #foreach has no #end (line 1, column 1)",
      500,
    ],
    [
      "a response template that cannot be rendered",
      {
        type: "HTTP",
        integrationResponses: {
          200: { statusCode: "200", responseTemplates: { "application/json": "#foreach($i in [1..20000])$i#end" } },
        },
      },
      "configuration error: Unable to transform response: ",
      500,
    ],
    [
      "a MOCK without a status",
      {
        type: "MOCK",
        requestTemplates: { "application/json": '{"statusCode":"200"}' },
        integrationResponses: { 200: { statusCode: "200" } },
      },
      "configuration error: statusCode should be an integer which defined in request template",
      500,
    ],
  ])("%s", async (_name, integration, failure, status) => {
    const gateway = logging(info, methodOf(integration));
    gateway.upstream.behaviour = { status: 400 };
    await gateway.ask(asked);
    const lines = linesOf(gateway);
    expect(lines.at(-2)).toContain(`Execution failed due to ${failure}`);
    expect(lines.at(-1)).toBe(`Method completed with status: ${status}`);
    expect(lines).not.toContain("Successfully completed execution");
  });

  test.each([
    ["timeout", "a timeout error", 504],
    ["refused", "a network error communicating with endpoint", 504],
    ["untrusted", "configuration error: untrusted", 500],
    ["malformed", "configuration error: Malformed endpoint response", 502],
  ] as const)("an endpoint's failure: %s", async (behaviour, failure, status) => {
    const gateway = logging({ loggingLevel: "ERROR" });
    gateway.upstream.behaviour = behaviour;
    await gateway.ask(asked);
    expect(linesOf(gateway).slice(-3)).toEqual([
      expect.stringContaining("Sending request to "),
      `Execution failed due to ${failure}`,
      `Method completed with status: ${status}`,
    ]);
  });

  const limit0 = { throttlingRateLimit: 0, throttlingBurstLimit: 0 };
  const everyMethod = `RestApi ${apiId}, Stage ${stageName}. Limit: 0.00 Burst: 0`;
  const thisMethod = `RestApi ${apiId}, Stage ${stageName}, Resource res0, HttpMethod GET. Limit: 1.50 Burst: 0`;
  const own = { ...defaultMethodSetting, ...info, throttlingRateLimit: 1.5, throttlingBurstLimit: 0 };

  test.each<[string, Partial<FixtureInput>, string]>([
    ["of the stage", {}, `Key throttle limit exceeded for ${everyMethod}`],
    [
      "of the method",
      { stage: { methodSettings: { "pets/{petId}/GET": own } } },
      `Key throttle limit exceeded for ${thisMethod}`,
    ],
    [
      "of the account",
      {
        stage: { methodSettings: { "*/*": { ...defaultMethodSetting, ...info } } },
        settings: { ...generous, accountRateLimit: 7, accountBurstLimit: 0 },
      },
      "Account throttle limit exceeded. Limit: 7.00 Burst: 0",
    ],
  ])("a request that a limit %s refused was not executed", async (_whose, options, line) => {
    const gateway = logging({ ...info, ...limit0 }, undefined, options);
    await gateway.ask(asked);
    expect(linesOf(gateway)).toEqual([...verifying, line, "Method completed with status: 429"]);
  });

  test("an answer that breaks off on its way did not succeed, whatever its head said", async () => {
    const gateway = logging({ loggingLevel: "ERROR" });
    gateway.upstream.behaviour = { body: "part", length: 70_000, breaksOff: "reset" };
    expect(await gateway.ask(asked)).toMatchObject({ status: 200, broken: true });
    expect(linesOf(gateway).slice(-2)).toEqual([
      "Execution failed due to a network error communicating with endpoint",
      "Method completed with status: 200",
    ]);
  });

  test("an answer that is over the bound did not succeed", async () => {
    const gateway = logging({ loggingLevel: "ERROR" });
    gateway.upstream.behaviour = { body: [Buffer.alloc(limits.payload), Buffer.alloc(1)], length: -1 };
    expect(await gateway.ask(asked)).toMatchObject({ status: 200, broken: true });
    expect(linesOf(gateway).slice(-2)).toEqual([
      "Execution failed due to configuration error: Endpoint response is too large",
      "Method completed with status: 200",
    ]);
  });

  test("a client that went away before it had an answer was given none", async () => {
    const gateway = logging(infoWithData);
    gateway.upstream.answerLater = true;
    const replies: Reply[] = [];
    void ask(gateway.serve, asked, replies);
    replies[0]?.onSent?.();
    expect(linesOf(gateway).at(-1)).toMatch(/^Sending request to /);
  });

  test("a request without the key that it needs", async () => {
    const gateway = logging(info, methodOf({}, { apiKeyRequired: true }));
    await gateway.ask({ ...asked, headers: [...idHeader, "x-api-key", "abcdefghijklmnop"] });
    expect(linesOf(gateway)).toEqual([
      "Extended Request Id: {extendedId}",
      `Verifying Usage Plan for request: ${requestId}. API Key: **********klmnop API Stage: ${apiId}/${stageName}`,
      "API Key **********klmnop not authorized because method 'ANY /pets/{petId}' requires API Key and API Key is not " +
        `associated with a Usage Plan for API Stage ${apiId}/${stageName}: No Usage Plan found for key and API Stage`,
      "Method completed with status: 403",
    ]);
  });

  test("each line has the time of what it tells of", async () => {
    let now = Date.now() + 1_000;
    const begin = now;
    const gateway = logging(info, undefined, { now: () => now });
    gateway.upstream.answerLater = true;
    const answer = gateway.ask(asked);
    now += 40;
    gateway.upstream.release();
    await answer;
    const timeOf = (start: string): number | undefined =>
      gateway.events.find(({ message }) => message.includes(`) ${start}`))?.time;
    expect(timeOf("Sending request")).toBe(begin);
    expect(timeOf("Received response")).toBe(begin + 40);
    expect(timeOf("Starting execution")).toBeLessThan(begin);
    const times = gateway.events.map(({ time }) => time);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(linesOf(gateway)).toContain("Received response. Status: 200, Integration latency: 40 ms");
  });
});

const kindOf = ({ of }: RecordingLogs): string => {
  const lines = of(group);
  if (lines.length === 0) return "none";
  return lines.some((line) => line.includes("Method request headers")) ? "data" : "lines";
};

describe("what is logged at which level", () => {
  const rows: readonly (readonly [Partial<MethodSettingDocument>, well: "none" | "lines" | "data", failed: string])[] =
    [
      [{}, "none", "none"],
      [{ dataTraceEnabled: true }, "none", "none"],
      [{ loggingLevel: "OFF", dataTraceEnabled: true }, "none", "none"],
      [{ loggingLevel: "ERROR" }, "none", "lines"],
      [{ loggingLevel: "ERROR", dataTraceEnabled: true }, "data", "data"],
      [{ loggingLevel: "INFO" }, "lines", "lines"],
      [{ loggingLevel: "INFO", dataTraceEnabled: true }, "data", "data"],
    ];

  test.each(rows)("%j", async (setting, well, failed) => {
    const gateway = logging(setting);
    gateway.upstream.behaviour = { status: 500 };
    await gateway.ask(asked);
    expect(kindOf(gateway)).toBe(well);
    const failing = logging(setting);
    failing.upstream.behaviour = "timeout";
    await failing.ask(asked);
    expect(kindOf(failing)).toBe(failed);
  });

  test("at OFF there is nothing of it in a method's steps", () => {
    const plain = stepCount(logging({}), "/pets/1");
    expect(plain).toBeGreaterThan(1);
    expect(stepCount(logging({ loggingLevel: "OFF", dataTraceEnabled: true }), "/pets/1")).toBe(plain);
    expect(stepCount(logging(info), "/pets/1")).toBe(plain + 1);
  });

  test("a method's own level holds for it alone, and changes with the next request", async () => {
    const gateway = logging({}, undefined, {
      stage: { methodSettings: { "pets/{petId}/GET": { ...defaultMethodSetting, ...info } } },
    });
    await gateway.ask({ ...asked, method: "POST" });
    expect(gateway.events).toEqual([]);
    await gateway.ask(asked);
    expect(gateway.events.length).toBeGreaterThan(0);
    gateway.events.length = 0;
    gateway.put({});
    await gateway.ask(asked);
    expect(gateway.events).toEqual([]);
  });

  test("a request for a path that is not there has no execution", async () => {
    const gateway = logging(infoWithData);
    await gateway.ask({ path: "/none" });
    expect(gateway.events).toEqual([]);
  });
});

test("a canary's lines are in the stage's group and in one of their own", async () => {
  const stage = { canarySettings: { deploymentId: "dep001", percentTraffic: 100, useStageCache: false } };
  const gateway = logging(info, undefined, {
    stage: { ...stage, methodSettings: { "*/*": { ...defaultMethodSetting, ...info } } },
  });
  await gateway.ask(asked);
  expect(linesOf(gateway, `${group}/Canary`)).toEqual(linesOf(gateway));
});

test("the access event comes before the execution events", async () => {
  const gateway = logging(info, undefined, {
    stage: {
      accessLogSettings: { format: "$context.requestId", destinationArn: logGroupArn("access") },
      methodSettings: { "*/*": { ...defaultMethodSetting, ...info } },
    },
  });
  await gateway.ask(asked);
  expect(gateway.events[0]?.name).toBe("access");
  expect(gateway.events[1]?.name).toBe(group);
});
