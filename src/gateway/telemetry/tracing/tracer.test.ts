import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { valueOf } from "../../../../test/support/gateway-fixture.ts";
import { active, now, parent, passive, root, tracing } from "../../../../test/support/tracing-fixture.ts";
import type { StageDocument } from "../../../model/documents.ts";
import type { Environment } from "../../../settings.ts";
import { MetricsRegistry } from "../metrics/registry.ts";
import { createSamplingSlab, defaultRule, Sampler, samplingRule } from "./sampler.ts";

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

  test("also where nobody else looks at the request", async () => {
    const metrics = new MetricsRegistry({ metricSeries: 0, metricSeriesOfMethods: 0 });
    const gateway = tracing(active, 0.99, { metrics });
    await gateway.traced();
    expect(gateway.segments()).toHaveLength(1);
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

  describe("by OpenTelemetry's own variables", () => {
    const draws = [0.01, 0.049, 0.25, 0.999];
    /** What is sampled of four requests in one second, with these draws. */
    const sampled = (env: Environment): string => {
      let draw = 0;
      const sampler = new Sampler(createSamplingSlab(), samplingRule(env), () => draws[draw++ % 4] ?? 0);
      return draws.map(() => (sampler.samples(7, now) ? "1" : "0")).join("");
    };

    test.each([
      [{ OTEL_TRACES_SAMPLER: "always_on" }, "1111"],
      [{ OTEL_TRACES_SAMPLER: "parentbased_always_on" }, "1111"],
      [{ OTEL_TRACES_SAMPLER: "always_off", OTEL_TRACES_SAMPLER_ARG: "1" }, "0000"],
      [{ OTEL_TRACES_SAMPLER: "parentbased_always_off" }, "0000"],
      [{ OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "0.25" }, "1100"],
      [{ OTEL_TRACES_SAMPLER: "parentbased_traceidratio", OTEL_TRACES_SAMPLER_ARG: "2e-2" }, "1000"],
      [{ OTEL_TRACES_SAMPLER: "traceidratio" }, "1111"],
      [{ OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "0" }, "0000"],
      // The default rule: the first, which needs no luck, and those of the draws below 0.05.
      [{ OTEL_TRACES_SAMPLER: "xray" }, "1110"],
      [{ OTEL_TRACES_SAMPLER: "" }, "1110"],
      [{ OTEL_TRACES_SAMPLER: "always_off", OTEL_SDK_DISABLED: "TRUE" }, "1110"],
    ])("%o: %s", (env, expected) => {
      expect(sampled(env)).toBe(expected);
    });

    test.each([
      [{ OTEL_TRACES_SAMPLER: "jaeger_remote" }, "OTEL_TRACES_SAMPLER must be one of"],
      [{ OTEL_TRACES_SAMPLER: "toString" }, "OTEL_TRACES_SAMPLER must be one of"],
      [{ OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "2" }, "OTEL_TRACES_SAMPLER_ARG must be"],
      [{ OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "half" }, "OTEL_TRACES_SAMPLER_ARG must be"],
    ])("%o is refused", (env, message) => {
      expect(() => samplingRule(env)).toThrow(message);
    });

    test("no rule of X-Ray's is named, and a caller's decision holds", async () => {
      const gateway = tracing(active, 0, {}, samplingRule({ OTEL_TRACES_SAMPLER: "always_on" }));
      await gateway.traced();
      await gateway.traced(`Root=${root};Sampled=0`);
      expect(gateway.segments().map(({ aws }) => aws.xray)).toEqual([undefined]);
    });
  });

  test("threads share the seconds", () => {
    const slab = createSamplingSlab();
    const [one, two] = [new Sampler(slab, defaultRule, () => 1), new Sampler(slab, defaultRule, () => 1)];
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
