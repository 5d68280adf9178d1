import type { Fill } from "../cache/fill.ts";
import { isHttp } from "../integrate/http.ts";
import type { Invocation } from "../invocation.ts";
import { CONTINUE, type PipelineStep, WAIT } from "../step.ts";

/** The client of an answer that others wait for is gone: they get it all the same, however slow it was. */
function desertFill({ endpointResponseBody }: Invocation, fill: Fill, giveUp: () => void): void {
  if (fill.isAwaited) endpointResponseBody?.resume();
  fill.desert(giveUp);
}

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
    exchange.reply.onClose = fill === undefined ? giveUp : () => desertFill(invocation, fill, giveUp);
    return WAIT;
  },
};
