import { CONTINUE, type PipelineStep } from "../step.ts";

/** Has the observers told when the reply is out; a method without any does not have this step. */
export const observe: PipelineStep = {
  name: "observe",
  needed: ({ observers }) => observers.length > 0,
  run: ({ reply }, invocation) => {
    reply.onSent = () => invocation.ended();
    return CONTINUE;
  },
};
