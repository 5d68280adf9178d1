import { accountSlot, noSlot } from "../buckets/buckets.ts";
import { responseOf } from "../gateway-response.ts";
import type { Invocation } from "../invocation.ts";
import { CONTINUE, DONE, type PipelineStep } from "../step.ts";
import type { ThrottleProgram } from "../../snapshot/program.ts";

/** All limits of a request with an API key, the first to refuse first (facts/runtime.md 2.2). */
function limitsOf({ services, method, apiKey }: Invocation): readonly ThrottleProgram[] {
  const account = { slot: accountSlot, rate: services.accountRate, burst: services.accountBurst };
  const own = apiKey?.limitsOf(method) ?? [];
  return method.throttle.slot === noSlot ? [...own, account] : [...own, method.throttle, account];
}

/** Takes a token of each; when one has none, those of the others are put back. */
function takeAll({ buckets }: Invocation["services"], limits: readonly ThrottleProgram[], now: number): boolean {
  const short = limits.findIndex(({ slot, rate, burst }) => !buckets.take(slot, rate, burst, now));
  if (short < 0) return true;
  giveBack(buckets, limits.slice(0, short));
  return false;
}

function giveBack(buckets: Invocation["services"]["buckets"], limits: readonly ThrottleProgram[]): void {
  for (const { slot, burst } of limits) buckets.giveBack(slot, burst);
}

/**
 * What stands in the place of `throttle` for methods that require an API key: the limits of the key's usage plan come
 * before the stage's and the account's. Then the request counts against the quota, so that none counts that was refused.
 */
export const usagePlan: PipelineStep = {
  name: "usagePlan",
  needed: ({ method }) => method.document.apiKeyRequired,
  run: (_exchange, invocation) => {
    const { services, apiKey } = invocation;
    const now = services.now();
    const limits = limitsOf(invocation);
    if (!takeAll(services, limits, now)) {
      invocation.refuse(responseOf.THROTTLED);
      return DONE;
    }
    const slot = apiKey?.usageSlot ?? noSlot;
    if (slot === noSlot || services.usage.count(slot, now)) return CONTINUE;
    giveBack(services.buckets, limits);
    invocation.refuse(responseOf.QUOTA_EXCEEDED);
    return DONE;
  },
};
