import { collectBody } from "../collect-body.ts";
import { CONTINUE, type PipelineStep, WAIT } from "../step.ts";

/** Takes the endpoint's whole body in where a response mapping reads it. */
export const readEndpointBody: PipelineStep = {
  name: "readEndpointBody",
  needed: ({ method }) => method.integration.type === "HTTP" && method.integration.responses.readsBody,
  run: (_exchange, invocation) => {
    const source = invocation.endpointResponseBody;
    if (source === undefined) return CONTINUE;
    collectBody(source, invocation, (bytes) => {
      invocation.endpointResponseBytes = bytes;
      invocation.body = bytes;
      invocation.advance();
    });
    return WAIT;
  },
};
