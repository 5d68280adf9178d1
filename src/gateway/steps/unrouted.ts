import { Refusal, responseOf } from "../gateway-response.ts";
import type { PipelineStep } from "../step.ts";

/** A request for a path or a verb that the stage does not have (facts/runtime.md 1): observed like any other. */
export const unrouted: PipelineStep = {
  name: "unrouted",
  needed: ({ method }) => method.integration.type === "NONE",
  run: () => {
    throw new Refusal(responseOf.MISSING_AUTHENTICATION_TOKEN);
  },
};
