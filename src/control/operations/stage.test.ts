import { describe, expect, test, vi } from "vitest";
import {
  freshStage,
  present,
  refusal,
  restApiId,
  stageFixture,
  storeRestApi,
} from "../../../test/support/stage-fixture.ts";
import { contextFor, memoryTransaction } from "../../../test/support/memory-transaction.ts";
import { defaultMethodSetting } from "../../model/method-settings.ts";
import { compact } from "../../model/record.ts";
import type { Input } from "../../model/service.ts";
import { stageOperations, toStage } from "./stage.ts";

const { CreateStage, GetStage, GetStages, UpdateStage, DeleteStage, FlushStageCache, FlushStageAuthorizersCache } =
  stageOperations;

/** A RestApi with deployments, and no stage. */
function fixture() {
  const { tx, context } = stageFixture();
  tx.delete("stage", restApiId, present.stageName);
  const create = (input: Partial<Input<"CreateStage">> = {}) =>
    CreateStage({ restApiId, stageName: "new", deploymentId: "dep001", ...input }, context);
  return { tx, context, create };
}

describe("CreateStage", () => {
  test("makes a fresh stage", () => {
    const { create, context } = fixture();
    const createdDate = Math.floor(context.now / 1000);
    const fresh = {
      deploymentId: "dep001",
      stageName: "new",
      cacheClusterEnabled: false,
      cacheClusterStatus: "NOT_AVAILABLE",
      methodSettings: {},
      tracingEnabled: false,
      createdDate,
      lastUpdatedDate: createdDate,
    };
    expect(compact(create())).toStrictEqual(fresh);
    expect(compact(GetStage({ restApiId, stageName: "new" }, context))).toStrictEqual(fresh);
  });

  test("takes everything that it may be given", () => {
    const { create, context } = fixture();
    const given = {
      description: "dev stage",
      cacheClusterEnabled: true,
      cacheClusterSize: "1.6",
      variables: { testVar: "default", __proto: "x" },
      documentationVersion: present.documentationVersion,
      tracingEnabled: true,
      tags: { owner: "me" },
      canarySettings: {
        deploymentId: "dep002",
        percentTraffic: 50,
        stageVariableOverrides: { testVar: "canary" },
        useStageCache: false,
      },
    };
    expect(compact(create(given))).toStrictEqual({
      ...given,
      deploymentId: "dep001",
      stageName: "new",
      cacheClusterStatus: "CREATE_IN_PROGRESS",
      methodSettings: {},
      createdDate: Math.floor(context.now / 1000),
      lastUpdatedDate: Math.floor(context.now / 1000),
    });
  });

  test("leaves out what is empty", () => {
    const { tx, create } = fixture();
    create({ description: "", variables: {}, documentationVersion: "", tags: {}, cacheClusterSize: "6.1" });
    expect(Object.keys(tx.get("stage", restApiId, "new") ?? {}).toSorted()).toEqual([
      "cacheClusterEnabled",
      "cacheClusterSize",
      "createdDate",
      "deploymentId",
      "lastUpdatedDate",
      "methodSettings",
      "stageName",
      "tracingEnabled",
    ]);
  });

  test("gives a canary what was not said of it", () => {
    const { create } = fixture();
    expect(create({ canarySettings: {} }).canarySettings).toStrictEqual({
      deploymentId: "dep001",
      percentTraffic: 0,
      useStageCache: false,
    });
  });

  const tooMany = Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`v${i}`, "x"]));
  test.each<[string, number, Partial<Input<"CreateStage">>]>([
    ["Stage name only allows a-zA-Z0-9_", 400, { stageName: "a.b" }],
    ["Stage name only allows a-zA-Z0-9_", 400, { stageName: "" }],
    ["Stage name only allows a-zA-Z0-9_", 400, { stageName: "a b" }],
    ["Stage name only allows a-zA-Z0-9_", 400, { stageName: "a/b" }],
    ["Stage name only allows a-zA-Z0-9_", 400, { stageName: "new\n" }],
    ["Stage name only allows a-zA-Z0-9_", 400, { stageName: "é" }],
    ["Stage name only allows a-zA-Z0-9_", 400, { stageName: "x".repeat(129) }],
    ["Deployment id does not exist", 400, { deploymentId: "nope" }],
    ["Deployment id does not exist", 400, { deploymentId: "" }],
    ["Deployment id does not exist", 400, { canarySettings: { deploymentId: "nope" } }],
    ["Invalid Documentation version specified", 400, { documentationVersion: "9" }],
    [
      "Invalid stage variable name: a-b. Please use names with only word characters.",
      400,
      { variables: { "a-b": "1" } },
    ],
    [
      "Invalid stage variable value of key a.  Please use values with alphanumeric characters and the symbols ' ', -', '.', '_', ':', '/', '?', '&', '=', and ','.",
      400,
      { variables: { a: "<>" } },
    ],
    [
      "Invalid stage variable name: a-b. Please use names with only word characters.",
      400,
      { canarySettings: { stageVariableOverrides: { "a-b": "1" } } },
    ],
    ["A stage can have at most 100 stage variables", 400, { variables: tooMany }],
    [
      "Invalid percentTraffic specified. Must be a number between 0.0 and 100.0",
      400,
      { canarySettings: { percentTraffic: 100.5 } },
    ],
    [
      "Invalid percentTraffic specified. Must be a number between 0.0 and 100.0",
      400,
      { canarySettings: { percentTraffic: Number.NaN } },
    ],
    ["Tag keys must not begin with 'aws:'", 400, { tags: { "aws:a": "1" } }],
    ["Invalid API identifier specified 123456789012:nope", 404, { restApiId: "nope" }],
  ])("refuses: %s", (message, status, input) => {
    const { tx, create } = fixture();
    expect(refusal(() => create(input))).toMatchObject({ message, status });
    expect(tx.list("stage", restApiId)).toEqual([]);
  });

  test.each(["a", "A-b_9", "__proto__", "constructor", "$default".slice(1), "x".repeat(128)])(
    "allows the name %s",
    (stageName) => {
      const { create, context } = fixture();
      create({ stageName });
      expect(GetStage({ restApiId, stageName }, context).stageName).toBe(stageName);
    },
  );

  test("refuses a name that is taken, and names differ by case", () => {
    const { create } = fixture();
    create();
    create({ stageName: "New" });
    expect(refusal(() => create({ deploymentId: "dep002" }))).toEqual({
      name: "ConflictException",
      status: 409,
      message: "Stage already exists",
    });
  });

  test("refuses the eleventh stage of an API, until one is deleted", () => {
    const { create, context } = fixture();
    for (let i = 1; i <= 10; i++) create({ stageName: `s${i}` });
    expect(refusal(() => create())).toEqual({
      name: "LimitExceededException",
      status: 429,
      message: "Maximum number of stages for this API has been reached.",
    });
    DeleteStage({ restApiId, stageName: "s3" }, context);
    expect(create().stageName).toBe("new");
  });
});

describe("an unknown stage", () => {
  const { context } = stageFixture();
  const operations = {
    GetStage: (id: string) => GetStage({ restApiId: id, stageName: "nope" }, context),
    UpdateStage: (id: string) => UpdateStage({ restApiId: id, stageName: "nope", patchOperations: [] }, context),
    DeleteStage: (id: string) => DeleteStage({ restApiId: id, stageName: "nope" }, context),
    FlushStageCache: (id: string) => FlushStageCache({ restApiId: id, stageName: "nope" }, context),
    FlushStageAuthorizersCache: (id: string) =>
      FlushStageAuthorizersCache({ restApiId: id, stageName: "nope" }, context),
  };

  test.each(Object.entries(operations))("%s says so, and of an unknown API that", (_name, run) => {
    expect(refusal(() => run(restApiId))).toEqual({
      name: "NotFoundException",
      status: 404,
      message: "Invalid Stage identifier specified",
    });
    expect(refusal(() => run("nope"))).toEqual({
      name: "NotFoundException",
      status: 404,
      message: "Invalid API identifier specified 123456789012:nope",
    });
  });
});

describe("GetStages", () => {
  test("lists the stages of one API in order of creation, by the main deployment where asked", () => {
    const { tx, context, create } = fixture();
    storeRestApi(tx, "other00000");
    tx.put("stage", "other00000", "elsewhere", freshStage);
    create({ stageName: "b" });
    create({ stageName: "a", deploymentId: "dep002" });
    create({ stageName: "c", canarySettings: { deploymentId: "dep002" } });
    const names = (deploymentId?: string) =>
      GetStages({ restApiId, deploymentId }, context).item?.map(({ stageName }) => stageName);
    expect(names()).toEqual(["b", "a", "c"]);
    expect(names("")).toEqual(["b", "a", "c"]);
    expect(names("dep002")).toEqual(["a"]);
    expect(names("dep003")).toEqual([]);
    expect(refusal(() => GetStages({ restApiId: "nope" }, context))?.status).toBe(404);
  });
});

describe("toStage", () => {
  test("shows what is kept, but for the cluster's transition, and its size only while it is on", () => {
    const stored = {
      ...freshStage,
      cacheClusterEnabled: true,
      cacheClusterSize: "0.5",
      cacheClusterTransition: { status: "CREATE_IN_PROGRESS", endsAt: 1_000 },
      methodSettings: { "*/*": defaultMethodSetting },
      webAclArn: "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/a/1",
      clientCertificateId: "cert01",
      accessLogSettings: { format: "$context.requestId" },
    } as const;
    const { cacheClusterTransition: _ours, ...shown } = stored;
    expect(compact(toStage(stored, 999))).toStrictEqual({ ...shown, cacheClusterStatus: "CREATE_IN_PROGRESS" });
    expect(toStage(stored, 1_000).cacheClusterStatus).toBe("AVAILABLE");
    expect(toStage({ ...stored, cacheClusterEnabled: false }, 1_000).cacheClusterSize).toBeUndefined();
  });
});

describe("DeleteStage", () => {
  test("removes the stage and nothing else", () => {
    const { tx, context } = stageFixture();
    expect(DeleteStage({ restApiId, stageName: present.stageName }, context)).toEqual({});
    expect(tx.list("stage", restApiId)).toEqual([]);
    expect(tx.list("deployment", restApiId)).toHaveLength(present.deploymentIds.length);
    expect(refusal(() => DeleteStage({ restApiId, stageName: present.stageName }, context))?.status).toBe(404);
  });
});

describe("flushes", () => {
  const input = { restApiId, stageName: present.stageName };

  test("FlushStageCache shows until it is done, and leaves lastUpdatedDate", () => {
    const { context, patch, stored } = stageFixture();
    patch([{ op: "replace", path: "/cacheClusterEnabled", value: "true" }]);
    const now = context.now + 10_000;
    const { lastUpdatedDate } = stored();
    expect(FlushStageCache(input, { ...context, now })).toEqual({});
    const at = (later: number) => GetStage(input, { ...context, now: now + later }).cacheClusterStatus;
    expect([at(0), at(249), at(250)]).toEqual(["FLUSH_IN_PROGRESS", "FLUSH_IN_PROGRESS", "AVAILABLE"]);
    expect(stored().lastUpdatedDate).toBe(lastUpdatedDate);
  });

  test("without a cluster are accepted and store nothing", () => {
    const { context } = stageFixture();
    const put = vi.spyOn(context.tx, "put");
    const remove = vi.spyOn(context.tx, "delete");
    expect(FlushStageCache(input, context)).toEqual({});
    expect([put.mock.calls, remove.mock.calls]).toEqual([[], []]);
  });

  test("of what authorizers answered are counted, and show nowhere", () => {
    const { context } = stageFixture();
    const shown = GetStage(input, context);
    const { lastUpdatedDate } = context.tx.get("stage", restApiId, input.stageName) ?? {};
    for (const authorizerFlushes of [1, 2]) {
      expect(FlushStageAuthorizersCache(input, context)).toEqual({});
      const stored = context.tx.get("stage", restApiId, input.stageName);
      expect(stored).toMatchObject({ authorizerFlushes, lastUpdatedDate });
    }
    expect(GetStage(input, context)).toMatchObject(shown);
  });
});

test("UpdateStage as the reference's example has it", () => {
  const tx = memoryTransaction();
  storeRestApi(tx);
  tx.put("stage", restApiId, "stage1", { ...freshStage, stageName: "stage1", variables: { sv1: "opVar" } });
  const patchOperations = [
    { op: "replace", path: "/*/*/metrics/enabled", value: "true" },
    { op: "replace", path: "/cacheClusterEnabled", value: "true" },
    { op: "replace", path: "/cacheClusterSize", value: "0.5" },
    { op: "replace", path: "/variables/sv2", value: "svVar" },
  ];
  expect(UpdateStage({ restApiId, stageName: "stage1", patchOperations }, contextFor(tx))).toMatchObject({
    cacheClusterEnabled: true,
    cacheClusterSize: "0.5",
    cacheClusterStatus: "CREATE_IN_PROGRESS",
    methodSettings: { "*/*": { metricsEnabled: true } },
    variables: { sv1: "opVar", sv2: "svVar" },
  });
});
