import type { ThrottleProgram } from "../../snapshot/program.ts";
import type { Buckets } from "../buckets/buckets.ts";
import { responseOf } from "../gateway-response.ts";
import { noSlot } from "../slab.ts";
import { CONTINUE, DONE, type PipelineStep } from "../step.ts";

/** Takes a token of each; or of none, and returns which of them was the first to have none left. */
function takeAll(buckets: Buckets, limits: readonly ThrottleProgram[], now: number): number {
  const short = limits.findIndex(({ slot, rate, burst }) => !buckets.take(slot, rate, burst, now));
  if (short > 0) giveBack(buckets, limits.slice(0, short));
  return short;
}

function giveBack(buckets: Buckets, limits: readonly ThrottleProgram[]): void {
  for (const { slot, burst } of limits) buckets.giveBack(slot, burst);
}

/**
 * What stands in the place of `throttle` for methods that require an API key: the limits of the key's usage plan come
 * before the stage's and the account's (facts/runtime.md 2.2). Then the request counts against the quota: the last of
 * all, so that nothing counts that was refused.
 */
export const usagePlan: PipelineStep = {
  name: "usagePlan",
  needed: ({ method }) => method.document.apiKeyRequired,
  run: (_exchange, invocation) => {
    const { services, method, apiKey } = invocation;
    const { buckets } = services;
    const now = services.now();
    const limits = apiKey?.limitsOf(method) ?? [services.accountThrottle];
    const short = takeAll(buckets, limits, now);
    if (short >= 0) {
      invocation.exceededLimit = limits[short];
      invocation.refuse(responseOf.THROTTLED);
      return DONE;
    }
    const slot = apiKey?.usageSlot ?? noSlot;
    if (slot === noSlot || services.usage.count(slot, now)) return CONTINUE;
    giveBack(buckets, limits);
    invocation.exceededLimit = "quota";
    invocation.refuse(responseOf.QUOTA_EXCEEDED);
    return DONE;
  },
};
