import { describe, expect, test } from "vitest";
import {
  type FixtureInput,
  type GatewayFixture,
  gatewayOf,
  methodOf,
  named,
  settingOf,
  snapshotOf,
  stepCount,
} from "../../../test/support/gateway-fixture.ts";
import {
  deliveryStreamArn,
  logGroupArn,
  type RecordingLogs,
  recordingLogs,
} from "../../../test/support/recording-logs.ts";
import type { StageDocument } from "../../model/documents.ts";

const format = "$context.status $context.resourcePath $context.error.responseType $context.requestId";
const settings = { format, destinationArn: logGroupArn("apigw/prod") };

function logging(stage: Partial<StageDocument>, options: Partial<FixtureInput> = {}): GatewayFixture & RecordingLogs {
  const recorded = recordingLogs();
  const snapshots = { dep001: snapshotOf({ "/": { ANY: methodOf() }, "/mock": { GET: named("{}") } }) };
  return { ...gatewayOf({ snapshots, stage, ...options, logs: recorded.logs }), ...recorded };
}

const withoutId = (line: string): string => line.replace(/ [0-9a-f-]{36}$/, "");

describe("which requests have a line", () => {
  test("each that reaches the stage has one, whoever answers it", async () => {
    const gateway = logging({
      accessLogSettings: settings,
      methodSettings: { "mock/GET": settingOf(0, 0) },
    });
    await gateway.ask({ path: "/" });
    await gateway.ask({ path: "/none" });
    await gateway.ask({ path: "/mock", method: "POST" });
    await gateway.ask({ path: "/mock" });
    gateway.upstream.behaviour = "timeout";
    await gateway.ask({ path: "/" });
    gateway.upstream.behaviour = { status: 404 };
    await gateway.ask({ path: "/" });
    expect(gateway.of("apigw/prod").map(withoutId)).toEqual([
      "200 / -",
      "403 - MISSING_AUTHENTICATION_TOKEN",
      "403 - MISSING_AUTHENTICATION_TOKEN",
      "429 /mock THROTTLED",
      "504 / INTEGRATION_TIMEOUT",
      "404 / -",
    ]);
    expect(gateway.events).toHaveLength(6);
  });

  test("one that reaches no stage has none", async () => {
    const gateway = logging({ accessLogSettings: settings });
    await gateway.ask({ target: "/unknown/" });
    await gateway.ask({ host: "zzzzzzzzzz.execute-api.test" });
    await gateway.ask({ path: `/${"x".repeat(20_000)}` });
    expect(gateway.events).toEqual([]);
  });

  test("a streamed answer has its line when all of it is out, with its length", async () => {
    const gateway = logging({ accessLogSettings: { ...settings, format: "$context.responseLength" } });
    const pieces = [Buffer.alloc(1_000), Buffer.alloc(500)];
    gateway.upstream.behaviour = { body: pieces, length: -1 };
    await gateway.ask({});
    expect(gateway.of("apigw/prod")).toEqual(["1500"]);
  });

  test("one whose endpoint breaks off in the middle has the status that was sent, and what came", async () => {
    const gateway = logging({ accessLogSettings: { ...settings, format: "$context.status $context.responseLength" } });
    gateway.upstream.behaviour = { body: [Buffer.alloc(700)], length: -1, breaksOff: "reset" };
    expect((await gateway.ask({})).broken).toBe(true);
    expect(gateway.of("apigw/prod")).toEqual(["200 700"]);
  });
});

describe("what a line has where there was no answer", () => {
  const answered = "$context.status $context.responseLength $context.integrationStatus $context.integration.status";
  const accessLogSettings = { ...settings, format: answered };

  test.each([
    ["timeout", "504 41 - -"],
    ["client-incomplete", "400 26 - -"],
    ["client-slow", "408 31 - -"],
  ] as const)("%s", async (behaviour, line) => {
    const gateway = logging({ accessLogSettings });
    gateway.upstream.behaviour = behaviour;
    await gateway.ask({});
    expect(gateway.of("apigw/prod")).toEqual([line]);
  });

  test("a client that was gone before it was told anything", async () => {
    const gateway = logging({ accessLogSettings });
    gateway.upstream.answerLater = true;
    void gateway.ask({});
    gateway.replies[0]?.destroy();
    expect(gateway.of("apigw/prod")).toEqual(["- - - -"]);
  });
});

describe("where lines go", () => {
  test("a delivery stream is named by its ARN", async () => {
    const destinationArn = deliveryStreamArn("amazon-apigateway-logs");
    const gateway = logging({ accessLogSettings: { format, destinationArn } });
    await gateway.ask({});
    expect(gateway.events.map(({ log, name }) => [log, name])).toEqual([["deliveryStreams", "amazon-apigateway-logs"]]);
  });

  test("a canary's requests are in the stage's group and in one of their own", async () => {
    const draws = [0.9, 0.1];
    const gateway = logging(
      {
        accessLogSettings: { ...settings, format: "$context.isCanaryRequest" },
        canarySettings: { deploymentId: "dep001", percentTraffic: 50, useStageCache: false },
      },
      { random: () => draws.shift() ?? 0 },
    );
    await gateway.ask({});
    await gateway.ask({});
    expect(gateway.of("apigw/prod")).toEqual(["false", "true"]);
    expect(gateway.of("apigw/prod/Canary")).toEqual(["true"]);
  });

  test("a canary's requests are once in a delivery stream", async () => {
    const gateway = logging({
      accessLogSettings: { format, destinationArn: deliveryStreamArn("amazon-apigateway-logs") },
      canarySettings: { deploymentId: "dep001", percentTraffic: 100, useStageCache: false },
    });
    await gateway.ask({});
    expect(gateway.events.map(({ name }) => name)).toEqual(["amazon-apigateway-logs"]);
  });
});

describe("the setting acts on the next request", () => {
  test("turned on, changed, turned off", async () => {
    const gateway = logging({});
    await gateway.ask({});
    gateway.put({ accessLogSettings: { ...settings, format: "first $context.status" } });
    await gateway.ask({});
    gateway.put({ accessLogSettings: { format: "second $context.status", destinationArn: logGroupArn("other") } });
    await gateway.ask({});
    gateway.put({});
    await gateway.ask({});
    expect(gateway.events.map(({ name, message }) => [name, message])).toEqual([
      ["apigw/prod", "first 200"],
      ["other", "second 200"],
    ]);
  });

  test("a request under way is logged as the stage was when it came", async () => {
    const gateway = logging({ accessLogSettings: { ...settings, format: "old" } });
    gateway.upstream.answerLater = true;
    const answer = gateway.ask({});
    gateway.put({ accessLogSettings: { ...settings, format: "new" } });
    gateway.upstream.release();
    await answer;
    expect(gateway.of("apigw/prod")).toEqual(["old"]);
  });

  test.each<[string, StageDocument["accessLogSettings"]]>([
    ["none", undefined],
    ["a format alone", { format }],
    ["a destination alone", { destinationArn: logGroupArn("apigw/prod") }],
  ])("with %s nothing is done at all", async (_name, accessLogSettings) => {
    const gateway = logging(accessLogSettings === undefined ? {} : { accessLogSettings });
    const plain = gatewayOf({ snapshots: { dep001: snapshotOf({ "/": { ANY: methodOf() } }) } });
    await gateway.ask({});
    expect(gateway.events).toEqual([]);
    expect(stepCount(plain, "/")).toBeGreaterThan(1);
    expect(stepCount(gateway, "/")).toBe(stepCount(plain, "/"));
    expect(gateway.replies[0]?.onSent).toBeNull();
  });
});
