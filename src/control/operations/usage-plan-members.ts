/** Which ApiKeys belong to which UsagePlans, and which Stages those are for (facts/control.md 13). */
import { conflict, Fault } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { ApiStageDocument, UsagePlanDocument } from "../../model/documents.ts";
import type { Transaction } from "../../store/store.ts";
import { usageParent } from "../../model/usage.ts";

/** As the service writes it: `{apiId}:{stageName}`. */
export const stageText = ({ apiId, stage }: Pick<ApiStageDocument, "apiId" | "stage">): string => `${apiId}:${stage}`;

export const usagePlansOf = (tx: Transaction, apiKeyId: string): readonly UsagePlanDocument[] =>
  tx.list("usagePlan", "").filter(({ id }) => tx.get("usagePlanKey", id, apiKeyId) !== undefined);

/** A Stage that both plans are for. */
function sharedStage(one: UsagePlanDocument, other: UsagePlanDocument): string | undefined {
  const stages = new Set(one.apiStages.map(stageText));
  return other.apiStages.map(stageText).find((stage) => stages.has(stage));
}

const inBoth = (apiKeyId: string, { id }: UsagePlanDocument, stage: string): Fault =>
  conflict(`API Key ${apiKeyId} is associated with Usage Plan ${id} for API Stage ${stage} already`);

/**
 * Adds an ApiKey to a plan. Throws when it is in there, in too many, or in another plan for one of the same Stages: a key
 * has one plan a Stage.
 */
export function addKeyToPlan(tx: Transaction, plan: UsagePlanDocument, apiKeyId: string): void {
  if (tx.get("usagePlanKey", plan.id, apiKeyId) !== undefined) {
    throw conflict(`API Key ${apiKeyId} is associated with Usage Plan ${plan.id} already`);
  }
  const plans = usagePlansOf(tx, apiKeyId);
  if (plans.length >= limits.usagePlansPerApiKey) {
    throw new Fault(
      "LimitExceededException",
      `Maximum number of Usage Plans for this API Key has been reached: ${limits.usagePlansPerApiKey}`,
    );
  }
  for (const other of plans) {
    const stage = sharedStage(plan, other);
    if (stage !== undefined) throw inBoth(apiKeyId, other, stage);
  }
  tx.put("usagePlanKey", plan.id, apiKeyId, { id: apiKeyId });
}

/** Throws when one of the plan's ApiKeys is in another plan for one of its Stages. */
export function checkStagesOfPlan(tx: Transaction, plan: UsagePlanDocument): void {
  const keys = tx.list("usagePlanKey", plan.id);
  for (const other of tx.list("usagePlan", "")) {
    const stage = other.id === plan.id || keys.length === 0 ? undefined : sharedStage(plan, other);
    if (stage === undefined) continue;
    const shared = keys.find(({ id }) => tx.get("usagePlanKey", other.id, id) !== undefined);
    if (shared !== undefined) throw inBoth(shared.id, other, stage);
  }
}

/** Takes an ApiKey out of a plan; what it used of it is forgotten. */
export function removeKeyFromPlan(tx: Transaction, usagePlanId: string, apiKeyId: string): void {
  const parent = usageParent(usagePlanId, apiKeyId);
  for (const { day } of tx.list("usage", parent)) tx.delete("usage", parent, day);
  tx.delete("usageGrant", usagePlanId, apiKeyId);
  tx.delete("usagePlanKey", usagePlanId, apiKeyId);
}

/** A Stage goes, or all of an API: no plan is for it any more. */
export function removeStagesFromPlans(tx: Transaction, restApiId: string, stageName?: string): void {
  for (const plan of tx.list("usagePlan", "")) {
    const apiStages = plan.apiStages.filter(
      ({ apiId, stage }) => apiId !== restApiId || (stageName !== undefined && stage !== stageName),
    );
    if (apiStages.length < plan.apiStages.length) tx.put("usagePlan", "", plan.id, { ...plan, apiStages });
  }
}
