import { phaseOf } from "../access-phase.ts";
import { unauthorized } from "../authorizers/failures.ts";
import type { AuthorizerResult, AuthorizerRun } from "../authorizers/result.ts";
import { Refusal, responseOf, responseWith } from "../gateway-response.ts";
import type { Invocation } from "../invocation.ts";
import { invokeAction, methodArn } from "../method-arn.ts";
import type { Verdict } from "../policy/policy.ts";
import { requestValues } from "../policy/request-values.ts";
import { CONTINUE, type PipelineStep } from "../step.ts";

const deniedByName = responseWith(
  "ACCESS_DENIED",
  "User is not authorized to access this resource with an explicit deny",
);

/** The authorizer's policy and the RestApi's together: one that denies is enough, and else one that allows (facts/runtime.md 18). */
function verdictOf({ policy }: AuthorizerResult, invocation: Invocation): Verdict {
  const own: Verdict =
    policy?.judge({
      action: invokeAction,
      resource: methodArn(invocation),
      principal: undefined,
      valuesOf: requestValues(invocation, undefined),
    }) ?? "allow";
  return own === "implicit deny" && invocation.policyVerdict === "allow" ? "allow" : own;
}

/** Of a user pool: without scopes the method takes ID tokens, with them access tokens that have one of them. */
function tokenSuits(claims: ReadonlyMap<string, string>, scopes: readonly string[] | undefined): boolean {
  if (scopes === undefined) return claims.get("token_use") === "id";
  const granted = new Set((claims.get("scope") ?? "").split(" "));
  return claims.get("token_use") === "access" && scopes.some((scope) => granted.has(scope));
}

/** The caller is known; throws a `Refusal` unless he may do what he asks for. */
function judge(result: AuthorizerResult, invocation: Invocation): void {
  const verdict = verdictOf(result, invocation);
  if (verdict === "explicit deny") throw new Refusal(deniedByName);
  if (verdict === "implicit deny") throw new Refusal(responseOf.ACCESS_DENIED);
}

/** Who calls; throws a `Refusal` where nobody knows. */
function identified({ outcome }: AuthorizerRun, { method }: Invocation): AuthorizerResult {
  const { result, failure = unauthorized } = outcome ?? {};
  if (result === undefined) throw new Refusal(failure.response, failure.reason);
  if (result.claims !== undefined && !tokenSuits(result.claims, method.method.document.authorizationScopes)) {
    throw new Refusal(unauthorized.response);
  }
  return result;
}

/** Keeps for access logs how it went, also when it is refused. */
function phase<T>(invocation: Invocation, name: "authenticate" | "authorize", startedAt: number, work: () => T): T {
  const { now } = invocation.services;
  try {
    const value = work();
    invocation[name] = phaseOf(startedAt, now());
    return value;
  } catch (error) {
    invocation[name] = phaseOf(startedAt, now(), error);
    throw error;
  }
}

/** Whether the caller whom the authorizer named may call this method. */
export const authorizerVerdict: PipelineStep = {
  name: "authorizerVerdict",
  needed: (plan) => plan.authorizer !== undefined,
  run: (_exchange, invocation) => {
    const { authorizer: run, services } = invocation;
    if (run === undefined) throw new Refusal(responseOf.ACCESS_DENIED);
    const result = phase(invocation, "authenticate", run.startedAt, () => identified(run, invocation));
    phase(invocation, "authorize", services.now(), () => judge(result, invocation));
    return CONTINUE;
  },
};
