import { collectBody } from "../collect-body.ts";
import { isHttp } from "../integrate/http.ts";
import { CONTINUE, type PipelineStep, WAIT } from "../step.ts";

/** Takes the whole body in where a parameter mapping reads it; elsewhere bodies stream through. */
export const readBody: PipelineStep = {
  name: "readBody",
  needed: ({ method }) => isHttp(method.integration) && method.integration.readsBody,
  run: ({ body }, invocation) => {
    if (body === undefined) return CONTINUE;
    collectBody(body, invocation, (bytes) => {
      invocation.requestBody = bytes;
      invocation.advance();
    });
    return WAIT;
  },
};
