import type { Stage } from "@aws-sdk/client-api-gateway";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { methodSettingLeaves } from "../control/patch/rules/method-setting.ts";
import { stageTable } from "../control/patch/rules/stage.ts";
import { assignmentsOf, everyMethod, keyNames, keysHelp, patchOf } from "./stage-keys.ts";
import { mapRows, methodRows, stageRows } from "./stage-rows.ts";

describe("every path that a PATCH may replace has its key", () => {
  const paths = new Set([...stageRows.map(({ path }) => path), ...mapRows.map(({ path }) => `${path}/{name}`)]);
  const wholeMaps = new Set(mapRows.map(({ path }) => path));
  const replaceable = stageTable.rules
    .filter(
      ({ replace, path }) => replace !== undefined && /^\/(?!\{)/.test(path) && !path.startsWith("/methodSettings"),
    )
    .map(({ path }) => path)
    .filter((path) => !wholeMaps.has(path) && !path.startsWith("/*/"));

  test("of the stage", () => {
    expect(replaceable.length).toBeGreaterThan(10);
    expect(replaceable.filter((path) => !paths.has(path))).toEqual([]);
  });

  test("of a method", () => {
    expect(methodRows.map(({ path }) => path).toSorted()).toEqual(
      methodSettingLeaves.map(({ path }) => path).toSorted(),
    );
  });
});

describe("the operation for KEY=VALUE", () => {
  test.each<[text: string, method: string, operation: object]>([
    ["description=a=b", everyMethod, { op: "replace", path: "/description", value: "a=b" }],
    ["description=", everyMethod, { op: "replace", path: "/description", value: "" }],
    ["tracing=on", everyMethod, { op: "replace", path: "/tracingEnabled", value: "true" }],
    ["tracing=FALSE", everyMethod, { op: "replace", path: "/tracingEnabled", value: "false" }],
    ["canary=off", everyMethod, { op: "remove", path: "/canarySettings" }],
    ["canary.percent=12.5 %", everyMethod, { op: "replace", path: "/canarySettings/percentTraffic", value: "12.5" }],
    ["variables.a=1", everyMethod, { op: "replace", path: "/variables/a", value: "1" }],
    ["variables.a=", everyMethod, { op: "replace", path: "/variables/a" }],
    ["variables.a/b~c=1", everyMethod, { op: "replace", path: "/variables/a~1b~0c", value: "1" }],
    [
      "canary.variables.a.b=1",
      everyMethod,
      { op: "replace", path: "/canarySettings/stageVariableOverrides/a.b", value: "1" },
    ],
    ["throttle.rate=-1", everyMethod, { op: "replace", path: "/*/*/throttling/rateLimit", value: "-1" }],
    ["caching.ttl=0", "GET /pets/{id}", { op: "replace", path: "/~1pets~1{id}/GET/caching/ttlInSeconds", value: "0" }],
    ["logging=INFO", "POST /", { op: "replace", path: "/~1/POST/logging/loglevel", value: "INFO" }],
    ["settings=off", "GET /", { op: "remove", path: "/~1/GET" }],
    ["settings=off", everyMethod, { op: "remove", path: "/*/*" }],
  ])("%s of %s", (text, method, operation) => {
    expect(patchOf(text, method)).toEqual(operation);
  });
});

test.each<[typed: string, said: string]>([
  ["loglevel", "Did you mean logging?"],
  ["throttlingRateLimit", "Did you mean throttle.rate?"],
  ["throttling/burstLimit", "Did you mean throttle.burst?"],
  ["tracingEnabled", "Did you mean tracing?"],
  ["cacheClusterSize", "Did you mean cache.size?"],
  ["dataTrace", "Did you mean data-trace?"],
  ["ttl", "Did you mean caching.ttl?"],
  ["deploymentId", "Did you mean deployment or canary.deployment?"],
  ["throtle", "Did you mean throttle?"],
  ["variable.release", "Did you mean variables?"],
  ["e", ""],
])("%s, in other words", (typed, said) => {
  const refused = () => patchOf(`${typed}=1`, everyMethod);
  expect(refused).toThrow(`There is no key "${typed}".${said === "" ? "" : ` ${said}`} See:`);
});

test("what a stage is set to is told in the words that set it", () => {
  const stage: Stage = {
    deploymentId: "dep001",
    stageName: "prod",
    cacheClusterEnabled: false,
    tracingEnabled: true,
    description: "mine",
    variables: { a: "1" },
    canarySettings: { deploymentId: "dep002", percentTraffic: 12.5, stageVariableOverrides: { a: "2" } },
    methodSettings: { "*/*": { loggingLevel: "INFO" }, "~1pets~1{id}/GET": { cachingEnabled: true }, "dogs/GET": {} },
  };
  const assignments = assignmentsOf(stage);
  const told = assignments.map(({ method, key, value }) => `${method}|${key}=${value}`);
  expect(told).toEqual(
    expect.arrayContaining([
      "|description=mine",
      "|variables.a=1",
      "|canary.percent=12.5",
      "|canary.variables.a=2",
      "*|logging=INFO",
      "GET /pets/{id}|caching=on",
    ]),
  );
  // Each of them can be typed as it is told.
  for (const { method, key, value } of assignments) {
    expect(patchOf(`${key}=${value}`, method === "" ? everyMethod : method)).toMatchObject({ op: "replace" });
  }
});

test("the help has every key, and fits", () => {
  const help = keysHelp();
  for (const key of keyNames) expect(help).toContain(key);
  for (const line of help.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
});

test("whatever is typed is an operation or refused", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.constantFrom(...keyNames, "variables", ""), (text, key) => {
      try {
        expect(patchOf(key + text, everyMethod)).toHaveProperty("op");
      } catch (error) {
        expect(error).toMatchObject({ name: "CommandFailed", exitCode: 2 });
      }
    }),
    { seed: 20_260_102 },
  );
});
