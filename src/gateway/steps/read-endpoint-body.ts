import { responseOf } from "../gateway-response.ts";
import { CONTINUE, type PipelineStep, WAIT } from "../step.ts";
import { readWhole, WholeBody } from "../whole-body.ts";

/** Takes the endpoint's whole body in where a response mapping reads it. */
export const readEndpointBody: PipelineStep = {
  name: "readEndpointBody",
  needed: ({ method }) => method.integration.type === "HTTP" && method.integration.responses.readsBody,
  run: (_exchange, invocation) => {
    const source = invocation.endpointResponseBody;
    if (source === undefined) return CONTINUE;
    readWhole(source, "too-large", {
      onBody: (bytes) => {
        invocation.endpointBodyRead = new WholeBody(bytes, responseOf.API_CONFIGURATION_ERROR);
        invocation.body = bytes;
        invocation.advance();
      },
      onFailure: (failure) => invocation.onFailure(failure),
    });
    return WAIT;
  },
};
