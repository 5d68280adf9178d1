import { CONTINUE, type PipelineStep } from "../step.ts";

/** Decides whether the request is traced, before anything of it may be refused (facts/runtime.md 7). */
export const trace: PipelineStep = {
  name: "trace",
  needed: () => true,
  run: (_exchange, invocation) => {
    invocation.services.tracer?.begin(invocation);
    return CONTINUE;
  },
};
