import { Refusal, responseOf } from "../gateway-response.ts";
import { defaultHeaders, forwardedHeaders, isHttp, queryOf } from "../integrate/http.ts";
import { targetOf } from "../integrate/uri.ts";
import { CONTINUE, type PipelineStep } from "../step.ts";

/** Target and headers of the request to an HTTP or HTTP_PROXY endpoint (facts/mapping.md 1, 3). */
export const integrationRequest: PipelineStep = {
  name: "integrationRequest",
  needed: ({ method }) => isHttp(method.integration),
  run: ({ body }, invocation) => {
    const { endpoint, method } = invocation.method;
    const program = method.integration;
    if (!isHttp(program)) return CONTINUE;
    if (endpoint === undefined) throw new Refusal(responseOf.API_CONFIGURATION_ERROR, "Invalid endpoint address");
    const target = targetOf(endpoint, invocation);
    const query = queryOf(program, invocation);
    invocation.endpointTarget = query === "" ? target : `${target}${endpoint.hasQuery ? "&" : "?"}${query}`;
    if (program.type === "HTTP_PROXY") {
      invocation.endpointHeaders = forwardedHeaders(program, endpoint, invocation);
      invocation.endpointBody = invocation.requestBody?.bytes ?? body;
    } else {
      invocation.endpointHeaders = defaultHeaders(program, endpoint, invocation);
    }
    return CONTINUE;
  },
};
