/** Who uses a VPC link: what integrations name it, and what keeps it from going. */
import { limits } from "../../limits.ts";
import type { IntegrationDocument, ResourceDocument, StageDocument } from "../../model/documents.ts";
import { mergeEntries, type StringMap } from "../../model/record.ts";
import { namesStageVariable, vpcLinkIdFor, vpcLinkStatus } from "../../model/vpc-link.ts";
import type { OperationContext } from "../operation.ts";

type Connection = Pick<IntegrationDocument, "connectionType" | "connectionId" | "integrationTarget">;

/**
 * The id of the link that an integration is to go through; undefined when there is none, when a stage variable names it,
 * and when it is a link to a load balancer that the integration names itself: those are made by another service.
 */
export function namedVpcLink({ connectionType, connectionId, integrationTarget }: Connection): string | undefined {
  if (connectionType !== "VPC_LINK" || connectionId === undefined || integrationTarget !== undefined) return undefined;
  return namesStageVariable(connectionId) ? undefined : connectionId;
}

/** Whether there is such a link, and it is not about to go. */
export function vpcLinkExists({ tx, now }: OperationContext, id: string): boolean {
  const link = tx.get("vpcLink", "", id);
  const status = link && vpcLinkStatus(link, now);
  return status === "PENDING" || status === "AVAILABLE";
}

/** A method that goes through some link, in a deployment that stages may share. */
interface Use {
  readonly connectionId: string;
  readonly verb: string;
  readonly resourceId: string;
}

const usesOf = (resources: readonly ResourceDocument[]): readonly Use[] =>
  resources.flatMap(({ id, resourceMethods }) =>
    Object.values(resourceMethods).flatMap(({ httpMethod, methodIntegration }) => {
      const { connectionType, connectionId } = methodIntegration ?? {};
      if (connectionType !== "VPC_LINK" || connectionId === undefined) return [];
      return [{ connectionId, verb: httpMethod, resourceId: id }];
    }),
  );

interface Served {
  readonly deploymentId: string;
  readonly variables: StringMap;
}

/** What a stage serves: its deployment, and its canary's. */
function servedBy({ deploymentId, variables = {}, canarySettings: canary }: StageDocument): readonly Served[] {
  const base = { deploymentId, variables };
  if (canary === undefined) return [base];
  return [
    base,
    { deploymentId: canary.deploymentId, variables: mergeEntries(variables, canary.stageVariableOverrides) },
  ];
}

/** Deployed methods that go through the link, `{apiId}:{verb}:{resourceId}:{stage}`; the first ones when there are many. */
export function vpcLinkUses({ tx }: OperationContext, id: string): readonly string[] {
  const byDeployment = new Map<string, readonly Use[]>();
  const found = new Set<string>();
  for (const [apiId, , stage] of tx.all("stage")) {
    for (const { deploymentId, variables } of servedBy(stage)) {
      const key = `${apiId}/${deploymentId}`;
      const uses = byDeployment.get(key) ?? usesOf(tx.get("snapshot", apiId, deploymentId)?.resources ?? []);
      byDeployment.set(key, uses);
      for (const { connectionId, verb, resourceId } of uses) {
        if (vpcLinkIdFor(connectionId, variables) !== id) continue;
        found.add(`${apiId}:${verb}:${resourceId}:${stage.stageName}`);
        if (found.size >= limits.namedReferences) return [...found];
      }
    }
  }
  return [...found];
}
