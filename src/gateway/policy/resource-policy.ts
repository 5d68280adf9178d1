/** A RestApi's resource policy at run time: what it says about a request, and what its client is told. */
import type { Caller } from "../caller.ts";
import { type GatewayResponse, Refusal, responseOf, responseWith } from "../gateway-response.ts";
import type { Invocation } from "../invocation.ts";
import { type invokeAction, maskedMethodArn, methodArn } from "../method-arn.ts";
import { compilePolicy, type Policy, type Verdict } from "./policy.ts";
import { requestValues } from "./request-values.ts";
import { PolicyRefused } from "./syntax.ts";

/** One that cannot be read allows nobody anything. */
export type ResourcePolicy = Policy | PolicyRefused;

export type ExecuteApiAction = typeof invokeAction | "execute-api:InvalidateCache";

/** Of a RestApi's `policy`, once a deployment. */
export function compileResourcePolicy(text: string | undefined): ResourcePolicy | undefined {
  if (text === undefined) return undefined;
  try {
    return compilePolicy(JSON.parse(text), { principals: true });
  } catch (error) {
    return error instanceof PolicyRefused ? error : new PolicyRefused("the policy is not JSON");
  }
}

/**
 * What the RestApi's policy says; without one, nothing about anyone. Throws a `Refusal` when it cannot be read, or the
 * method's ARN is too long.
 */
export function resourcePolicyVerdict(
  invocation: Invocation,
  action: ExecuteApiAction,
  caller: Caller | undefined = invocation.caller,
): Verdict {
  const { policy } = invocation.variant.deployment;
  if (policy === undefined) return "implicit deny";
  if (policy instanceof PolicyRefused) {
    throw new Refusal(responseOf.ACCESS_DENIED, `the resource policy cannot be used: ${policy.message}`);
  }
  return policy.judge({
    action,
    resource: methodArn(invocation),
    principal: caller,
    valuesOf: requestValues(invocation, caller),
  });
}

const reasons = {
  "explicit deny": "with an explicit deny",
  "implicit deny": "because no resource-based policy allows the execute-api:Invoke action",
} as const;

/** ACCESS_DENIED in the words for a caller whom a policy turns away (facts/runtime.md 13). */
export function deniedByPolicy(invocation: Invocation, verdict: keyof typeof reasons): GatewayResponse {
  const who = invocation.caller?.arn ?? "anonymous";
  return responseWith(
    "ACCESS_DENIED",
    `User: ${who} is not authorized to perform: execute-api:Invoke on resource: ${maskedMethodArn(invocation)} ` +
      reasons[verdict],
  );
}
