import { headerOf } from "../exchange.ts";
import { Refusal, responseOf } from "../gateway-response.ts";
import { toHeaderValue } from "../headers.ts";
import { chooseTemplate } from "../integrate/responses.ts";
import { defaultMediaType } from "../media-type.ts";
import { single } from "../parameters.ts";
import { CONTINUE, type PipelineStep } from "../step.ts";

const nothing = Buffer.alloc(0);

/**
 * The method response of HTTP and MOCK: the selected integration response's status, mapped headers and template. A body
 * that no template is for passes unchanged; a MOCK has none (facts/mapping.md 2.2, 6, 9).
 */
export const integrationResponse: PipelineStep = {
  name: "integrationResponse",
  needed: ({ method }) => method.integration.type === "HTTP" || method.integration.type === "MOCK",
  run: ({ headers }, invocation) => {
    const program = invocation.method.method.integration;
    const isMock = program.type === "MOCK";
    if (program.type === "HTTP") invocation.response = program.responses.forStatus(invocation.endpointStatus);
    const { response } = invocation;
    if (response === undefined) {
      const status = invocation.endpointStatus;
      throw new Refusal(
        responseOf.API_CONFIGURATION_ERROR,
        `No match for output mapping and no default output mapping configured. Endpoint Response Status Code: ${status}`,
      );
    }
    invocation.status = response.status;
    const chosen = chooseTemplate(response.templates, headerOf(headers, "accept"));
    if (!response.setsContentType) invocation.headers.push("Content-Type", chosen?.[0] ?? defaultMediaType);
    for (const { name, read } of response.headers) {
      const value = read(invocation);
      if (value !== undefined) invocation.headers.push(name, toHeaderValue(single(value)));
    }
    if (!isMock) invocation.headers.push("X-Amzn-Trace-Id", invocation.traceId);
    if (chosen === undefined) {
      if (isMock) invocation.body = nothing;
      return CONTINUE;
    }
    const [, template] = chosen;
    if (template.text === undefined) {
      throw new Refusal(responseOf.API_CONFIGURATION_ERROR, "the response template needs the template language");
    }
    invocation.body = Buffer.from(template.text);
    return CONTINUE;
  },
};
