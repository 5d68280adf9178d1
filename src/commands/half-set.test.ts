import { PassThrough } from "node:stream";
import type { Stage } from "@aws-sdk/client-api-gateway";
import { expect, test } from "vitest";
import { noteHalves } from "./half-set.ts";
import { everyMethod, patchOf } from "./stage-keys.ts";
import { Terminal } from "./terminal.ts";

/** What is told after these were set, and the stage was like this. */
function toldOf(assignments: string, stage: Stage): string {
  const stderr = new PassThrough();
  const terminal = new Terminal({ stdout: new PassThrough(), stderr, env: {} });
  const operations = assignments.split(" ").map((text) => patchOf(text, everyMethod));
  noteHalves(terminal, operations, stage);
  return String(stderr.read() ?? "");
}

const caching = { methodSettings: { "*/*": { cachingEnabled: true } } };
const traced = { dataTraceEnabled: true };

test.each<[assignments: string, stage: Stage, told: string]>([
  ["access-log.destination=arn", { accessLogSettings: { destinationArn: "arn" } }, "access-log.format is set too."],
  ["access-log.format=f", { accessLogSettings: { format: "f" } }, "access-log.destination is set too."],
  ["cache=on", { cacheClusterEnabled: true }, "No answer is cached before a method's caching is on: caching=on"],
  ["caching=on", caching, "No answer is cached before the stage has a cache: cache=on"],
  ["data-trace=on", { methodSettings: { "*/*": traced } }, "before logging is ERROR or INFO: logging=INFO"],
  [
    "canary.variables.a=1",
    { canarySettings: { percentTraffic: 0 } },
    "The canary gets no requests before canary.percent",
  ],
])("%s alone", (assignments, stage, told) => {
  expect(toldOf(assignments, stage)).toMatch(/^stagewright: [^\n]+\n$/);
  expect(toldOf(assignments, stage)).toContain(told);
});

test.each<[assignments: string, stage: Stage]>([
  ["access-log.destination=arn", { accessLogSettings: { destinationArn: "arn", format: "f" } }],
  ["cache=on", { cacheClusterEnabled: true, ...caching }],
  ["caching=on", { cacheClusterEnabled: true, ...caching }],
  ["cache=off", { cacheClusterEnabled: false }],
  ["caching=off", { cacheClusterEnabled: false }],
  ["data-trace=on", { methodSettings: { "*/*": { ...traced, loggingLevel: "ERROR" } } }],
  ["data-trace=off", { methodSettings: { "*/*": {} } }],
  ["canary.percent=0", { canarySettings: { percentTraffic: 0 } }],
  ["canary.percent=0.0", { canarySettings: { percentTraffic: 0 } }],
  ["canary.variables.a=1", { canarySettings: { percentTraffic: 5 } }],
  ["throttle.rate=1", {}],
])("after %s there is nothing to tell of %j", (assignments, stage) => {
  expect(toldOf(assignments, stage)).toBe("");
});
