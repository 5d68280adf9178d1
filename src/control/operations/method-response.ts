/** Operations of MethodResponse (facts/control.md 4). */
import { badRequest, conflict } from "../../errors.ts";
import type { MethodResponseDocument } from "../../model/documents.ts";
import { parseResponseHeader } from "../../model/mapping-expression.ts";
import { compact, entryOf, isEmptyMap, withEntry, withoutEntry } from "../../model/record.ts";
import type { Handlers, OperationContext, Run } from "../operation.ts";
import { applyPatch } from "../patch/apply.ts";
import { withMember } from "../patch/rules/members.ts";
import { methodResponseRules } from "../patch/rules/method-response.ts";
import { checkMap, withoutNulls } from "./bounds.ts";
import { findResponse } from "./find.ts";
import { checkModels } from "./method-checks.ts";
import { findMethodPlace, type MethodInput, putMethodDocument } from "./method-place.ts";

/** Throws in the service's words unless a MethodResponse can stand below a Method of this RestApi. */
export function checkMethodResponse(
  response: MethodResponseDocument,
  context: OperationContext,
  restApiId: string,
): void {
  checkMap(response.responseParameters, "responseParameters");
  for (const key of Object.keys(response.responseParameters ?? {})) {
    if (parseResponseHeader(key) === undefined) {
      throw badRequest(`Invalid mapping expression parameter specified: ${key}`);
    }
  }
  checkModels(response.responseModels, context, restApiId);
}

/** Checks a MethodResponse and stores it with its Method. */
function putMethodResponse(
  context: OperationContext,
  input: MethodInput,
  response: MethodResponseDocument,
): MethodResponseDocument {
  const { resource, method } = findMethodPlace(context, input);
  checkMethodResponse(response, context, input.restApiId);
  const methodResponses = withEntry(method.methodResponses, response.statusCode, response);
  putMethodDocument(context, input.restApiId, resource, { ...method, methodResponses });
  return response;
}

const PutMethodResponse: Run<"PutMethodResponse"> = (input, context) => {
  const { method } = findMethodPlace(context, input);
  if (entryOf(method.methodResponses, input.statusCode) !== undefined) {
    throw conflict("Response already exists for this resource");
  }
  // Empty maps are kept here, unlike elsewhere (facts/control.md 0.3).
  const response: MethodResponseDocument = compact({
    statusCode: input.statusCode,
    responseParameters: withoutNulls(input.responseParameters, false),
    responseModels: withoutNulls(input.responseModels, ""),
  });
  return putMethodResponse(context, input, response);
};

const GetMethodResponse: Run<"GetMethodResponse"> = (input, context) =>
  findResponse(findMethodPlace(context, input).method.methodResponses, input.statusCode);

const UpdateMethodResponse: Run<"UpdateMethodResponse"> = (input, context) => {
  const { method } = findMethodPlace(context, input);
  const response = findResponse(method.methodResponses, input.statusCode);
  const patched = applyPatch(response, input.patchOperations ?? [], methodResponseRules, undefined);
  return putMethodResponse(context, input, patched);
};

const DeleteMethodResponse: Run<"DeleteMethodResponse"> = (input, context) => {
  const { resource, method } = findMethodPlace(context, input);
  findResponse(method.methodResponses, input.statusCode);
  const remaining = withoutEntry(method.methodResponses, input.statusCode);
  const methodResponses = isEmptyMap(remaining) ? undefined : remaining;
  putMethodDocument(context, input.restApiId, resource, withMember(method, "methodResponses", methodResponses));
  return {};
};

export const methodResponseOperations = {
  PutMethodResponse,
  GetMethodResponse,
  UpdateMethodResponse,
  DeleteMethodResponse,
} satisfies Partial<Handlers>;
