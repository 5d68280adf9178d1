import { Refusal, responseWith } from "../gateway-response.ts";
import { CONTINUE, type PipelineStep } from "../step.ts";

/** Parameters that the method declares as required: all that are missing are named (facts/mapping.md 8.1). */
export const validateParameters: PipelineStep = {
  name: "validateParameters",
  needed: ({ method }) => method.validation !== undefined && method.validation.required.length > 0,
  run: (_exchange, invocation) => {
    const { required = [] } = invocation.method.method.validation ?? {};
    if (required.every(({ isPresent }) => isPresent(invocation))) return CONTINUE;
    const missing = required.filter(({ isPresent }) => !isPresent(invocation)).map(({ name }) => name);
    throw new Refusal(
      responseWith("BAD_REQUEST_PARAMETERS", `Missing required request parameters: [${missing.join(", ")}]`),
    );
  },
};
