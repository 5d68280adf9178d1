import { describe, expect, test } from "vitest";
import { badRequestOf, refusal, restApiId, rootResource, storeRestApi } from "../../../test/support/stage-fixture.ts";
import { contextFor, memoryTransaction } from "../../../test/support/memory-transaction.ts";
import type { StageDocument } from "../../model/documents.ts";
import { compact } from "../../model/record.ts";
import type { Input } from "../../model/service.ts";
import { deploymentOperations } from "./deployment.ts";
import { findRestApi } from "./find.ts";
import { stageOperations } from "./stage.ts";

const { CreateDeployment, GetDeployment, GetDeployments, UpdateDeployment, DeleteDeployment } = deploymentOperations;

/** A RestApi with one complete method, and neither deployments nor stages. */
function fixture() {
  const tx = memoryTransaction();
  storeRestApi(tx);
  const context = contextFor(tx);
  const deploy = (input: Partial<Input<"CreateDeployment">> = {}): string =>
    CreateDeployment({ restApiId, ...input }, context).id ?? "";
  const stage = (stageName = "dev"): StageDocument | undefined => tx.get("stage", restApiId, stageName);
  return { tx, context, deploy, stage };
}

describe("CreateDeployment", () => {
  test("freezes the API as it is, and later changes of the API do not reach it", () => {
    const { tx, context, deploy } = fixture();
    const reply = CreateDeployment({ restApiId, description: "first" }, context);
    expect(compact(reply)).toStrictEqual({
      id: expect.stringMatching(/^[a-z0-9]{6}$/),
      description: "first",
      createdDate: Math.floor(context.now / 1000),
    });
    tx.put("resource", restApiId, "pets01", { ...rootResource, id: "pets01", path: "/pets", pathPart: "pets" });
    tx.put("resource", restApiId, rootResource.id, { ...rootResource, resourceMethods: {} });
    const snapshot = tx.get("snapshot", restApiId, reply.id ?? "");
    expect(snapshot?.resources).toEqual([rootResource]);
    expect(snapshot?.resources[0]).toBe(rootResource);
    expect(snapshot?.restApi.id).toBe(restApiId);
    expect(tx.get("snapshot", restApiId, deploy())?.resources).toHaveLength(2);
    expect(tx.list("stage", restApiId)).toEqual([]);
  });

  test("is refused for an API without methods, and for a method without integration", () => {
    const { tx, context, deploy } = fixture();
    const { methodIntegration: _removed, ...incomplete } = rootResource.resourceMethods["GET"] ?? { httpMethod: "GET" };
    tx.put("resource", restApiId, rootResource.id, { ...rootResource, resourceMethods: {} });
    expect(refusal(deploy)).toEqual(badRequestOf("The REST API doesn't contain any methods"));
    tx.put("resource", restApiId, "pets01", {
      ...rootResource,
      resourceMethods: { ...rootResource.resourceMethods, POST: { ...incomplete, httpMethod: "POST" } as never },
    });
    expect(refusal(() => deploy({ stageName: "dev" }))).toEqual(badRequestOf("No integration defined for method"));
    expect([...tx.list("deployment", restApiId), ...tx.list("snapshot", restApiId)]).toEqual([]);
    expect(refusal(() => CreateDeployment({ restApiId: "nope" }, context))).toMatchObject({
      status: 404,
      message: "Invalid API identifier specified 123456789012:nope",
    });
  });

  test("is refused for a private API without a policy", () => {
    const { tx, context, deploy } = fixture();
    const restApi = findRestApi(context, restApiId);
    const endpointConfiguration = { types: ["PRIVATE"], ipAddressType: "dualstack" };
    tx.put("restApi", "", restApiId, { ...restApi, endpointConfiguration });
    expect(refusal(deploy)).toEqual(badRequestOf("Private REST API doesn't have a resource policy attached to it"));
    tx.put("restApi", "", restApiId, { ...restApi, endpointConfiguration, policy: '{"Statement":[]}' });
    expect(tx.get("snapshot", restApiId, deploy())?.restApi.endpointConfiguration).toEqual(endpointConfiguration);
  });

  test("bounds its description", () => {
    expect(refusal(() => fixture().deploy({ description: "d".repeat(1_048_576) }))?.name).toBe("BadRequestException");
    expect(refusal(() => fixture().deploy({ description: "nul \u0000" }))?.name).toBe("BadRequestException");
  });
});

describe("a deployment to a stage", () => {
  test("makes the stage, which has the deployment's description for none of its own", () => {
    const { deploy, stage, context } = fixture();
    const id = deploy({ stageName: "dev", description: "of the deployment" });
    const date = Math.floor(context.now / 1000);
    expect(stage()).toStrictEqual({
      stageName: "dev",
      deploymentId: id,
      cacheClusterEnabled: false,
      methodSettings: {},
      tracingEnabled: false,
      createdDate: date,
      lastUpdatedDate: date,
    });
  });

  test("gives the new stage what it says about it", () => {
    const { deploy, stage, context } = fixture();
    deploy({
      stageName: "dev",
      stageDescription: "of the stage",
      variables: { a: "1" },
      cacheClusterEnabled: true,
      cacheClusterSize: "6.1",
      tracingEnabled: true,
    });
    expect(stage()).toMatchObject({
      description: "of the stage",
      variables: { a: "1" },
      cacheClusterEnabled: true,
      cacheClusterSize: "6.1",
      cacheClusterTransition: { status: "CREATE_IN_PROGRESS", endsAt: context.now + context.cacheClusterDuration },
      tracingEnabled: true,
    });
  });

  test("moves a present stage and changes of it what it mentions", () => {
    const { deploy, stage, context } = fixture();
    deploy({ stageName: "dev", stageDescription: "old", variables: { a: "1", b: "2" }, tracingEnabled: true });
    const input = { restApiId, stageName: "dev" };
    const patchOperations = [{ op: "replace", path: "/*/*/metrics/enabled", value: "true" }];
    stageOperations.UpdateStage({ ...input, patchOperations }, context);
    const before = stage();
    const later = { ...context, now: context.now + 60_000 };
    const second = CreateDeployment(input, later).id;
    expect(stage()).toStrictEqual({
      ...before,
      deploymentId: second,
      lastUpdatedDate: Math.floor(later.now / 1000),
    });
    deploy({
      ...input,
      stageDescription: "new",
      variables: { c: "3" },
      cacheClusterSize: "1.6",
      tracingEnabled: false,
    });
    expect(stage()).toMatchObject({
      description: "new",
      variables: { c: "3" },
      cacheClusterEnabled: false,
      cacheClusterSize: "1.6",
      tracingEnabled: false,
      methodSettings: before?.methodSettings,
    });
  });

  test("counts an empty stage name as none", () => {
    const { deploy, tx } = fixture();
    deploy({ stageName: "" });
    expect(tx.list("stage", restApiId)).toEqual([]);
  });

  test.each([
    [{ stageName: "a.b" }, "Stage name only allows a-zA-Z0-9_"],
    [
      { stageName: "dev", variables: { "a-b": "1" } },
      "Invalid stage variable name: a-b. Please use names with only word characters.",
    ],
  ])("that cannot be leaves no deployment behind: %j", (input, message) => {
    const { deploy, tx } = fixture();
    expect(refusal(() => deploy(input))).toEqual(badRequestOf(message));
    expect([...tx.list("deployment", restApiId), ...tx.list("snapshot", restApiId)]).toEqual([]);
  });

  test("that would be the eleventh leaves no deployment behind", () => {
    const { deploy, tx } = fixture();
    for (let i = 1; i <= 10; i++) deploy({ stageName: `s${i}` });
    expect(refusal(() => deploy({ stageName: "s11" }))?.name).toBe("LimitExceededException");
    expect(tx.list("deployment", restApiId)).toHaveLength(10);
    deploy({ stageName: "s10" });
  });
});

describe("a canary deployment", () => {
  const content = "Invalid deployment content specified.";
  const none = `${content}Non null and non empty stageName must be provided for canary deployment. Provided value is `;

  test.each([
    [{}, `${none}null`],
    [{ stageName: "" }, none],
    [{ stageName: "dev" }, `${content}Stage dev must already be created before making a canary release deployment`],
  ])("to %j is refused", (input, message) => {
    const { deploy } = fixture();
    expect(refusal(() => deploy({ ...input, canarySettings: { percentTraffic: 50 } }))).toEqual(badRequestOf(message));
  });

  test("leaves the stage's deployment and replaces the whole canary", () => {
    const { deploy, stage } = fixture();
    const first = deploy({ stageName: "dev" });
    const second = deploy({
      stageName: "dev",
      canarySettings: { percentTraffic: 50, stageVariableOverrides: { testVar: "canary" }, useStageCache: true },
    });
    expect(stage()?.deploymentId).toBe(first);
    expect(stage()?.canarySettings).toStrictEqual({
      deploymentId: second,
      percentTraffic: 50,
      stageVariableOverrides: { testVar: "canary" },
      useStageCache: true,
    });
    const third = deploy({ stageName: "dev", canarySettings: {} });
    expect(stage()?.deploymentId).toBe(first);
    expect(stage()?.canarySettings).toStrictEqual({ deploymentId: third, percentTraffic: 0, useStageCache: false });
  });

  test.each([-0.1, 100.1, Number.NaN, Number.POSITIVE_INFINITY])("of %d percent is refused", (percentTraffic) => {
    const { deploy, tx } = fixture();
    deploy({ stageName: "dev" });
    expect(refusal(() => deploy({ stageName: "dev", canarySettings: { percentTraffic } }))).toEqual(
      badRequestOf("Invalid percentTraffic specified. Must be a number between 0.0 and 100.0"),
    );
    expect(tx.list("deployment", restApiId)).toHaveLength(1);
  });

  test("keeps others from the stage until it is removed", () => {
    const { deploy, stage, context } = fixture();
    deploy({ stageName: "dev" });
    deploy({ stageName: "dev", canarySettings: { percentTraffic: 0 } });
    expect(refusal(() => deploy({ stageName: "dev" }))).toEqual(
      badRequestOf(`${content}Stage dev has a canary, which must be removed before making a non-canary deployment`),
    );
    const patchOperations = [{ op: "remove", path: "/canarySettings" }];
    stageOperations.UpdateStage({ restApiId, stageName: "dev", patchOperations }, context);
    expect(stage()?.deploymentId).not.toBe(deploy({ stageName: "dev" }));
  });
});

describe("GetDeployment", () => {
  test("summarises the API as it was, where asked", () => {
    const { deploy, context, tx } = fixture();
    const deploymentId = deploy();
    tx.put("resource", restApiId, rootResource.id, { ...rootResource, resourceMethods: {} });
    const get = (embed?: string[]) => GetDeployment({ restApiId, deploymentId, embed }, context);
    expect(get().apiSummary).toBeUndefined();
    expect(get(["other"]).apiSummary).toBeUndefined();
    expect(get(["apisummary"]).apiSummary).toStrictEqual({
      "/": { GET: { authorizationType: "NONE", apiKeyRequired: false } },
    });
  });
});

describe("GetDeployments", () => {
  test("gives pages in order of creation", () => {
    const { deploy, context } = fixture();
    const ids = Array.from({ length: 5 }, () => deploy());
    const first = GetDeployments({ restApiId, limit: 3 }, context);
    const second = GetDeployments({ restApiId, limit: 3, position: first.position }, context);
    expect([first, second].map(({ items }) => items?.map(({ id }) => id))).toEqual([ids.slice(0, 3), ids.slice(3)]);
    expect(second.position).toBeUndefined();
  });
});

describe("UpdateDeployment", () => {
  test("changes the description, and clears it with an empty one", () => {
    const { deploy, context, tx } = fixture();
    const deploymentId = deploy({ description: "old" });
    const update = (value?: string) =>
      UpdateDeployment(
        { restApiId, deploymentId, patchOperations: [{ op: "replace", path: "/description", value }] },
        context,
      );
    expect(update("new").description).toBe("new");
    expect(GetDeployment({ restApiId, deploymentId }, context).description).toBe("new");
    update("");
    expect(Object.keys(tx.get("deployment", restApiId, deploymentId) ?? {})).toEqual(["id", "createdDate"]);
  });

  test.each([
    ["replace", "/id", "Invalid patch path  '/id' specified for op 'replace'. Must be one of: [/description]"],
    [
      "add",
      "/description",
      "Invalid patch path  '/description' specified for op 'add'. Please choose supported operations",
    ],
    ["remove", "/id", "Invalid patch path  '/id' specified for op 'remove'. Please choose supported operations"],
  ])("refuses %s of %s", (op, path, message) => {
    const { deploy, context } = fixture();
    const deploymentId = deploy();
    const patchOperations = [{ op, path, value: "x" }];
    expect(refusal(() => UpdateDeployment({ restApiId, deploymentId, patchOperations }, context))).toEqual(
      badRequestOf(message),
    );
  });
});

describe("DeleteDeployment", () => {
  test("takes the snapshot with it, unless a stage or a canary runs it", () => {
    const { deploy, context, tx } = fixture();
    const active = badRequestOf("Active stages pointing to this deployment must be moved or deleted");
    const first = deploy({ stageName: "dev" });
    const second = deploy({ stageName: "dev", canarySettings: { percentTraffic: 1 } });
    const remove = (deploymentId: string) => DeleteDeployment({ restApiId, deploymentId }, context);
    expect(refusal(() => remove(first))).toEqual(active);
    expect(refusal(() => remove(second))).toEqual(active);
    const patchOperations = [{ op: "remove", path: "/canarySettings" }];
    stageOperations.UpdateStage({ restApiId, stageName: "dev", patchOperations }, context);
    expect(remove(second)).toEqual({});
    expect(tx.get("snapshot", restApiId, second)).toBeUndefined();
    stageOperations.DeleteStage({ restApiId, stageName: "dev" }, context);
    remove(first);
    expect([...tx.list("deployment", restApiId), ...tx.list("snapshot", restApiId)]).toEqual([]);
  });
});

describe("an unknown deployment", () => {
  const { context } = fixture();
  const operations = {
    GetDeployment: (id: string) => GetDeployment({ restApiId: id, deploymentId: "nope" }, context),
    UpdateDeployment: (id: string) => UpdateDeployment({ restApiId: id, deploymentId: "nope" }, context),
    DeleteDeployment: (id: string) => DeleteDeployment({ restApiId: id, deploymentId: "nope" }, context),
  };

  test.each(Object.entries(operations))("%s says so, and of an unknown API that", (_name, run) => {
    expect(refusal(() => run(restApiId))).toMatchObject({
      status: 404,
      message: "Invalid Deployment identifier specified",
    });
    expect(refusal(() => run("nope"))).toMatchObject({
      status: 404,
      message: "Invalid API identifier specified 123456789012:nope",
    });
  });
});
