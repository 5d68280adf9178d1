import { Refusal, responseOf } from "../gateway-response.ts";
import type { PipelineStep } from "../step.ts";

/** Methods that require an API key. No usage plan holds a key yet, so every key is an unknown one (facts/runtime.md 19). */
export const apiKey: PipelineStep = {
  name: "apiKey",
  needed: ({ method }) => method.document.apiKeyRequired,
  run: () => {
    throw new Refusal(responseOf.INVALID_API_KEY);
  },
};
