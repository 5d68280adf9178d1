/** Operations of UsagePlanKey: that an ApiKey belongs to a UsagePlan (facts/control.md 13). */
import { badRequest } from "../../errors.ts";
import type { ApiKeyDocument } from "../../model/documents.ts";
import { compact } from "../../model/record.ts";
import type { Output } from "../../model/service.ts";
import type { Handlers, OperationContext, Run } from "../operation.ts";
import { paginate } from "../paginate.ts";
import { openKeyValue } from "./api-key-checks.ts";
import { findApiKey, findUsagePlan, findUsagePlanKey } from "./find.ts";
import { addKeyToPlan, removeKeyFromPlan } from "./usage-plan-members.ts";

const keyType = "API_KEY";

const planKeyShape = (key: ApiKeyDocument, { masterKey }: OperationContext): Output<"GetUsagePlanKey"> =>
  compact({ id: key.id, type: keyType, value: openKeyValue(key, masterKey), name: key.name });

const CreateUsagePlanKey: Run<"CreateUsagePlanKey"> = (input, context) => {
  const plan = findUsagePlan(context, input.usagePlanId);
  if (input.keyType !== keyType) {
    throw badRequest(`Invalid Usage Plan key type specified. Must be one of [${keyType}]`);
  }
  const key = findApiKey(context, input.keyId);
  addKeyToPlan(context.tx, plan, key.id);
  return planKeyShape(key, context);
};

const GetUsagePlanKey: Run<"GetUsagePlanKey"> = (input, context) =>
  planKeyShape(findUsagePlanKey(context, input.usagePlanId, input.keyId), context);

/** Those of an unknown plan are none (facts/control.md 0.2). The newest first; a name is matched as a prefix, in its case. */
const GetUsagePlanKeys: Run<"GetUsagePlanKeys"> = (input, context) => {
  const { tx } = context;
  const { usagePlanId, nameQuery = "" } = input;
  const keys = tx
    .list("usagePlanKey", usagePlanId)
    .flatMap(({ id }) => tx.get("apiKey", "", id) ?? [])
    .filter(({ name = "" }) => name.startsWith(nameQuery));
  const { items, position } = paginate(keys.toReversed(), input, ({ id }) => id);
  return { items: items.map((key) => planKeyShape(key, context)), position };
};

const DeleteUsagePlanKey: Run<"DeleteUsagePlanKey"> = (input, context) => {
  const { id } = findUsagePlanKey(context, input.usagePlanId, input.keyId);
  removeKeyFromPlan(context.tx, input.usagePlanId, id);
  return {};
};

export const usagePlanKeyOperations = {
  CreateUsagePlanKey,
  GetUsagePlanKey,
  GetUsagePlanKeys,
  DeleteUsagePlanKey,
} satisfies Partial<Handlers>;
