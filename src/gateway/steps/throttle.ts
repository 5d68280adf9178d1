import type { ThrottleProgram } from "../../snapshot/program.ts";
import { accountSlot } from "../buckets/buckets.ts";
import { responseOf } from "../gateway-response.ts";
import type { GatewayServices } from "../invocation.ts";
import { noSlot } from "../slab.ts";
import { CONTINUE, DONE, type PipelineStep } from "../step.ts";

/** The bucket of the whole account. */
export const accountThrottle = ({ accountRate, accountBurst }: GatewayServices): ThrottleProgram => ({
  slot: accountSlot,
  rate: accountRate,
  burst: accountBurst,
  owner: "account",
  ofMethod: false,
});

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
    const { buckets } = services;
    const { slot, rate, burst } = method.throttle;
    const now = services.now();
    if (slot === noSlot || buckets.take(slot, rate, burst, now)) {
      if (buckets.take(accountSlot, services.accountRate, services.accountBurst, now)) return CONTINUE;
      if (slot !== noSlot) buckets.giveBack(slot, burst);
      invocation.exceededLimit = accountThrottle(services);
    } else {
      invocation.exceededLimit = method.throttle;
    }
    invocation.refuse(responseOf.THROTTLED);
    return DONE;
  },
};
