/** Method settings: spellings of a method, values of the leaves, what a new key starts as, removal (facts/stage.md 2.2, 4.2). */
import { describe, expect, test } from "vitest";
import { badRequestOf, freshStage, refusal, restApiId, stageFixture } from "../../../../test/support/stage-fixture.ts";
import { removeText } from "../../../../test/support/stage-texts.ts";
import { limits } from "../../../limits.ts";
import { defaultMethodSetting } from "../../../model/method-settings.ts";
import { applyPatch } from "../apply.ts";
import { stageRules } from "./stage.ts";

const replace = (path: string, value?: string) => ({ op: "replace", path, value });
const remove = (path: string) => ({ op: "remove", path });

test("the first leaf makes a complete setting, in which the logging level alone is absent", () => {
  expect(stageFixture().patch([replace("/*/*/metrics/enabled", "true")]).methodSettings).toStrictEqual({
    "*/*": {
      metricsEnabled: true,
      dataTraceEnabled: false,
      throttlingBurstLimit: 5000,
      throttlingRateLimit: 10_000,
      cachingEnabled: false,
      cacheTtlInSeconds: 300,
      cacheDataEncrypted: false,
      requireAuthorizationForCacheControl: true,
      unauthorizedCacheControlHeaderStrategy: "SUCCEED_WITH_RESPONSE_HEADER",
    },
  });
});

test("its throttling limits start as the account's", () => {
  const { context } = stageFixture();
  const step = { ...context, accountRateLimit: 7.5, accountBurstLimit: 3, restApiId };
  const operations = [replace("/*/*/metrics/enabled", "true")];
  expect(applyPatch(freshStage, operations, stageRules, step).methodSettings["*/*"]).toMatchObject({
    throttlingRateLimit: 7.5,
    throttlingBurstLimit: 3,
  });
});

describe("the key keeps the spelling that was used", () => {
  test.each([
    ["/*/*", "*/*"],
    ["/pets/GET", "pets/GET"],
    ["/pets/{id}/toys/PUT", "pets/{id}/toys/PUT"],
    ["/{proxy+}/DELETE", "{proxy+}/DELETE"],
    ["/~1pets~1{id}/POST", "~1pets~1{id}/POST"],
    ["/a~1b/c/PATCH", "a~1b/c/PATCH"],
    ["/~1/GET", "~1/GET"],
    ["/~0tilde/HEAD", "~0tilde/HEAD"],
    ["/variables/OPTIONS", "variables/OPTIONS"],
    ["/methodSettings/GET", "methodSettings/GET"],
    ["/methodSettings/pets/GET", "pets/GET"],
    ["/methodSettings/~1pets/GET", "~1pets/GET"],
    ["/methodSettings/*/*", "*/*"],
    ["/accessLogSettings/GET", "accessLogSettings/GET"],
    ["/__proto__/GET", "__proto__/GET"],
  ])("%s is %s", (method, key) => {
    const { methodSettings = {} } = stageFixture().patch([replace(`${method}/metrics/enabled`, "true")]);
    expect(Object.keys(methodSettings)).toEqual([key]);
  });
});

describe("a method has one setting, whatever its spelling", () => {
  test.each([
    ["pets/GET", "~1pets/GET"],
    ["~1pets/GET", "pets/GET"],
    ["~1pets~1{id}/GET", "pets/{id}/GET"],
    ["pets~1{id}/GET", "~1pets/{id}/GET"],
  ])("%s becomes %s", (first, second) => {
    const { patch } = stageFixture();
    const { methodSettings } = patch([
      replace("/other/GET/metrics/enabled", "true"),
      replace(`/${first}/metrics/enabled`, "true"),
      replace(`/${second}/caching/ttlInSeconds`, "60"),
    ]);
    expect(methodSettings).toStrictEqual({
      "other/GET": { ...defaultMethodSetting, metricsEnabled: true },
      [second]: { ...defaultMethodSetting, metricsEnabled: true, cacheTtlInSeconds: 60 },
    });
    expect(patch([remove(`/${first}`)]).methodSettings).toEqual({
      "other/GET": { ...defaultMethodSetting, metricsEnabled: true },
    });
  });

  test("another verb, another case and an escape that is none are other methods", () => {
    const paths = ["pets/GET", "pets/PUT", "Pets/GET", "pets~2/GET", "pets//GET"];
    const operations = paths.map((path) => replace(`/${path}/metrics/enabled`, "true"));
    expect(Object.keys(stageFixture().patch(operations).methodSettings ?? {})).toEqual(paths);
  });
});

describe("a new method key", () => {
  test("starts as a copy of what every method has, and does not follow it", () => {
    const { patch } = stageFixture();
    patch([replace("/*/*/throttling/rateLimit", "7"), replace("/*/*/logging/loglevel", "INFO")]);
    patch([replace("/pets/GET/metrics/enabled", "true")]);
    const { methodSettings } = patch([replace("/*/*/throttling/rateLimit", "8")]);
    const general = { ...defaultMethodSetting, throttlingRateLimit: 8, loggingLevel: "INFO" };
    expect(methodSettings).toStrictEqual({
      "*/*": general,
      "pets/GET": { ...general, throttlingRateLimit: 7, metricsEnabled: true },
    });
  });

  test("starts with the defaults when the copied settings are removed before it in the request", () => {
    const { patch } = stageFixture();
    patch([replace("/*/*/throttling/rateLimit", "7")]);
    const { methodSettings } = patch([remove("/*/*"), replace("/pets/GET/metrics/enabled", "true")]);
    expect(methodSettings).toStrictEqual({ "pets/GET": { ...defaultMethodSetting, metricsEnabled: true } });
  });
});

describe("removal", () => {
  test("takes the whole setting, and then there is none", () => {
    const { patch } = stageFixture();
    patch([replace("/~1pets/GET/metrics/enabled", "true"), replace("/*/*/metrics/enabled", "true")]);
    expect(Object.keys(patch([remove("/~1pets/GET")]).methodSettings ?? {})).toEqual(["*/*"]);
    expect(refusal(() => patch([remove("/~1pets/GET")]))).toEqual(badRequestOf(removeText("~1pets/GET")));
    expect(patch([remove("/*/*")]).methodSettings).toStrictEqual({});
  });

  test.each([
    "/*/*/throttling/rateLimit",
    "/*/*/metrics/enabled",
    "/pets/PUT",
    "/pets/ANY",
    "/*/GET",
    "/~1*/*",
    "/methodSettings/*/*",
    "/pets",
    "/GET",
    "pets/GET",
    "/__proto__/GET",
  ])("of %s finds nothing", (path) => {
    const { patch, stored } = stageFixture();
    patch([replace("/pets/GET/metrics/enabled", "true"), replace("/*/*/metrics/enabled", "true")]);
    const before = stored();
    expect(refusal(() => patch([remove(path)]))).toEqual(badRequestOf(removeText(path.replace(/^\//, ""))));
    expect(stored()).toBe(before);
  });
});

const burst = "Invalid throttling burst limit specified. Must be a non-negative integer, or -1 for no limit";
const rate = "Invalid throttling rate limit specified. Must be a non-negative number, or -1 for no limit";
const ttl = "Invalid time-to-live setting, must be an integer no greater than 3600";
const level = "Invalid logging level specified. Must be one of: [OFF, ERROR, INFO]";
const strategy =
  "Invalid unauthorized cache control header strategy specified. Must be one of: [FAIL_WITH_403, SUCCEED_WITH_RESPONSE_HEADER, SUCCEED_WITHOUT_RESPONSE_HEADER]";
const never = [undefined, "", " ", "NaN", "1e999", "0x1", "true", "\u0000", "__proto__", "x".repeat(1_048_576)];

describe("leaf values", () => {
  test.each([
    ["throttling/burstLimit", "-1", { throttlingBurstLimit: -1 }],
    ["throttling/burstLimit", "0", { throttlingBurstLimit: 0 }],
    ["throttling/burstLimit", "2147483647", { throttlingBurstLimit: 2_147_483_647 }],
    ["throttling/rateLimit", "-1", { throttlingRateLimit: -1 }],
    ["throttling/rateLimit", "-1.0", { throttlingRateLimit: -1 }],
    ["throttling/rateLimit", "0", { throttlingRateLimit: 0 }],
    ["throttling/rateLimit", "1.1", { throttlingRateLimit: 1.1 }],
    ["throttling/rateLimit", "20000", { throttlingRateLimit: 20_000 }],
    ["caching/ttlInSeconds", "0", { cacheTtlInSeconds: 0 }],
    ["caching/ttlInSeconds", "3600", { cacheTtlInSeconds: 3600 }],
    ["logging/loglevel", "OFF", { loggingLevel: "OFF" }],
    ["logging/loglevel", "ERROR", { loggingLevel: "ERROR" }],
    ["metrics/enabled", "yes", { metricsEnabled: false }],
    ["metrics/enabled", undefined, { metricsEnabled: false }],
    ["caching/requireAuthorizationForCacheControl", "", { requireAuthorizationForCacheControl: false }],
    [
      "caching/unauthorizedCacheControlHeaderStrategy",
      "SUCCEED_WITHOUT_RESPONSE_HEADER",
      { unauthorizedCacheControlHeaderStrategy: "SUCCEED_WITHOUT_RESPONSE_HEADER" },
    ],
  ])("%s takes %s", (leaf, value, member) => {
    expect(stageFixture().patch([replace(`/*/*/${leaf}`, value)]).methodSettings).toStrictEqual({
      "*/*": { ...defaultMethodSetting, ...member },
    });
  });

  const refused: readonly [leaf: string, message: string, values: readonly (string | undefined)[]][] = [
    ["throttling/burstLimit", burst, [...never, "-2", "1.5", "1e3", "2147483648"]],
    ["throttling/rateLimit", rate, [...never, "-2", "-0.5", "-1.5", "1,5", "Infinity"]],
    ["caching/ttlInSeconds", ttl, [...never, "3601", "-1", "1.5"]],
    ["logging/loglevel", level, [...never, "info", "DEBUG", "INFO "]],
    ["caching/unauthorizedCacheControlHeaderStrategy", strategy, [...never, "fail_with_403", "FAIL"]],
  ];

  test.each(refused)("%s says: %s", (leaf, message, values) => {
    const { patch, stored } = stageFixture();
    for (const value of values) {
      expect(refusal(() => patch([replace(`/pets/GET/${leaf}`, value)]))).toEqual(badRequestOf(message));
    }
    expect(stored()).toEqual(freshStage);
  });
});

describe("without a logging role of the account", () => {
  const text = "CloudWatch Logs role ARN must be set in account settings to enable logging";

  test.each(["ERROR", "INFO"])("the level %s is refused", (value) => {
    expect(refusal(() => stageFixture({}, "bare").patch([replace("/*/*/logging/loglevel", value)]))).toEqual(
      badRequestOf(text),
    );
  });

  test("the level OFF and data traces are not", () => {
    const { patch } = stageFixture({}, "bare");
    patch([replace("/*/*/logging/loglevel", "OFF"), replace("/*/*/logging/dataTrace", "true")]);
    expect(refusal(() => patch([replace("/*/*/logging/loglevel", "DEBUG")]))?.message).toBe(level);
  });
});

test("a stage has no more settings than an API can have methods", () => {
  const settings = Array.from(
    { length: limits.methodSettings },
    (_, i) => [`r${i}/GET`, defaultMethodSetting] as const,
  );
  const { patch } = stageFixture({ methodSettings: Object.fromEntries(settings) });
  expect(refusal(() => patch([replace("/more/GET/metrics/enabled", "true")]))).toEqual({
    name: "LimitExceededException",
    status: 429,
    message: "Maximum number of method settings for this stage has been reached.",
  });
  const { methodSettings = {} } = patch([replace("/~1r7/GET/metrics/enabled", "true")]);
  expect(Object.keys(methodSettings)).toHaveLength(limits.methodSettings);
});

describe("one request with many operations", () => {
  test("sees what it did before, and leaves what was stored before as it was", () => {
    const { patch, stored } = stageFixture();
    patch([replace("/a/GET/metrics/enabled", "true")]);
    const before = stored();
    const shown = JSON.stringify(before);
    const { methodSettings = {} } = patch([
      replace("/~1a/GET/caching/ttlInSeconds", "1"),
      replace("/*/*/caching/ttlInSeconds", "2"),
      replace("/b/GET/metrics/enabled", "true"),
      remove("/a/GET"),
      replace("/a/GET/metrics/enabled", "false"),
      remove("/*/*"),
      replace("/c/GET/metrics/enabled", "false"),
    ]);
    expect(Object.entries(methodSettings).map(([key, setting]) => [key, setting?.cacheTtlInSeconds])).toEqual([
      ["b/GET", 2],
      ["a/GET", 2],
      ["c/GET", 300],
    ]);
    expect(JSON.stringify(before)).toBe(shown);
  });

  test("that is refused in the end has done nothing", () => {
    const { patch, stored } = stageFixture();
    patch([replace("/a/GET/metrics/enabled", "true")]);
    const shown = JSON.stringify(stored());
    const operations = [replace("/a/GET/metrics/enabled", "false"), remove("/a/GET"), remove("/a/GET")];
    expect(refusal(() => patch(operations))).toEqual(badRequestOf(removeText("a/GET")));
    expect(JSON.stringify(stored())).toBe(shown);
  });
});

const settingPath = (length: number) => `/${"p".repeat(length - "/GET".length)}/GET`;

test("the path of a setting has a bound", () => {
  const { patch } = stageFixture();
  const longest = settingPath(limits.methodSettingKeyLength);
  expect(Object.keys(patch([replace(`${longest}/metrics/enabled`, "true")]).methodSettings ?? {})).toEqual([
    longest.slice(1),
  ]);
  const longer = replace(`${settingPath(limits.methodSettingKeyLength + 1)}/metrics/enabled`, "true");
  expect(refusal(() => patch([longer]))?.message).toContain(`at most ${limits.methodSettingKeyLength} characters`);
});

test("removing the setting of every method takes its one spelling", () => {
  const { patch } = stageFixture();
  patch([replace("/*/*/metrics/enabled", "true")]);
  expect(refusal(() => patch([remove("/~1*/*")]))).toEqual(badRequestOf(removeText("~1*/*")));
});
