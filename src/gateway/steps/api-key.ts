import { Refusal, responseOf } from "../gateway-response.ts";
import { sentApiKey } from "../api-key.ts";
import { CONTINUE, type PipelineStep } from "../step.ts";

/**
 * Methods that require an API key: it must be there, be enabled, and belong to a usage plan that is for this stage
 * (facts/runtime.md 19). Clients are not told which of these it was.
 */
export const apiKey: PipelineStep = {
  name: "apiKey",
  needed: ({ method }) => method.document.apiKeyRequired,
  run: (_exchange, invocation) => {
    const { stage, services } = invocation;
    const value = sentApiKey(invocation);
    invocation.apiKey = value ? services.apiKeys.find(value, stage.apiId, stage.stageName) : undefined;
    if (invocation.apiKey === undefined) throw new Refusal(responseOf.INVALID_API_KEY);
    return CONTINUE;
  },
};
