import { responseOf } from "../gateway-response.ts";
import { noSlot } from "../slab.ts";
import { CONTINUE, DONE, type PipelineStep } from "../step.ts";

/**
 * The method's own limit or the stage's, then the account's; the first that is used up answers 429, without Retry-After
 * (facts/runtime.md 2.2). What an earlier limit gave is put back when a later one refuses.
 */
export const throttle: PipelineStep = {
  name: "throttle",
  // Those with an API key have the step usagePlan.
  needed: ({ method }) => !method.document.apiKeyRequired,
  run: (_exchange, invocation) => {
    const { services, method } = invocation;
    const { buckets, accountThrottle: account } = services;
    const { slot, rate, burst } = method.throttle;
    const now = services.now();
    if (slot === noSlot || buckets.take(slot, rate, burst, now)) {
      if (buckets.take(account.slot, account.rate, account.burst, now)) return CONTINUE;
      if (slot !== noSlot) buckets.giveBack(slot, burst);
      invocation.exceededLimit = account;
    } else {
      invocation.exceededLimit = method.throttle;
    }
    invocation.refuse(responseOf.THROTTLED);
    return DONE;
  },
};
