import { askAuthorizer } from "../authorizers/ask.ts";
import { CONTINUE, type PipelineStep } from "../step.ts";

/** Asks the method's authorizer who calls. What it says is judged by the step behind this one. */
export const authorizer: PipelineStep = {
  name: "authorizer",
  needed: (plan) => plan.authorizer !== undefined,
  run: (_exchange, invocation) => {
    const { authorizer: program } = invocation.method;
    return program === undefined ? CONTINUE : askAuthorizer(program, invocation);
  },
};
