import { isHttp } from "../integrate/http.ts";
import { CONTINUE, type PipelineStep, WAIT } from "../step.ts";

/** Sends the request to the endpoint; its answer goes on with the next step. A client that goes away ends the call. */
export const integrationCall: PipelineStep = {
  name: "integrationCall",
  needed: ({ method }) => isHttp(method.integration),
  run: (exchange, invocation) => {
    const { endpoint, method, verb } = invocation.method;
    const program = method.integration;
    if (!isHttp(program) || endpoint === undefined) return CONTINUE;
    invocation.endpointCalledAt = invocation.services.now();
    const giveUp = invocation.services.upstream.dispatch(
      endpoint.origin,
      {
        method: program.verb ?? verb,
        target: invocation.endpointTarget,
        headers: invocation.endpointHeaders,
        body: invocation.endpointBody,
        timeout: program.timeout,
      },
      invocation,
    );
    const { fill } = invocation;
    exchange.reply.onClose = fill === undefined ? giveUp : () => fill.desert(giveUp);
    return WAIT;
  },
};
