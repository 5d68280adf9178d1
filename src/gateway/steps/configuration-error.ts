import { Refusal, responseOf } from "../gateway-response.ts";
import type { PipelineStep } from "../step.ts";

/** A method whose integration could not be compiled: 500, and the reason in the operator's log. */
export const configurationError: PipelineStep = {
  name: "configurationError",
  needed: ({ method }) => method.integration.type === "REFUSED",
  run: (_exchange, { method: { method } }) => {
    const reason = method.integration.type === "REFUSED" ? method.integration.reason : "";
    throw new Refusal(responseOf.API_CONFIGURATION_ERROR, reason);
  },
};
