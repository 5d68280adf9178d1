import { headerOf } from "../exchange.ts";
import { Refusal, responseOf } from "../gateway-response.ts";
import { toHeaderValue } from "../headers.ts";
import { chooseTemplate, type ResponseProgram } from "../integrate/responses.ts";
import type { Invocation } from "../invocation.ts";
import { defaultMediaType, typeOfTemplate } from "../media-type.ts";
import { type OverriddenHeader, overriddenStatus, responseHeaders } from "../overrides.ts";
import { single } from "../parameters.ts";
import { CONTINUE, type PipelineStep } from "../step.ts";

const nothing = Buffer.alloc(0);

const nameOf = ({ name, rule }: OverriddenHeader): string => (rule?.mapResponse === "remap" ? rule.remapped : name);

/** Mapped headers, those that templates set in their place, and Content-Type if neither sets it. */
function setHeaders(invocation: Invocation, response: ResponseProgram, contentType: string): void {
  const { headers } = invocation;
  const overridden = responseHeaders(invocation).filter(({ rule }) => rule?.mapResponse !== "drop");
  const setsContentType =
    response.setsContentType || overridden.some(({ name }) => name.toLowerCase() === "content-type");
  if (!setsContentType) headers.push("Content-Type", contentType);
  for (const { name, read } of response.headers) {
    if (overridden.some((other) => nameOf(other) === name)) continue;
    const value = read(invocation);
    if (value !== undefined) headers.push(name, toHeaderValue(single(value)));
  }
  for (const header of overridden) headers.push(nameOf(header), header.value);
}

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
    const chosen = chooseTemplate(response.templates, headerOf(headers, "accept"));
    // The template comes first: what it sets in `$context` stands in the place of what is mapped.
    if (chosen !== undefined) invocation.body = Buffer.from(chosen[1].render(invocation, "response"));
    else if (isMock) invocation.body = nothing;
    invocation.status = overriddenStatus(invocation) ?? response.status;
    setHeaders(invocation, response, chosen === undefined ? defaultMediaType : typeOfTemplate(chosen[0]));
    // One that is mapped stands in its place: a client would not know which of two to believe.
    if (!isMock && headerOf(invocation.headers, "x-amzn-trace-id") === undefined) {
      invocation.headers.push("X-Amzn-Trace-Id", invocation.traceId);
    }
    return CONTINUE;
  },
};
