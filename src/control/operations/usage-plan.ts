/** Operations of UsagePlan (facts/control.md 13). */
import { badRequest, Fault } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { ApiStageDocument, UsagePlanDocument } from "../../model/documents.ts";
import { newId } from "../../model/ids.ts";
import { compact } from "../../model/record.ts";
import type { Input, Output } from "../../model/service.ts";
import type { Handlers, OperationContext, Run } from "../operation.ts";
import { paginate } from "../paginate.ts";
import { applyPatch } from "../patch/apply.ts";
import { usagePlanRules } from "../patch/rules/usage-plan.ts";
import { withMember } from "../patch/rules/members.ts";
import { checkedDescription } from "./bounds.ts";
import { findUsagePlan } from "./find.ts";
import { newTags } from "./tag-rules.ts";
import {
  checkedApiStage,
  checkedMethodThrottles,
  checkedPlanName,
  checkedQuota,
  checkedThrottle,
  checkPlan,
} from "./usage-plan-checks.ts";
import { checkStagesOfPlan, removeKeyFromPlan, stageText } from "./usage-plan-members.ts";

const kind = "usagePlan";

type SentStages = Input<"CreateUsagePlan">["apiStages"];

const apiStagesOf = ({ tx }: OperationContext, sent: SentStages = []): readonly ApiStageDocument[] =>
  sent.map(({ apiId = "", stage = "", throttle }) =>
    compact({ ...checkedApiStage(tx, apiId, stage), throttle: checkedMethodThrottles(throttle) }),
  );

const CreateUsagePlan: Run<"CreateUsagePlan"> = (input, context) => {
  const { tx } = context;
  const plan: UsagePlanDocument = compact({
    id: newId("usagePlan"),
    name: checkedPlanName(input.name),
    description: input.description === "" ? undefined : checkedDescription(input.description),
    apiStages: apiStagesOf(context, input.apiStages),
    throttle: checkedThrottle(input.throttle),
    quota: checkedQuota(input.quota),
    tags: newTags(input.tags),
  });
  if (tx.list(kind, "").length >= limits.usagePlans) {
    throw new Fault(
      "LimitExceededException",
      `Maximum number of Usage Plans for this account has been reached: ${limits.usagePlans}`,
    );
  }
  tx.put(kind, "", plan.id, checkPlan(plan));
  return plan;
};

const GetUsagePlan: Run<"GetUsagePlan"> = (input, context) => findUsagePlan(context, input.usagePlanId);

/** With a key's id, the plans that it belongs to. */
const GetUsagePlans: Run<"GetUsagePlans"> = (input, { tx }) => {
  const { keyId } = input;
  const plans = tx.list(kind, "");
  const wanted =
    keyId === undefined || keyId === ""
      ? plans
      : plans.filter(({ id }) => tx.get("usagePlanKey", id, keyId) !== undefined);
  return paginate(wanted, input, ({ id }) => id) as Output<"GetUsagePlans">;
};

const UpdateUsagePlan: Run<"UpdateUsagePlan"> = (input, context) => {
  const present = findUsagePlan(context, input.usagePlanId);
  const patched = applyPatch(present, input.patchOperations ?? [], usagePlanRules, context);
  const plan = checkPlan(withMember(patched, "quota", checkedQuota(patched.quota)) as UsagePlanDocument);
  checkStagesOfPlan(context.tx, plan);
  context.tx.put(kind, "", plan.id, plan);
  return plan;
};

/** A plan with Stages stays; its ApiKeys do not hold it. */
const DeleteUsagePlan: Run<"DeleteUsagePlan"> = (input, context) => {
  const { tx } = context;
  const { id, apiStages } = findUsagePlan(context, input.usagePlanId);
  const [first] = apiStages;
  if (first !== undefined) {
    throw badRequest(
      `Cannot delete Usage Plan ${id} because there are API Stages associated with it, including ${stageText(first)}`,
    );
  }
  for (const key of tx.list("usagePlanKey", id)) removeKeyFromPlan(tx, id, key.id);
  tx.delete(kind, "", id);
  return {};
};

export const usagePlanOperations = {
  CreateUsagePlan,
  GetUsagePlan,
  GetUsagePlans,
  UpdateUsagePlan,
  DeleteUsagePlan,
} satisfies Partial<Handlers>;
