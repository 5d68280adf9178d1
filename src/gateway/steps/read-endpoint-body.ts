import type { IntegrationProgram } from "../../snapshot/program.ts";
import { responseOf } from "../gateway-response.ts";
import { isHttp } from "../integrate/http.ts";
import { CONTINUE, type PipelineStep, WAIT } from "../step.ts";
import { readWhole, WholeBody } from "../whole-body.ts";

const mappingsRead = (program: IntegrationProgram): boolean => program.type === "HTTP" && program.responses.readsBody;

/** Takes the endpoint's whole body in where a response mapping reads it or it is logged. */
export const readEndpointBody: PipelineStep = {
  name: "readEndpointBody",
  needed: ({ method, tracesData }) => mappingsRead(method.integration) || (tracesData && isHttp(method.integration)),
  run: (exchange, invocation) => {
    const source = invocation.endpointResponseBody;
    if (source === undefined) return CONTINUE;
    // The answer to a HEAD has a length and no body; an empty one must not pass for it.
    if (exchange.method === "HEAD" && !mappingsRead(invocation.method.method.integration)) return CONTINUE;
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
