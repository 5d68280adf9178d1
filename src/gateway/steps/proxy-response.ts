import { connectionOptions, headerRuleOf } from "../headers.ts";
import { defaultMediaType } from "../media-type.ts";
import { CONTINUE, type PipelineStep } from "../step.ts";

const contentType = "content-type";

/** The method response of HTTP_PROXY: the endpoint's own, its headers passed, dropped or remapped (facts/runtime.md 12.1). */
export const proxyResponse: PipelineStep = {
  name: "proxyResponse",
  needed: ({ method }) => method.integration.type === "HTTP_PROXY",
  run: (_exchange, invocation) => {
    const { endpointResponseHeaders: received, headers } = invocation;
    const hopByHop = connectionOptions(received);
    let hasContentType = false;
    for (let i = 0; i < received.length; i += 2) {
      const name = received[i] as string;
      if (hopByHop?.has(name.toLowerCase()) === true) continue;
      const rule = headerRuleOf(name);
      if (rule === undefined || rule.proxyResponse === "pass") {
        headers.push(name, received[i + 1] as string);
        hasContentType ||= name.length === contentType.length && name.toLowerCase() === contentType;
      } else if (rule.proxyResponse === "remap") {
        headers.push(rule.remapped, received[i + 1] as string);
      }
    }
    if (!hasContentType) headers.push("Content-Type", defaultMediaType);
    invocation.status = invocation.endpointStatus;
    return CONTINUE;
  },
};
