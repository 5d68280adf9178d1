import { limits } from "../../limits.ts";
import { isNestedWithin } from "../../model/json-depth.ts";
import { SchemaRefused } from "../../model/json-schema/schema.ts";
import { headerOf } from "../exchange.ts";
import { Refusal, responseOf } from "../gateway-response.ts";
import { mediaTypeOf } from "../media-type.ts";
import { CONTINUE, type PipelineStep } from "../step.ts";
import { modelFor, type ValidationProgram } from "../validation.ts";

/** What is wrong with a body; empty when it is valid. One that is not there counts as `{}`. */
function violationsOf({ schemas }: ValidationProgram, model: string, body: Buffer | undefined): readonly string[] {
  if (body === undefined || body.length === 0) return schemas.violationsOf(model, {});
  if (!isNestedWithin(body, limits.bodyJsonDepth)) return ["instance is nested too deep"];
  let value: unknown;
  try {
    value = JSON.parse(body.toString());
  } catch {
    return ["Unknown error parsing request body"];
  }
  return schemas.violationsOf(model, value);
}

/** The body against the Model for its type; a type without one is not checked (facts/mapping.md 8.2). */
export const validateBody: PipelineStep = {
  name: "validateBody",
  needed: ({ method }) => method.validation?.models !== undefined,
  run: ({ headers }, invocation) => {
    const { validation } = invocation.method.method;
    if (validation?.models === undefined) return CONTINUE;
    const mediaType = mediaTypeOf(headerOf(headers, "content-type"));
    const model = modelFor(validation.models, mediaType);
    if (model === undefined) return CONTINUE;
    try {
      const violations = violationsOf(validation, model, invocation.requestBody?.bytes);
      if (violations.length === 0) return CONTINUE;
      invocation.bodyViolations = { mediaType, text: `[${violations.join(", ")}]` };
    } catch (error) {
      if (!(error instanceof SchemaRefused)) throw error;
      throw new Refusal(responseOf.API_CONFIGURATION_ERROR, `the model ${model} cannot be used: ${error.message}`);
    }
    throw new Refusal(responseOf.BAD_REQUEST_BODY);
  },
};
