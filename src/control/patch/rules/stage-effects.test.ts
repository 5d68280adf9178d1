/** What UpdateStage's operations do to a stage, together and in order (facts/stage.md 4). */
import { describe, expect, test } from "vitest";
import { badRequestOf, freshStage, present, refusal, stageFixture } from "../../../../test/support/stage-fixture.ts";
import { limits } from "../../../limits.ts";

const replace = (path: string, value?: string) => ({ op: "replace", path, value });
const remove = (path: string) => ({ op: "remove", path });
const promotion = [
  replace("/canarySettings/percentTraffic", "0.0"),
  { op: "copy", path: "/deploymentId", from: "/canarySettings/deploymentId" },
  { op: "copy", path: "/variables", from: "/canarySettings/stageVariableOverrides" },
];

describe("a canary is created by whatever of it is replaced first", () => {
  test.each([
    ["/canarySettings/percentTraffic", "50", { deploymentId: "dep001", percentTraffic: 50, useStageCache: false }],
    ["/canarySettings/deploymentId", "dep002", { deploymentId: "dep002", percentTraffic: 0, useStageCache: false }],
    ["/canarySettings/useStageCache", "true", { deploymentId: "dep001", percentTraffic: 0, useStageCache: true }],
    [
      "/canarySettings/stageVariableOverrides/a",
      "1",
      { deploymentId: "dep001", percentTraffic: 0, stageVariableOverrides: { a: "1" }, useStageCache: false },
    ],
    [
      "/canarySettings/stageVariableOverrides",
      '{"a":"1"}',
      { deploymentId: "dep001", percentTraffic: 0, stageVariableOverrides: { a: "1" }, useStageCache: false },
    ],
  ])("%s", (path, value, canarySettings) => {
    expect(stageFixture().patch([replace(path, value)]).canarySettings).toStrictEqual(canarySettings);
  });

  test.each([
    ["/canarySettings/stageVariableOverrides/a", undefined],
    ["/canarySettings/stageVariableOverrides", undefined],
    ["/canarySettings/stageVariableOverrides", "{}"],
  ])("but not by emptying %s with %s", (path, value) => {
    expect(stageFixture().patch([replace(path, value)]).canarySettings).toBeUndefined();
  });

  test("and it is on the deployment that the stage has at that moment", () => {
    const operations = [replace("/deploymentId", "dep002"), replace("/canarySettings/percentTraffic", "1")];
    expect(stageFixture().patch(operations).canarySettings?.deploymentId).toBe("dep002");
  });
});

describe("percentTraffic", () => {
  test.each([
    ["0", 0],
    ["0.0", 0],
    ["-0", 0],
    ["10.5", 10.5],
    ["100", 100],
    ["100.0", 100],
  ])("%s", (value, percentTraffic) => {
    const { patch } = stageFixture();
    expect(patch([replace("/canarySettings/percentTraffic", value)]).canarySettings?.percentTraffic).toBe(
      percentTraffic,
    );
  });

  test.each(["-0.1", "100.1", "NaN", "1e999", "ten", "", " 5", "0x10", undefined])("%j is refused", (value) => {
    expect(refusal(() => stageFixture().patch([replace("/canarySettings/percentTraffic", value)]))).toEqual(
      badRequestOf("Invalid percentTraffic specified. Must be a number between 0.0 and 100.0"),
    );
  });
});

describe("promotion", () => {
  const canarySettings = {
    deploymentId: "dep002",
    percentTraffic: 50,
    stageVariableOverrides: { both: "canary", new: "n" },
    useStageCache: false,
  };

  test("copies the deployment, merges the overrides and keeps the canary", () => {
    const { patch } = stageFixture({ variables: { both: "stage", old: "o" }, canarySettings });
    const { deploymentId, variables, canarySettings: after } = patch(promotion);
    expect({ deploymentId, variables, canarySettings: after }).toStrictEqual({
      deploymentId: "dep002",
      variables: { both: "canary", old: "o", new: "n" },
      canarySettings: { ...canarySettings, percentTraffic: 0 },
    });
  });

  test("works on a stage without a canary, since its first operation makes one", () => {
    const { patch } = stageFixture({ variables: { a: "1" } });
    const { deploymentId, variables, canarySettings: after } = patch(promotion);
    expect({ deploymentId, variables, canarySettings: after }).toStrictEqual({
      deploymentId: "dep001",
      variables: { a: "1" },
      canarySettings: { deploymentId: "dep001", percentTraffic: 0, useStageCache: false },
    });
  });

  test("sees what earlier operations of its request did, and not what later ones do", () => {
    const { patch } = stageFixture({ canarySettings });
    const after = patch([
      replace("/canarySettings/stageVariableOverrides/early", "e"),
      ...promotion,
      replace("/canarySettings/stageVariableOverrides/late", "l"),
      remove("/canarySettings/stageVariableOverrides/new"),
    ]);
    expect(after.variables).toStrictEqual({ both: "canary", new: "n", early: "e" });
    expect(after.canarySettings?.stageVariableOverrides).toStrictEqual({ both: "canary", early: "e", late: "l" });
  });

  test("is no longer possible once the canary is removed", () => {
    const { patch, stored } = stageFixture({ canarySettings });
    expect(refusal(() => patch([remove("/canarySettings"), ...promotion.slice(1)]))?.message).toBe(
      "Promotion not available. Canary does not exist.",
    );
    expect(stored().canarySettings).toEqual(canarySettings);
  });

  test("may not make more variables than a stage can have", () => {
    const variables = Object.fromEntries(Array.from({ length: limits.stageVariables }, (_, i) => [`v${i}`, "x"]));
    const { patch } = stageFixture({ variables, canarySettings });
    expect(refusal(() => patch(promotion))?.message).toBe("A stage can have at most 100 stage variables");
  });
});

describe("a text that can be cleared", () => {
  const descriptionText = `Description can be at most ${limits.descriptionLength} characters without control characters`;
  const members = {
    description: "d",
    documentationVersion: present.documentationVersion,
    clientCertificateId: present.clientCertificateId,
  };

  test.each(Object.keys(members))("%s, by an empty value and by none", (member) => {
    for (const value of ["", undefined]) {
      const { patch, stored } = stageFixture(members);
      patch([replace(`/${member}`, value)]);
      expect(Object.keys(stored())).not.toContain(member);
    }
  });

  test.each([
    ["documentationVersion", "9.9", "Invalid Documentation version specified"],
    ["documentationVersion", "__proto__", "Invalid Documentation version specified"],
    ["clientCertificateId", "nope", "Invalid Client Certificate identifier specified"],
    ["clientCertificateId", "constructor", "Invalid Client Certificate identifier specified"],
    ["description", "d".repeat(limits.descriptionLength + 1), descriptionText],
    ["description", "d".repeat(1_048_576), descriptionText],
    ["description", "a\u0000b", descriptionText],
    ["description", "\ud800", descriptionText],
  ])("%s is not %.12j", (member, value, message) => {
    const { patch, stored } = stageFixture(members);
    expect(refusal(() => patch([replace(`/${member}`, value)]))).toEqual(badRequestOf(message));
    expect(stored()).toEqual({ ...freshStage, ...members });
  });
});

describe("the cache cluster", () => {
  const size = "Invalid cache cluster size specified. Must be one of: [0.5, 1.6, 6.1, 13.5, 28.4, 58.2, 118, 237]";

  test("is on its way when the reply says so, and there when its time has come", () => {
    const { patch, context } = stageFixture();
    const on = patch([replace("/cacheClusterEnabled", "true"), replace("/cacheClusterSize", "0.5")]);
    expect(on).toMatchObject({
      cacheClusterEnabled: true,
      cacheClusterSize: "0.5",
      cacheClusterStatus: "CREATE_IN_PROGRESS",
    });
    const later = { now: context.now + 250 };
    expect(patch([replace("/tracingEnabled", "true")], later).cacheClusterStatus).toBe("AVAILABLE");
    expect(patch([replace("/cacheClusterSize", "6.1")], later)).toMatchObject({
      cacheClusterSize: "6.1",
      cacheClusterStatus: "CREATE_IN_PROGRESS",
    });
    const off = patch([replace("/cacheClusterEnabled", "false")], later);
    expect(off).toMatchObject({ cacheClusterEnabled: false, cacheClusterStatus: "DELETE_IN_PROGRESS" });
    expect(off.cacheClusterSize).toBeUndefined();
    expect(patch([], { now: context.now + 500 }).cacheClusterStatus).toBe("NOT_AVAILABLE");
  });

  test("remembers a size that was set while it was off, without showing it", () => {
    const { patch } = stageFixture();
    expect(patch([replace("/cacheClusterSize", "13.5")]).cacheClusterSize).toBeUndefined();
    expect(patch([replace("/cacheClusterEnabled", "true")]).cacheClusterSize).toBe("13.5");
  });

  test("has 0.5 GB when nothing else was said", () => {
    expect(stageFixture().patch([replace("/cacheClusterEnabled", "true")]).cacheClusterSize).toBe("0.5");
  });

  test.each(["0.50", "1", "", " 0.5", "NaN", "__proto__", undefined])("has no size %j", (value) => {
    expect(refusal(() => stageFixture().patch([replace("/cacheClusterSize", value)]))).toEqual(badRequestOf(size));
  });
});

describe("a request", () => {
  test("is all or nothing", () => {
    const { patch, stored } = stageFixture();
    const before = stored();
    const operations = [replace("/description", "new"), replace("/variables/a", "1"), replace("/deploymentId", "nope")];
    expect(refusal(() => patch(operations))?.message).toBe("Deployment id does not exist");
    expect(stored()).toBe(before);
    expect(before).toEqual(freshStage);
  });

  test("applies its operations in order", () => {
    const { patch } = stageFixture();
    expect(patch([replace("/description", "1"), replace("/description", "2")]).description).toBe("2");
    expect(patch([remove("/variables"), replace("/variables/a", "1")]).variables).toEqual({ a: "1" });
    expect(patch([replace("/variables/b", "1"), remove("/variables")]).variables).toBeUndefined();
  });

  test("moves lastUpdatedDate, to whole seconds, unless it is empty", () => {
    const { patch, context } = stageFixture();
    expect(patch([]).lastUpdatedDate).toBe(freshStage.lastUpdatedDate);
    const at = { now: context.now + 1_999 };
    const { createdDate, lastUpdatedDate } = patch([replace("/description", "")], at);
    expect({ createdDate, lastUpdatedDate }).toEqual({
      createdDate: freshStage.createdDate,
      lastUpdatedDate: Math.floor(context.now / 1000) + 1,
    });
  });

  test("that is refused can be sent again without what was wrong", () => {
    const { patch } = stageFixture();
    const good = replace("/description", "new");
    expect(refusal(() => patch([good, replace("/nothing", "x")]))?.name).toBe("BadRequestException");
    expect(patch([good]).description).toBe("new");
  });
});
