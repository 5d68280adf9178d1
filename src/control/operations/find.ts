/** Looks documents up, and says in the service's words which one there is not. */
import { notFound } from "../../errors.ts";
import type { DeploymentDocument, RestApiDocument, StageDocument } from "../../model/documents.ts";
import type { OperationContext } from "../operation.ts";

/** The RestApi; 404 in the words of facts/stage.md 1.4. Ids are case-sensitive. */
export function findRestApi(context: OperationContext, restApiId: string): RestApiDocument {
  const restApi = context.tx.get("restApi", "", restApiId);
  if (restApi === undefined) {
    throw notFound(`Invalid API identifier specified ${context.accountId}:${restApiId}`);
  }
  return restApi;
}

/** The Stage of a RestApi; 404 for either (facts/stage.md 3). */
export function findStage(context: OperationContext, restApiId: string, stageName: string): StageDocument {
  findRestApi(context, restApiId);
  const stage = context.tx.get("stage", restApiId, stageName);
  if (stage === undefined) throw notFound("Invalid Stage identifier specified");
  return stage;
}

/** The Deployment of a RestApi; 404 for either (facts/control.md 7). */
export function findDeployment(context: OperationContext, restApiId: string, deploymentId: string): DeploymentDocument {
  findRestApi(context, restApiId);
  const deployment = context.tx.get("deployment", restApiId, deploymentId);
  if (deployment === undefined) throw notFound("Invalid Deployment identifier specified");
  return deployment;
}
