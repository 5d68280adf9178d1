/** A gateway whose traces a test reads. */
import type { StageDocument } from "../../src/model/documents.ts";
import { MetricsRegistry } from "../../src/gateway/telemetry/metrics/registry.ts";
import { createSamplingSlab, defaultRule, Sampler } from "../../src/gateway/telemetry/tracing/sampler.ts";
import type { Span } from "../../src/gateway/telemetry/tracing/spans.ts";
import { segmentsName, spansName, Tracer } from "../../src/gateway/telemetry/tracing/tracer.ts";
import {
  type Asked,
  type FixtureInput,
  type GatewayFixture,
  gatewayOf,
  methodOf,
  named,
  snapshotOf,
  valueOf,
} from "./gateway-fixture.ts";
import { recordingLogs, type RecordingLogs } from "./recording-logs.ts";
import { readSegment, type ReadSegment } from "./segment.ts";

/** A caller's trace and segment. */
export const root = "1-5759e988-bd862e3fe1be46a994272793";
export const parent = "53995c3f42cd8ad8";

export const active = { tracingEnabled: true };
export const passive = { tracingEnabled: false };
/** Epoch milliseconds. */
export const now = 1_767_225_600_250;

export interface Traced extends GatewayFixture, RecordingLogs {
  readonly segments: () => ReadSegment[];
  readonly spans: () => Span[];
  /** With this trace header, or without one. */
  readonly traced: (header?: string, asked?: Asked) => ReturnType<GatewayFixture["ask"]>;
  /** What the endpoint was told last. */
  readonly forwarded: () => string | undefined;
}

/** `chance`: every draw of the sampler. */
export function tracing(
  stage: Partial<StageDocument>,
  chance = 0.99,
  options: Partial<FixtureInput> = {},
  rule = defaultRule,
): Traced {
  const recorded = recordingLogs();
  const sampler = new Sampler(createSamplingSlab(), rule, () => chance);
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
