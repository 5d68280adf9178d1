/** The Deployment: an immutable snapshot of a RestApi, and the stage that may be made or moved with it (facts/stage.md 3.1). */
import { badRequest } from "../../errors.ts";
import { withCacheCluster, withCacheClusterSize } from "../../model/cache-cluster.ts";
import type {
  DeploymentDocument,
  ResourceDocument,
  RestApiDocument,
  SnapshotDocument,
  StageDocument,
} from "../../model/documents.ts";
import { newId } from "../../model/ids.ts";
import { compact } from "../../model/record.ts";
import type { Input, Output } from "../../model/service.ts";
import { wholeSeconds } from "../../model/time.ts";
import type { Handlers, OperationContext, Run } from "../operation.ts";
import { paginate } from "../paginate.ts";
import { applyPatch } from "../patch/apply.ts";
import { deploymentRules } from "../patch/rules/deployment.ts";
import { checkedDescription } from "./bounds.ts";
import { findDeployment, findRestApi } from "./find.ts";
import { liveSnapshot } from "./live-snapshot.ts";
import { newStage } from "./stage.ts";
import { type StageContext, toCanarySettings, toStageVariables } from "./stage-values.ts";
import { namedVpcLink, vpcLinkExists } from "./vpc-link-uses.ts";

type Created = Input<"CreateDeployment">;
type ApiSummary = NonNullable<Output<"GetDeployment">["apiSummary"]>;

/** What can be called of every method: by resource path, then verb. */
function toApiSummary({ resources }: SnapshotDocument): ApiSummary {
  const callable = resources.filter(({ resourceMethods }) => Object.keys(resourceMethods).length > 0);
  return Object.fromEntries(
    callable.map(({ path, resourceMethods }) => [
      path,
      Object.fromEntries(
        Object.entries(resourceMethods).map(([verb, { authorizationType, apiKeyRequired }]) => [
          verb,
          { authorizationType, apiKeyRequired },
        ]),
      ),
    ]),
  );
}

function toDeployment(deployment: DeploymentDocument, snapshot?: SnapshotDocument): Output<"GetDeployment"> {
  return { ...deployment, apiSummary: snapshot && toApiSummary(snapshot) };
}

/** Nobody may call a private API that no policy opens, so it is no use deploying one. */
function checkPolicy({ endpointConfiguration, policy }: RestApiDocument): void {
  if (policy === undefined && endpointConfiguration.types.includes("PRIVATE")) {
    throw badRequest("Private REST API doesn't have a resource policy attached to it");
  }
}

/** Throws unless there is something to deploy, and nothing of it is half made or goes through a VPC link that goes itself. */
function checkDeployable(resources: readonly ResourceDocument[], context: OperationContext): void {
  const methods = resources.flatMap(({ resourceMethods }) => Object.values(resourceMethods));
  if (methods.length === 0) throw badRequest("The REST API doesn't contain any methods");
  if (methods.some(({ methodIntegration }) => methodIntegration === undefined)) {
    throw badRequest("No integration defined for method");
  }
  for (const { methodIntegration } of methods) {
    const link = methodIntegration && namedVpcLink(methodIntegration);
    if (link !== undefined && !vpcLinkExists(context, link)) throw badRequest("Invalid Vpc Link identifier specified");
  }
}

/** The stage that a canary goes to: it must be there, and is named even when it is missing (facts/stage.md 3.1). */
function checkCanaryStage(stageName: string | undefined, stage: StageDocument | undefined): void {
  if (!stageName) {
    throw badRequest(
      `Invalid deployment content specified.Non null and non empty stageName must be provided for canary deployment. Provided value is ${stageName ?? "null"}`,
    );
  }
  if (stage === undefined) {
    throw badRequest(
      `Invalid deployment content specified.Stage ${stageName} must already be created before making a canary release deployment`,
    );
  }
}

/** While a canary is on, its stage takes no other deployment (docs/decisions.md). */
function checkNoCanary({ stageName, canarySettings }: StageDocument): void {
  if (canarySettings !== undefined) {
    throw badRequest(
      `Invalid deployment content specified.Stage ${stageName} has a canary, which must be removed before making a non-canary deployment`,
    );
  }
}

/** A present stage with what the deployment says about it; what it does not mention stays as it is. */
function redeployed(context: StageContext, stage: StageDocument, input: Created, deploymentId: string): StageDocument {
  const { canarySettings, stageDescription, cacheClusterSize, cacheClusterEnabled, tracingEnabled } = input;
  let next: StageDocument = {
    ...stage,
    ...(canarySettings ? { canarySettings: toCanarySettings(deploymentId, canarySettings) } : { deploymentId }),
    ...compact({
      description: checkedDescription(stageDescription || undefined),
      variables: toStageVariables(input.variables),
      tracingEnabled,
    }),
    lastUpdatedDate: wholeSeconds(context.now),
  };
  if (cacheClusterSize !== undefined) next = withCacheClusterSize(next, cacheClusterSize, context);
  if (cacheClusterEnabled !== undefined) next = withCacheCluster(next, cacheClusterEnabled, context);
  return next;
}

const createDeployment: Run<"CreateDeployment"> = (input, context) => {
  const { restApiId, stageName, description } = input;
  const restApi = findRestApi(context, restApiId);
  const stage = stageName ? context.tx.get("stage", restApiId, stageName) : undefined;
  if (input.canarySettings) checkCanaryStage(stageName, stage);
  else if (stage !== undefined) checkNoCanary(stage);
  checkPolicy(restApi);
  const snapshot = liveSnapshot(context, restApi);
  checkDeployable(snapshot.resources, context);

  const deployment: DeploymentDocument = compact({
    id: newId("deployment"),
    description: checkedDescription(description || undefined),
    createdDate: wholeSeconds(context.now),
  });
  const stageContext: StageContext = { ...context, restApiId };
  const stored =
    stage === undefined
      ? stageName && newStage(stageContext, stageName, deployment.id, { ...input, description: input.stageDescription })
      : redeployed(stageContext, stage, input, deployment.id);

  context.tx.put("snapshot", restApiId, deployment.id, snapshot);
  context.tx.put("deployment", restApiId, deployment.id, deployment);
  if (stored) context.tx.put("stage", restApiId, stored.stageName, stored);
  return toDeployment(deployment);
};

const getDeployment: Run<"GetDeployment"> = (input, context) => {
  const { restApiId, deploymentId, embed } = input;
  const deployment = findDeployment(context, restApiId, deploymentId);
  return toDeployment(
    deployment,
    embed?.includes("apisummary") ? context.tx.get("snapshot", restApiId, deploymentId) : undefined,
  );
};

const getDeployments: Run<"GetDeployments"> = (input, context) => {
  findRestApi(context, input.restApiId);
  const { items, position } = paginate(context.tx.list("deployment", input.restApiId), input, ({ id }) => id);
  return { items: items.map((deployment) => toDeployment(deployment)), position };
};

const updateDeployment: Run<"UpdateDeployment"> = (input, context) => {
  const { restApiId, deploymentId, patchOperations = [] } = input;
  const present = findDeployment(context, restApiId, deploymentId);
  const stored = applyPatch(present, patchOperations, deploymentRules, undefined);
  if (stored !== present) context.tx.put("deployment", restApiId, deploymentId, stored);
  return toDeployment(stored);
};

/** A deployment that a stage or a stage's canary runs cannot go (facts/stage.md 3.1). */
const deleteDeployment: Run<"DeleteDeployment"> = (input, context) => {
  const { restApiId, deploymentId } = input;
  findDeployment(context, restApiId, deploymentId);
  const isActive = context.tx
    .list("stage", restApiId)
    .some((stage) => stage.deploymentId === deploymentId || stage.canarySettings?.deploymentId === deploymentId);
  if (isActive) throw badRequest("Active stages pointing to this deployment must be moved or deleted");
  context.tx.delete("deployment", restApiId, deploymentId);
  context.tx.delete("snapshot", restApiId, deploymentId);
  return {};
};

export const deploymentOperations = {
  CreateDeployment: createDeployment,
  GetDeployment: getDeployment,
  GetDeployments: getDeployments,
  UpdateDeployment: updateDeployment,
  DeleteDeployment: deleteDeployment,
} satisfies Partial<Handlers>;
