/** Every row of UpdateStage's table with every op: what it does, or the words in which it is refused. */
import { describe, expect, test } from "vitest";
import { badRequestOf, freshStage, present, refusal, stageFixture } from "../../../../test/support/stage-fixture.ts";
import { refusalOf } from "../../../../test/support/stage-texts.ts";
import type { MethodSettingDocument, StageDocument } from "../../../model/documents.ts";
import type { PatchOperation } from "../../../model/service.ts";
import type { PatchOp } from "../apply.ts";
import { stageTable } from "./stage.ts";

const ops: readonly PatchOp[] = ["add", "replace", "remove", "copy", "move", "test"];

const setting: MethodSettingDocument = {
  metricsEnabled: false,
  dataTraceEnabled: false,
  throttlingBurstLimit: 5000,
  throttlingRateLimit: 10_000,
  cachingEnabled: false,
  cacheTtlInSeconds: 300,
  cacheDataEncrypted: false,
  requireAuthorizationForCacheControl: true,
  unauthorizedCacheControlHeaderStrategy: "SUCCEED_WITH_RESPONSE_HEADER",
};

const canarySettings = {
  deploymentId: "dep002",
  percentTraffic: 25,
  stageVariableOverrides: { goes: "override", only: "o" },
  useStageCache: false,
};

/** A stage in which everything is set, so that every remove has something to remove. */
const fullStage: StageDocument = {
  ...freshStage,
  description: "before",
  cacheClusterEnabled: true,
  cacheClusterSize: "1.6",
  methodSettings: { "*/*": { ...setting, loggingLevel: "ERROR" }, "~1pets~1{id}/GET": setting },
  variables: { stays: "s", goes: "g" },
  documentationVersion: "0.9",
  accessLogSettings: { format: "$context.requestId", destinationArn: present.logGroup },
  canarySettings,
  clientCertificateId: "old001",
};

/** What one row of the table does: by op, the members that change; every other op is refused. */
interface Row {
  readonly at: string;
  readonly value?: string;
  readonly from?: string;
  readonly after: { readonly [op in PatchOp]?: { readonly [K in keyof StageDocument]?: StageDocument[K] | undefined } };
}

const sameForBoth = (after: NonNullable<Row["after"]["add"]>): Row["after"] => ({ add: after, replace: after });

/** facts/stage.md 2.2: the leaf, a value that is not the default, the member. */
const leaves: readonly [leaf: string, value: string, member: Partial<MethodSettingDocument>][] = [
  ["metrics/enabled", "true", { metricsEnabled: true }],
  ["logging/dataTrace", "TRUE", { dataTraceEnabled: true }],
  ["logging/loglevel", "INFO", { loggingLevel: "INFO" }],
  ["throttling/burstLimit", "-1", { throttlingBurstLimit: -1 }],
  ["throttling/rateLimit", "1.1", { throttlingRateLimit: 1.1 }],
  ["caching/ttlInSeconds", "3600", { cacheTtlInSeconds: 3600 }],
  ["caching/enabled", "true", { cachingEnabled: true }],
  ["caching/dataEncrypted", "true", { cacheDataEncrypted: true }],
  ["caching/requireAuthorizationForCacheControl", "false", { requireAuthorizationForCacheControl: false }],
  [
    "caching/unauthorizedCacheControlHeaderStrategy",
    "FAIL_WITH_403",
    { unauthorizedCacheControlHeaderStrategy: "FAIL_WITH_403" },
  ],
];

const withKey = (key: string, value: MethodSettingDocument): Partial<StageDocument> => ({
  methodSettings: { ...fullStage.methodSettings, [key]: value },
});

const leafRows = leaves.flatMap(([leaf, value, member]): [string, Row][] => [
  [
    `/{resourcePath+}/{httpMethod}/${leaf}`,
    {
      at: `/~1pets~1{id}/GET/${leaf}`,
      value,
      after: { replace: withKey("~1pets~1{id}/GET", { ...setting, ...member }) },
    },
  ],
  [
    `/methodSettings/{resourcePath+}/{httpMethod}/${leaf}`,
    {
      at: `/methodSettings/*/*/${leaf}`,
      value,
      after: { replace: withKey("*/*", { ...setting, loggingLevel: "ERROR", ...member }) },
    },
  ],
]);

/** The matrix of facts/stage.md 4.1: by the row's path, the ops that it has and what they do. */
const matrix: Readonly<Record<string, Row>> = {
  "/accessLogSettings": { at: "/accessLogSettings", after: { remove: { accessLogSettings: undefined } } },
  "/accessLogSettings/destinationArn": {
    at: "/accessLogSettings/destinationArn",
    value: `${present.logGroup}2`,
    after: sameForBoth({
      accessLogSettings: { format: "$context.requestId", destinationArn: `${present.logGroup}2` },
    }),
  },
  "/accessLogSettings/format": {
    at: "/accessLogSettings/format",
    value: "$context.extendedRequestId",
    after: sameForBoth({
      accessLogSettings: { format: "$context.extendedRequestId", destinationArn: present.logGroup },
    }),
  },
  "/cacheClusterEnabled": {
    at: "/cacheClusterEnabled",
    value: "false",
    after: {
      replace: {
        cacheClusterEnabled: false,
        cacheClusterTransition: { status: "DELETE_IN_PROGRESS", endsAt: 1_767_323_045_250 },
      },
    },
  },
  "/cacheClusterSize": {
    at: "/cacheClusterSize",
    value: "237",
    after: {
      replace: {
        cacheClusterSize: "237",
        cacheClusterTransition: { status: "CREATE_IN_PROGRESS", endsAt: 1_767_323_045_250 },
      },
    },
  },
  "/canarySettings": { at: "/canarySettings", after: { remove: { canarySettings: undefined } } },
  "/canarySettings/deploymentId": {
    at: "/canarySettings/deploymentId",
    value: "dep003",
    after: { replace: { canarySettings: { ...canarySettings, deploymentId: "dep003" } } },
  },
  "/canarySettings/percentTraffic": {
    at: "/canarySettings/percentTraffic",
    value: "10.5",
    after: { replace: { canarySettings: { ...canarySettings, percentTraffic: 10.5 } } },
  },
  "/canarySettings/stageVariableOverrides": {
    at: "/canarySettings/stageVariableOverrides",
    value: '{"new":"n"}',
    after: { replace: { canarySettings: { ...canarySettings, stageVariableOverrides: { new: "n" } } } },
  },
  "/canarySettings/stageVariableOverrides/{name}": {
    at: "/canarySettings/stageVariableOverrides/only",
    value: "new",
    after: {
      replace: {
        canarySettings: { ...canarySettings, stageVariableOverrides: { goes: "override", only: "new" } },
      },
      remove: { canarySettings: { ...canarySettings, stageVariableOverrides: { goes: "override" } } },
    },
  },
  "/canarySettings/useStageCache": {
    at: "/canarySettings/useStageCache",
    value: "true",
    after: { replace: { canarySettings: { ...canarySettings, useStageCache: true } } },
  },
  "/clientCertificateId": {
    at: "/clientCertificateId",
    value: present.clientCertificateId,
    after: { replace: { clientCertificateId: present.clientCertificateId } },
  },
  "/deploymentId": {
    at: "/deploymentId",
    value: "dep003",
    from: "/canarySettings/deploymentId",
    after: { replace: { deploymentId: "dep003" }, copy: { deploymentId: "dep002" } },
  },
  "/description": { at: "/description", value: "after", after: { replace: { description: "after" } } },
  "/documentationVersion": {
    at: "/documentationVersion",
    value: present.documentationVersion,
    after: { replace: { documentationVersion: present.documentationVersion } },
  },
  "/tracingEnabled": { at: "/tracingEnabled", value: "True", after: { replace: { tracingEnabled: true } } },
  "/variables": {
    at: "/variables",
    value: '{"new":"n"}',
    from: "/canarySettings/stageVariableOverrides",
    after: {
      replace: { variables: { new: "n" } },
      remove: { variables: undefined },
      copy: { variables: { stays: "s", goes: "override", only: "o" } },
    },
  },
  "/variables/{name}": {
    at: "/variables/goes",
    value: "new",
    after: {
      ...sameForBoth({ variables: { stays: "s", goes: "new" } }),
      remove: { variables: { stays: "s" } },
    },
  },
  ...Object.fromEntries(leafRows),
  "/{resourcePath+}/{httpMethod}": {
    at: "/*/*",
    after: { remove: { methodSettings: { "~1pets~1{id}/GET": setting } } },
  },
};

test("the table has the rows of the matrix and no other", () => {
  expect(stageTable.rules.map(({ path }) => path).toSorted()).toEqual(Object.keys(matrix).toSorted());
});

describe.each(Object.entries(matrix))("%s", (path, { at, value, from, after }) => {
  const sent = (op: string): PatchOperation => ({ op, path: at, value, from });

  test.each(ops)("%s", (op) => {
    const { patch, stored } = stageFixture(fullStage);
    const rule = stageTable.rules.find((candidate) => candidate.path === path);
    const changed = after[op];
    expect(rule?.[op] !== undefined).toBe(changed !== undefined);
    if (changed === undefined) {
      expect(refusal(() => patch([sent(op)]))).toEqual(
        badRequestOf(refusalOf(op, at, after.replace !== undefined, from)),
      );
      expect(stored()).toEqual(fullStage);
    } else {
      patch([sent(op)]);
      const expected: Record<string, unknown> = { ...fullStage, ...changed, lastUpdatedDate: 1_767_323_045 };
      for (const [member, content] of Object.entries(changed)) if (content === undefined) delete expected[member];
      expect(stored()).toStrictEqual(expected);
    }
  });
});
