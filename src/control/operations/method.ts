/** Operations of Method (facts/control.md 3). */
import { conflict } from "../../errors.ts";
import type { MethodDocument } from "../../model/documents.ts";
import { compact, entryOf } from "../../model/record.ts";
import type { Handlers, Run } from "../operation.ts";
import { applyPatch } from "../patch/apply.ts";
import { methodRules } from "../patch/rules/method.ts";
import { withoutNulls } from "./bounds.ts";
import { findResource } from "./find.ts";
import { checkedAuthorizationType, checkedMethod, checkedVerb } from "./method-checks.ts";
import { deleteMethodDocument, findMethodPlace, putMethodDocument } from "./method-place.ts";

const PutMethod: Run<"PutMethod"> = (input, context) => {
  const { restApiId } = input;
  const resource = findResource(context, restApiId, input.resourceId);
  const httpMethod = checkedVerb(input.httpMethod);
  const draft: MethodDocument = compact({
    httpMethod,
    authorizationType: checkedAuthorizationType(input.authorizationType),
    authorizerId: input.authorizerId,
    apiKeyRequired: input.apiKeyRequired ?? false,
    requestValidatorId: input.requestValidatorId === "" ? undefined : input.requestValidatorId,
    operationName: input.operationName,
    requestParameters: withoutNulls(input.requestParameters, false),
    requestModels: withoutNulls(input.requestModels, ""),
    authorizationScopes: input.authorizationScopes,
  });
  const method = checkedMethod(draft, context, restApiId);
  if (entryOf(resource.resourceMethods, httpMethod) !== undefined) {
    throw conflict("Method already exists for this resource");
  }
  putMethodDocument(context, restApiId, resource, method);
  return method;
};

const GetMethod: Run<"GetMethod"> = (input, context) => findMethodPlace(context, input).method;

const UpdateMethod: Run<"UpdateMethod"> = (input, context) => {
  const { resource, method } = findMethodPlace(context, input);
  const patched = applyPatch(method, input.patchOperations ?? [], methodRules, undefined);
  const checked = checkedMethod(patched, context, input.restApiId);
  putMethodDocument(context, input.restApiId, resource, checked);
  return checked;
};

const DeleteMethod: Run<"DeleteMethod"> = (input, context) => {
  const { resource, method } = findMethodPlace(context, input);
  deleteMethodDocument(context, input.restApiId, resource, method.httpMethod);
  return {};
};

export const methodOperations = {
  PutMethod,
  GetMethod,
  UpdateMethod,
  DeleteMethod,
} satisfies Partial<Handlers>;
