/** The Stage: a named, mutable pointer to a Deployment, with its settings (facts/stage.md 2 to 4). */
import { conflict } from "../../errors.ts";
import { cacheClusterStatus, withCacheCluster, withFlushedCache } from "../../model/cache-cluster.ts";
import type { StageDocument } from "../../model/documents.ts";
import { compact } from "../../model/record.ts";
import type { Output } from "../../model/service.ts";
import { wholeSeconds } from "../../model/time.ts";
import type { Handlers, Run } from "../operation.ts";
import { applyPatch } from "../patch/apply.ts";
import { stageRules } from "../patch/rules/stage.ts";
import { checkedDescription } from "./bounds.ts";
import { findRestApi, findStage } from "./find.ts";
import {
  checkStageName,
  checkStageQuota,
  requireDeployment,
  requireDocumentationVersion,
  type StageContext,
  toCanarySettings,
  toStageVariables,
} from "./stage-values.ts";
import { checkStageUnmapped } from "./base-path-mapping-checks.ts";
import { newTags } from "./tag-rules.ts";
import { removeStagesFromPlans } from "./usage-plan-members.ts";

/**
 * A Stage as callers see it at `now` (epoch milliseconds): the cache cluster's state comes from the clock, its size is
 * shown only while it is on, and what is not set is left out (facts/stage.md 2.1).
 */
export function toStage(stage: StageDocument, now: number): Output<"GetStage"> {
  return {
    deploymentId: stage.deploymentId,
    clientCertificateId: stage.clientCertificateId,
    stageName: stage.stageName,
    description: stage.description,
    cacheClusterEnabled: stage.cacheClusterEnabled,
    cacheClusterSize: stage.cacheClusterEnabled ? stage.cacheClusterSize : undefined,
    cacheClusterStatus: cacheClusterStatus(stage, now),
    methodSettings: stage.methodSettings,
    variables: stage.variables,
    documentationVersion: stage.documentationVersion,
    accessLogSettings: stage.accessLogSettings,
    canarySettings: stage.canarySettings,
    tracingEnabled: stage.tracingEnabled,
    webAclArn: stage.webAclArn,
    tags: stage.tags,
    createdDate: stage.createdDate,
    lastUpdatedDate: stage.lastUpdatedDate,
  };
}

/** What CreateStage and CreateDeployment may both say about a stage that is to be. */
interface GivenStage {
  readonly description?: string | undefined;
  readonly cacheClusterEnabled?: boolean | undefined;
  readonly cacheClusterSize?: string | undefined;
  readonly variables?: Readonly<Record<string, string | null>> | undefined;
  readonly tracingEnabled?: boolean | undefined;
}

/**
 * A Stage that is not stored yet. Throws for a name that is not one or taken, for a value that is not allowed and when
 * the RestApi has all the stages that it may have.
 */
export function newStage(
  context: StageContext,
  stageName: string,
  deploymentId: string,
  given: GivenStage,
): StageDocument {
  checkStageName(stageName);
  if (context.tx.get("stage", context.restApiId, stageName) !== undefined) throw conflict("Stage already exists");
  checkStageQuota(context);
  const createdDate = wholeSeconds(context.now);
  const stage: StageDocument = compact({
    stageName,
    deploymentId,
    description: checkedDescription(given.description || undefined),
    cacheClusterEnabled: false,
    cacheClusterSize: given.cacheClusterSize,
    methodSettings: {},
    variables: toStageVariables(given.variables),
    tracingEnabled: given.tracingEnabled ?? false,
    createdDate,
    lastUpdatedDate: createdDate,
  });
  return withCacheCluster(stage, given.cacheClusterEnabled ?? false, context);
}

const createStage: Run<"CreateStage"> = (input, context) => {
  findRestApi(context, input.restApiId);
  const stageContext: StageContext = { ...context, restApiId: input.restApiId };
  const stage = newStage(stageContext, input.stageName, input.deploymentId, input);
  requireDeployment(stageContext, input.deploymentId);
  const { canarySettings: canary, documentationVersion: version } = input;
  const canaryDeploymentId = canary?.deploymentId ?? input.deploymentId;
  const stored: StageDocument = compact({
    ...stage,
    documentationVersion: version ? requireDocumentationVersion(stageContext, version) : undefined,
    canarySettings: canary && toCanarySettings(requireDeployment(stageContext, canaryDeploymentId), canary),
    tags: newTags(input.tags),
  });
  context.tx.put("stage", input.restApiId, stored.stageName, stored);
  return toStage(stored, context.now);
};

const getStage: Run<"GetStage"> = (input, context) =>
  toStage(findStage(context, input.restApiId, input.stageName), context.now);

/** No pages here, unlike every other list; the filter looks at the main deployment alone (facts/stage.md 1.3). */
const getStages: Run<"GetStages"> = (input, context) => {
  findRestApi(context, input.restApiId);
  const stages = context.tx.list("stage", input.restApiId);
  const wanted = input.deploymentId ? stages.filter(({ deploymentId }) => deploymentId === input.deploymentId) : stages;
  return { item: wanted.map((stage) => toStage(stage, context.now)) };
};

/** The heart: the table is in patch/rules/stage.ts. An empty list changes nothing, not even lastUpdatedDate. */
const updateStage: Run<"UpdateStage"> = (input, context) => {
  const { restApiId, stageName, patchOperations = [] } = input;
  const present = findStage(context, restApiId, stageName);
  if (patchOperations.length === 0) return toStage(present, context.now);
  const patched = applyPatch(present, patchOperations, stageRules, { ...context, restApiId });
  const stored: StageDocument = { ...patched, lastUpdatedDate: wholeSeconds(context.now) };
  context.tx.put("stage", restApiId, stageName, stored);
  return toStage(stored, context.now);
};

const deleteStage: Run<"DeleteStage"> = (input, context) => {
  findStage(context, input.restApiId, input.stageName);
  checkStageUnmapped(context, input.restApiId, input.stageName);
  context.tx.delete("stage", input.restApiId, input.stageName);
  removeStagesFromPlans(context.tx, input.restApiId, input.stageName);
  return {};
};

/** Without a cluster it is accepted and does nothing (facts/stage.md 3.2). */
const flushStageCache: Run<"FlushStageCache"> = (input, context) => {
  const stage = findStage(context, input.restApiId, input.stageName);
  const flushed = withFlushedCache(stage, context);
  if (flushed !== stage) context.tx.put("stage", input.restApiId, input.stageName, flushed);
  return {};
};

/** What authorizers answered is kept by the gateways, under keys that name how often it was flushed. */
const flushStageAuthorizersCache: Run<"FlushStageAuthorizersCache"> = (input, context) => {
  const stage = findStage(context, input.restApiId, input.stageName);
  const flushed: StageDocument = { ...stage, authorizerFlushes: (stage.authorizerFlushes ?? 0) + 1 };
  context.tx.put("stage", input.restApiId, input.stageName, flushed);
  return {};
};

export const stageOperations = {
  CreateStage: createStage,
  GetStage: getStage,
  GetStages: getStages,
  UpdateStage: updateStage,
  DeleteStage: deleteStage,
  FlushStageCache: flushStageCache,
  FlushStageAuthorizersCache: flushStageAuthorizersCache,
} satisfies Partial<Handlers>;
