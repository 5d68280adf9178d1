/** ApiKeys and UsagePlans of one test, made by the operations themselves on a store in memory. */
import type { OperationContext, Prepared } from "../../src/control/operation.ts";
import { apiKeyOperations } from "../../src/control/operations/api-key.ts";
import { usagePlanKeyOperations } from "../../src/control/operations/usage-plan-key.ts";
import { usagePlanOperations } from "../../src/control/operations/usage-plan.ts";
import type { Input, OperationName, Output } from "../../src/model/service.ts";
import { contextFor, memoryTransaction } from "./memory-transaction.ts";

/** Does both halves of a prepared operation. */
export async function runPrepared<N extends OperationName>(
  operation: Prepared<N>,
  input: Input<N>,
  context: OperationContext,
): Promise<Output<N>> {
  return operation.run(input, context, await operation.prepare(input, context));
}

/** A store with the stages `test` and `prod` of the API `api1`, by documents that have no more than their names. */
export function newPlans(overrides: Partial<OperationContext> = {}): OperationContext {
  const context = contextFor(memoryTransaction(), overrides);
  for (const stageName of ["test", "prod"]) {
    context.tx.put("stage", "api1", stageName, {
      stageName,
      deploymentId: "dep001",
      cacheClusterEnabled: false,
      methodSettings: {},
      tracingEnabled: false,
      createdDate: 0,
      lastUpdatedDate: 0,
    });
  }
  return context;
}

export const newKey = (context: OperationContext, input: Input<"CreateApiKey"> = {}): Promise<Output<"CreateApiKey">> =>
  runPrepared(apiKeyOperations.CreateApiKey, input, context);

/** The id of a new plan, for the stage `test` unless the input says otherwise. */
export const newPlan = (context: OperationContext, input: Partial<Input<"CreateUsagePlan">> = {}): string =>
  usagePlanOperations.CreateUsagePlan(
    { name: "basic", apiStages: [{ apiId: "api1", stage: "test" }], ...input },
    context,
  ).id ?? "";

/** Adds the key to the plan. */
export const join = (context: OperationContext, usagePlanId: string, keyId: string): Output<"CreateUsagePlanKey"> =>
  usagePlanKeyOperations.CreateUsagePlanKey({ usagePlanId, keyId, keyType: "API_KEY" }, context);
