import { expect, test } from "vitest";
import { apiId, gatewayOf, methodOf, snapshotOf, stageName } from "../../test/support/gateway-fixture.ts";
import type { SeriesLabels } from "../gateway/telemetry/metrics/series.ts";
import { defaultMethodSetting } from "../model/method-settings.ts";

const metered = { ...defaultMethodSetting, metricsEnabled: true };
const snapshots = {
  dep001: snapshotOf({ "/pets": { GET: methodOf() }, "/any": { ANY: methodOf() } }),
  dep002: snapshotOf({ "/toys": { GET: methodOf() } }),
};
const canarySettings = { deploymentId: "dep002", percentTraffic: 1, useStageCache: false };

/** `GET /pets`, or `GET /pets canary`. */
function labelsOf(text: string): SeriesLabels {
  const [method, resource, side] = text.split(" ");
  const stage = side === undefined ? stageName : `${stageName}/Canary`;
  return { apiId, apiName: "pets", stage, ...(method && { method }), ...(resource && { resource }) };
}

test.each([
  { stage: { methodSettings: { "*/*": metered } }, counts: ["GET /pets", "PUT /any"], not: ["PUT /pets", "GET /toys"] },
  { stage: { methodSettings: { "~1pets/GET": metered } }, counts: ["GET /pets"], not: ["PUT /any"] },
  { stage: { methodSettings: {} }, counts: [""], not: ["GET /pets", "PUT /any"] },
  {
    stage: { methodSettings: { "*/*": metered, "pets/GET": defaultMethodSetting } },
    counts: ["GET /any"],
    not: ["GET /pets", "GET /pets canary"],
  },
  {
    stage: { methodSettings: { "*/*": metered }, canarySettings },
    counts: ["GET /toys canary", "GET /pets"],
    not: ["GET /pets canary", "GET /toys"],
  },
  { stage: { deploymentId: "dep002", methodSettings: { "*/*": metered } }, counts: ["GET /toys"], not: ["GET /pets"] },
])("counted now are $counts, and not $not", ({ stage, counts, not }) => {
  const { table } = gatewayOf({ snapshots, stage });
  expect(counts.filter((text) => !table.counts(labelsOf(text)))).toEqual([]);
  expect(not.filter((text) => table.counts(labelsOf(text)))).toEqual([]);
});

test("what is served no more is counted no more", () => {
  const { table } = gatewayOf({ snapshots, stage: { methodSettings: { "*/*": metered } } });
  const all = ["", "GET /pets"].map(labelsOf).concat({ apiId, apiName: "pets" });
  expect(all.map((labels) => table.counts(labels))).toEqual([true, true, true]);
  table.apply({ kind: "deleteStage", apiId, stageName });
  expect(all.map((labels) => table.counts(labels))).toEqual([false, false, false]);
  expect(table.counts({ apiId: "another", apiName: "pets", stage: "__proto__", method: "GET", resource: "/" })).toBe(
    false,
  );
});
