/** What UpdateStage refuses: paths that are not listed, methods that cannot have a setting, and every refusal that was recorded. */
import { describe, expect, test } from "vitest";
import {
  badRequestOf,
  freshStage,
  present,
  refusal,
  restApiId,
  stageFixture,
} from "../../../../test/support/stage-fixture.ts";
import { copyText, longText, refusalOf, removeText } from "../../../../test/support/stage-texts.ts";
import type { StageDocument } from "../../../model/documents.ts";
import type { PatchOperation } from "../../../model/service.ts";

const ops = ["add", "replace", "remove", "copy", "move", "test"];

/** With something under every map, so that a refusal is never about what is missing. */
const usedStage: StageDocument = {
  ...freshStage,
  variables: { goes: "g" },
  accessLogSettings: { format: "$context.requestId", destinationArn: present.logGroup },
  canarySettings: { deploymentId: "dep002", percentTraffic: 25, useStageCache: false },
};

/** Nothing stands here, or nothing that a patch may reach. */
const unlisted = [
  "",
  "/",
  "//",
  "/badPath",
  "/stageName",
  "/webAclArn",
  "/tags",
  "/tags/owner",
  "/createdDate",
  "/lastUpdatedDate",
  "/cacheClusterStatus",
  "/methodSettings",
  "/canarySettings/badPath",
  "/canarySettings/stageVariableOverrides/a/b",
  "/accessLogSettings/randomValue",
  "/accessLogSettings/*",
  "/accessLogSettings/",
  "/variables/",
  "/variables/a/b",
  "/Description",
  "/description/",
  "/description/x",
  "~1description",
  "description",
  "deploymentId",
  "variables/goes",
  "*/*/metrics/enabled",
  "/*/*/metrics",
  "/*/*/metrics/Enabled",
  "/*/*/metrics/enabled/",
  "/*/*/logging/logLevel",
  "/*/*/logging/datatrace",
  "/*/*/caching/ttlinseconds",
  "/*/*/throttling",
  "/GET/metrics/enabled",
  "//GET/metrics/enabled",
  "/__proto__",
  "/constructor",
  "/__proto__/polluted",
  "/methodSettings/__proto__",
] as const;

describe.each(unlisted)("the unlisted path %j", (path) => {
  test.each(ops)("%s", (op) => {
    const { patch, stored } = stageFixture(usedStage);
    expect(refusal(() => patch([{ op, path, value: "true", from: "/variables" }]))).toEqual(
      badRequestOf(refusalOf(op, path, false, "/variables")),
    );
    expect(stored()).toEqual(usedStage);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});

/** Paths of a leaf in which the method cannot have a setting (facts/stage.md 4.2). */
const impossibleMethods = [
  "/pets/ANY",
  "/pets/get",
  "/pets/TRACE",
  "/pets/CONNECT",
  "/pets/*",
  "/~1pets/*",
  "/*/GET",
  "/pets/*/GET",
  "/~1*/*",
  "/pets/__proto__",
  "/pets/constructor",
  "/pe\u0000ts/GET",
  "/pe\nts/GET",
  "/pe\ud800ts/GET",
];

test.each(impossibleMethods)("no leaf of %j can be set", (method) => {
  const { patch, stored } = stageFixture();
  const path = `${method}/metrics/enabled`;
  for (const op of ["add", "replace"]) {
    expect(refusal(() => patch([{ op, path, value: "true" }]))).toEqual(badRequestOf(longText(path)));
  }
  expect(stored()).toEqual(freshStage);
});

test("an operation without a path or an op is refused in the words for an unknown one", () => {
  const { patch } = stageFixture();
  expect(refusal(() => patch([{ op: "replace", value: "x" }]))).toEqual(badRequestOf(longText("null")));
  expect(refusal(() => patch([{ op: "remove" }]))).toEqual(badRequestOf(removeText("null")));
  expect(refusal(() => patch([{ op: "copy" }]))).toEqual(badRequestOf(copyText("null", "null")));
  expect(refusal(() => patch([{ path: "/description" }]))).toEqual(
    badRequestOf("Invalid null operation with path: /description"),
  );
});

/** The message of a refusal, after which the stage must be as it was. */
function refused(members: Partial<StageDocument>, ...operations: readonly PatchOperation[]): string | undefined {
  const { patch, stored } = stageFixture(members);
  const said = refusal(() => patch(operations));
  expect(stored()).toEqual({ ...freshStage, ...members });
  return said?.message;
}

describe("what was recorded", () => {
  test.each(["/canarySettings/stageVariableOverrides", "/canarySettings/badPath"])(
    "remove %s without a canary",
    (path) => {
      expect(refused({}, { op: "remove", path })).toBe(removeText(path.slice(1)));
    },
  );

  test.each(["/accessLogSettings/destinationArn", "/accessLogSettings/randomValue", "/accessLogSettings/*"])(
    "remove %s although it is set",
    (path) => {
      const accessLogSettings = { destinationArn: present.logGroup };
      expect(refused({ accessLogSettings }, { op: "remove", path })).toBe(removeText(path.slice(1)));
    },
  );

  test.each(["/canarySettings", "/canarySettings/badPath"])("replace %s", (path) => {
    expect(refused({}, { op: "replace", path, value: "x" })).toBe(longText(path));
  });

  test("add on a canary path", () => {
    const path = "/canarySettings/deploymentId";
    expect(refused({}, { op: "add", path, value: "dep001" })).toBe(`Invalid add operation with path: ${path}`);
  });

  test.each(["/canarySettings/deploymentId", "/deploymentId"])("an unknown deployment at %s", (path) => {
    expect(refused({}, { op: "replace", path, value: "nope" })).toBe("Deployment id does not exist");
    expect(refused({}, { op: "replace", path, value: "" })).toBe("Deployment id does not exist");
    expect(refused({}, { op: "replace", path })).toBe("Deployment id does not exist");
    expect(refused({}, { op: "replace", path, value: "__proto__" })).toBe("Deployment id does not exist");
  });

  test("removing settings of all methods that were never set", () => {
    expect(refused({}, { op: "remove", path: "/*/*" })).toBe(removeText("*/*"));
  });

  test("a copy without a canary", () => {
    const text = "Promotion not available. Canary does not exist.";
    expect(refused({}, { op: "copy", path: "/deploymentId", from: "/canarySettings/deploymentId" })).toBe(text);
    expect(refused({}, { op: "copy", path: "/variables", from: "/canarySettings/stageVariableOverrides" })).toBe(text);
  });

  test.each([
    ["/deploymentId", "/canarySettings/stageVariableOverrides"],
    ["/variables", "/canarySettings/deploymentId"],
    ["/variables/a", "/canarySettings/stageVariableOverrides/a"],
    ["/description", "/canarySettings/deploymentId"],
    ["/canarySettings/deploymentId", "/deploymentId"],
    ["/deploymentId", "canarySettings/deploymentId"],
    ["/deploymentId", ""],
  ])("a copy to %s from %s", (path, from) => {
    expect(refused({}, { op: "copy", path, from })).toBe(copyText(path, from));
  });
});

test("the deployment of another RestApi does not exist here", () => {
  const { tx, patch } = stageFixture();
  tx.put("deployment", "other", "dep999", { id: "dep999", createdDate: 0 });
  expect(tx.get("deployment", restApiId, "dep999")).toBeUndefined();
  expect(refusal(() => patch([{ op: "replace", path: "/deploymentId", value: "dep999" }]))?.message).toBe(
    "Deployment id does not exist",
  );
});
