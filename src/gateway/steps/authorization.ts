import { Refusal, responseOf } from "../gateway-response.ts";
import type { PipelineStep } from "../step.ts";

/**
 * Who may call. A method that asks for an authorization which cannot be checked is never served open: AWS_IAM answers as
 * the service does to an unsigned call, the others (an authorizer, a resource policy) deny access.
 */
export const authorization: PipelineStep = {
  name: "authorization",
  needed: ({ method, restApi }) => method.document.authorizationType !== "NONE" || restApi.policy !== undefined,
  run: (_exchange, { method }) => {
    throw new Refusal(
      method.method.document.authorizationType === "AWS_IAM"
        ? responseOf.MISSING_AUTHENTICATION_TOKEN
        : responseOf.ACCESS_DENIED,
    );
  },
};
