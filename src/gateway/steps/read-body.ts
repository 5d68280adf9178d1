import type { IntegrationProgram } from "../../snapshot/program.ts";
import { fixedResponses } from "../gateway-response.ts";
import { isHttp } from "../integrate/http.ts";
import { CONTINUE, type PipelineStep, WAIT } from "../step.ts";
import { readWhole, WholeBody } from "../whole-body.ts";

const readsBody = (program: IntegrationProgram): boolean =>
  (isHttp(program) && program.readsBody) || (program.type === "MOCK" && program.templates.readsBody);

/** Takes the whole body in where a mapping, a template or a validator reads it or it is logged; elsewhere bodies stream through. */
export const readBody: PipelineStep = {
  name: "readBody",
  needed: ({ method, tracesData }) =>
    tracesData || readsBody(method.integration) || method.validation?.models !== undefined,
  run: ({ body }, invocation) => {
    if (body === undefined || invocation.requestBody !== undefined) return CONTINUE;
    readWhole(body, "client-too-large", {
      onBody: (bytes) => {
        invocation.requestBody = new WholeBody(bytes, fixedResponses.invalidJson);
        invocation.advance();
      },
      onFailure: (failure) => invocation.onFailure(failure),
    });
    return WAIT;
  },
};
