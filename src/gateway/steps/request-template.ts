import { headerOf } from "../exchange.ts";
import { isHttp } from "../integrate/http.ts";
import { renderRequest } from "../integrate/request-template.ts";
import { defaultMediaType } from "../media-type.ts";
import { CONTINUE, type PipelineStep } from "../step.ts";

/** The body to an HTTP endpoint: the rendered template, or the client's own where it may pass (facts/mapping.md 2.1). */
export const requestTemplate: PipelineStep = {
  name: "requestTemplate",
  needed: ({ method }) => method.integration.type === "HTTP",
  run: ({ headers, body }, invocation) => {
    const program = invocation.method.method.integration;
    if (!isHttp(program)) return CONTINUE;
    const rendered = renderRequest(program.templates, invocation);
    if (rendered !== undefined) {
      invocation.endpointBody = rendered.text === "" ? undefined : Buffer.from(rendered.text);
      invocation.endpointContentType = rendered.mediaType;
    } else if (body !== undefined) {
      invocation.endpointBody = invocation.requestBody?.bytes ?? body;
      invocation.endpointContentType = headerOf(headers, "content-type") ?? defaultMediaType;
    }
    return CONTINUE;
  },
};
