import { Refusal, responseOf } from "../gateway-response.ts";
import { readMockStatus } from "../integrate/mock.ts";
import { renderRequest } from "../integrate/request-template.ts";
import { CONTINUE, type PipelineStep } from "../step.ts";

/** The MOCK integration: the status code of its rendered request template selects the response (facts/mapping.md 9). */
export const mock: PipelineStep = {
  name: "mock",
  needed: ({ method }) => method.integration.type === "MOCK",
  run: (_exchange, invocation) => {
    const program = invocation.method.method.integration;
    if (program.type !== "MOCK") return CONTINUE;
    const rendered = renderRequest(program.templates, invocation);
    // Without a template the default response answers.
    if (rendered === undefined) {
      invocation.response = program.responses.default;
      return CONTINUE;
    }
    const status = readMockStatus(rendered.text);
    if (status === undefined) {
      const reason = "statusCode should be an integer which defined in request template";
      throw new Refusal(responseOf.API_CONFIGURATION_ERROR, reason);
    }
    invocation.endpointStatus = status;
    invocation.response = program.responses.forStatus(status);
    return CONTINUE;
  },
};
