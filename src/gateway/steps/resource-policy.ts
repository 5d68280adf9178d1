import { phaseOf } from "../access-phase.ts";
import { Refusal } from "../gateway-response.ts";
import type { Invocation } from "../invocation.ts";
import { invokeAction } from "../method-arn.ts";
import { deniedByPolicy, resourcePolicyVerdict } from "../policy/resource-policy.ts";
import { CONTINUE, type PipelineStep } from "../step.ts";

/** Asks the RestApi's policy; what it says is kept for who decides later. Throws a `Refusal` when it decides by itself. */
function judge(invocation: Invocation, mustAllow: boolean): typeof CONTINUE {
  const { now } = invocation.services;
  const startedAt = now();
  try {
    const verdict = resourcePolicyVerdict(invocation, invokeAction);
    invocation.policyVerdict = verdict;
    if (verdict === "explicit deny" || (mustAllow && verdict === "implicit deny")) {
      throw new Refusal(deniedByPolicy(invocation, verdict));
    }
    invocation.authorize = phaseOf(startedAt, now());
  } catch (error) {
    invocation.authorize = phaseOf(startedAt, now(), error);
    throw error;
  }
  return CONTINUE;
}

/**
 * The RestApi's resource policy (facts/runtime.md 1, 18). An open method's callers must be allowed by it; of those that
 * signed, and those whom a Lambda authorizer is still to judge, only whoever is denied by name is turned away here: for
 * them, it is enough that one of the two allows.
 */
export const resourcePolicy: PipelineStep = {
  name: "resourcePolicy",
  needed: ({ restApi, method }) =>
    restApi.policy !== undefined && method.document.authorizationType !== "COGNITO_USER_POOLS",
  run: (_exchange, invocation) => judge(invocation, invocation.method.method.document.authorizationType === "NONE"),
};

/** With a user pool, the token is looked at first, and then the policy must allow. */
export const resourcePolicyBehindToken: PipelineStep = {
  name: "resourcePolicyBehindToken",
  needed: ({ restApi, method }) =>
    restApi.policy !== undefined && method.document.authorizationType === "COGNITO_USER_POOLS",
  run: (_exchange, invocation) => judge(invocation, true),
};
