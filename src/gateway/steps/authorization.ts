import { Refusal, responseOf } from "../gateway-response.ts";
import type { PipelineStep } from "../step.ts";

/** A method that asks for an authorization which nobody can check is never served open. */
export const authorization: PipelineStep = {
  name: "authorization",
  needed: ({ method: { document } }) =>
    document.authorizationType !== "NONE" && document.authorizationType !== "AWS_IAM",
  run: () => {
    throw new Refusal(responseOf.ACCESS_DENIED);
  },
};
