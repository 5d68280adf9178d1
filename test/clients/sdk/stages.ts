/** Deployment, Stage with its flushes, DocumentationVersion and UpdateStage through the SDK. */
import type { APIGateway, PatchOperation } from "@aws-sdk/client-api-gateway";
import { beforeAll, describe, expect, it } from "vitest";
import { deployApi } from "../../support/sdk.ts";

const replace = (path: string, value: string): PatchOperation => ({ op: "replace", path, value });
const role = "arn:aws:iam::000000000000:role/logs";

export function describeStages(use: () => APIGateway): void {
  describeDeployment(use);
  describe("a Stage", () => {
    const stage = { restApiId: "", stageName: "prod" };
    let deploymentId = "";
    beforeAll(async () => {
      const api = await deployApi(use(), "first");
      stage.restApiId = api.restApiId;
      deploymentId = api.deploymentId;
    });
    lifeOfStage(use, stage, () => deploymentId);
    patchesOfStage(use, stage, () => deploymentId);
  });
}

function describeDeployment(use: () => APIGateway): void {
  it("creates, reads, lists, changes and deletes Deployments", async () => {
    const client = use();
    const { restApiId, deploymentId } = await deployApi(client, "prod");
    const second = await client.createDeployment({ restApiId, description: "second" });
    expect(second).toMatchObject({ description: "second" });
    const listed = await client.getDeployments({ restApiId });
    expect(new Set(listed.items?.map(({ id }) => id))).toEqual(new Set([deploymentId, second.id]));
    await client.updateDeployment({
      restApiId,
      deploymentId: second.id,
      patchOperations: [replace("/description", "spare")],
    });
    const read = await client.getDeployment({ restApiId, deploymentId: second.id, embed: ["apisummary"] });
    expect(read).toMatchObject({
      description: "spare",
      apiSummary: { "/": { GET: { authorizationType: "NONE", apiKeyRequired: false } } },
    });
    await expect(client.deleteDeployment({ restApiId, deploymentId })).rejects.toMatchObject({
      name: "BadRequestException",
      message: "Active stages pointing to this deployment must be moved or deleted",
    });
    await client.deleteDeployment({ restApiId, deploymentId: second.id });
    expect((await client.getDeployments({ restApiId })).items).toHaveLength(1);
  });

  it("creates, reads, lists, changes and deletes DocumentationVersions", async () => {
    const client = use();
    const { id: restApiId } = await client.createRestApi({ name: "documented" });
    const version = { restApiId, documentationVersion: "1.0" };
    expect(await client.createDocumentationVersion({ ...version, description: "first" })).toMatchObject({
      version: "1.0",
      description: "first",
    });
    await client.updateDocumentationVersion({ ...version, patchOperations: [replace("/description", "better")] });
    expect(await client.getDocumentationVersion(version)).toMatchObject({ description: "better" });
    expect((await client.getDocumentationVersions({ restApiId })).items).toHaveLength(1);
    await client.deleteDocumentationVersion(version);
    await expect(client.getDocumentationVersion(version)).rejects.toMatchObject({ name: "NotFoundException" });
  });
}

type StageKey = { readonly restApiId: string; readonly stageName: string };

function lifeOfStage(use: () => APIGateway, stage: StageKey, deploymentId: () => string): void {
  it("is created, read and listed", async () => {
    const client = use();
    const created = await client.createStage({
      ...stage,
      deploymentId: deploymentId(),
      description: "live",
      variables: { colour: "blue" },
      tags: { team: "red" },
    });
    expect(created).toMatchObject({
      stageName: "prod",
      deploymentId: deploymentId(),
      cacheClusterEnabled: false,
      cacheClusterStatus: "NOT_AVAILABLE",
      methodSettings: {},
      tracingEnabled: false,
      variables: { colour: "blue" },
      tags: { team: "red" },
    });
    expect(created.createdDate).toEqual(created.lastUpdatedDate);
    expect(await client.getStage(stage)).toMatchObject({ description: "live" });
    const listed = await client.getStages({ restApiId: stage.restApiId, deploymentId: deploymentId() });
    expect(listed.item?.map(({ stageName }) => stageName).sort()).toEqual(["first", "prod"]);
  });

  it("has its caches flushed", async () => {
    const flushed = await use().flushStageCache(stage);
    expect(flushed.$metadata.httpStatusCode).toBe(202);
    const authorizers = await use().flushStageAuthorizersCache(stage);
    expect(authorizers.$metadata.httpStatusCode).toBe(202);
  });

  it("is deleted", async () => {
    const client = use();
    const gone = { restApiId: stage.restApiId, stageName: "gone" };
    await client.createStage({ ...gone, deploymentId: deploymentId() });
    await client.deleteStage(gone);
    await expect(client.getStage(gone)).rejects.toMatchObject({
      name: "NotFoundException",
      message: "Invalid Stage identifier specified",
    });
  });
}

function patchesOfStage(use: () => APIGateway, stage: StageKey, deploymentId: () => string): void {
  it("takes every kind of setting in one UpdateStage", async () => {
    const client = use();
    await client.updateAccount({ patchOperations: [replace("/cloudwatchRoleArn", role)] });
    const certificate = await client.generateClientCertificate({});
    const destinationArn = "arn:aws:logs:us-east-1:000000000000:log-group:access";
    const changed = await client.updateStage({
      ...stage,
      patchOperations: [
        replace("/description", "changed"),
        replace("/tracingEnabled", "true"),
        replace("/variables/colour", "green"),
        replace("/cacheClusterEnabled", "true"),
        replace("/cacheClusterSize", "0.5"),
        replace("/*/*/throttling/rateLimit", "12.5"),
        replace("/*/*/logging/loglevel", "INFO"),
        replace("/~1pets/GET/caching/ttlInSeconds", "60"),
        replace("/clientCertificateId", certificate.clientCertificateId ?? ""),
        replace("/accessLogSettings/destinationArn", destinationArn),
        replace("/accessLogSettings/format", "$context.requestId"),
      ],
    });
    expect(changed).toMatchObject({
      description: "changed",
      tracingEnabled: true,
      variables: { colour: "green" },
      cacheClusterEnabled: true,
      cacheClusterSize: "0.5",
      clientCertificateId: certificate.clientCertificateId,
      accessLogSettings: { destinationArn, format: "$context.requestId" },
    });
    expect(changed.methodSettings?.["*/*"]).toMatchObject({ throttlingRateLimit: 12.5, loggingLevel: "INFO" });
    // A new method key starts as a copy of what every method has.
    expect(changed.methodSettings?.["~1pets/GET"]).toMatchObject({ throttlingRateLimit: 12.5, cacheTtlInSeconds: 60 });
    expect(["CREATE_IN_PROGRESS", "AVAILABLE"]).toContain(changed.cacheClusterStatus);
  });

  it("opens a canary, promotes it by copy and removes it", async () => {
    const client = use();
    const { id: next = "" } = await client.createDeployment({ restApiId: stage.restApiId });
    const opened = await client.updateStage({
      ...stage,
      patchOperations: [
        replace("/canarySettings/deploymentId", next),
        replace("/canarySettings/percentTraffic", "12.5"),
        replace("/canarySettings/stageVariableOverrides/colour", "red"),
      ],
    });
    expect(opened.canarySettings).toEqual({
      deploymentId: next,
      percentTraffic: 12.5,
      stageVariableOverrides: { colour: "red" },
      useStageCache: false,
    });
    expect(opened.deploymentId).toBe(deploymentId());
    const promoted = await client.updateStage({
      ...stage,
      patchOperations: [
        replace("/canarySettings/percentTraffic", "0.0"),
        { op: "copy", from: "/canarySettings/deploymentId", path: "/deploymentId" },
        { op: "copy", from: "/canarySettings/stageVariableOverrides", path: "/variables" },
      ],
    });
    expect(promoted).toMatchObject({ deploymentId: next, variables: { colour: "red" } });
    const closed = await client.updateStage({ ...stage, patchOperations: [{ op: "remove", path: "/canarySettings" }] });
    expect(closed.canarySettings).toBeUndefined();
  });

  it("keeps nothing of a request in which one operation is refused", async () => {
    const client = use();
    const before = await client.getStage(stage);
    const refused = client.updateStage({
      ...stage,
      patchOperations: [replace("/description", "half"), replace("/nothing", "x")],
    });
    await expect(refused).rejects.toMatchObject({
      name: "BadRequestException",
      message: expect.stringContaining("Invalid method setting path: /nothing. Must be one of: [/deploymentId, "),
    });
    const { $metadata: _before, ...expected } = before;
    expect(await client.getStage(stage)).toMatchObject(expected);
  });
}
