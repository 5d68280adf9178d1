/** Operations of IntegrationResponse (facts/control.md 6). */
import { badRequest, notFound } from "../../errors.ts";
import type {
  IntegrationDocument,
  IntegrationResponseDocument,
  MethodResponseDocument,
} from "../../model/documents.ts";
import { compact, entryOf, isEmptyMap, withEntry, withoutEntry } from "../../model/record.ts";
import { compileSelectionPattern } from "../../model/selection-pattern.ts";
import type { Handlers, OperationContext, Run } from "../operation.ts";
import { applyPatch } from "../patch/apply.ts";
import { integrationResponseRules } from "../patch/rules/integration-response.ts";
import { withMember } from "../patch/rules/members.ts";
import { withoutNulls } from "./bounds.ts";
import { findIntegration, findResource, findResponse } from "./find.ts";
import { checkContentHandling } from "./integration-checks.ts";
import { checkResponseMappings, checkTemplates, storedTemplates } from "./mapping-checks.ts";
import { findMethodPlace, type MethodInput, type MethodPlace, putMethodDocument } from "./method-place.ts";

interface IntegrationPlace extends MethodPlace {
  readonly integration: IntegrationDocument;
}

/** Resource, Method and Integration, looked up in the service's order: each has its own 404. */
function findIntegrationPlace(context: OperationContext, input: MethodInput): IntegrationPlace {
  const place = findMethodPlace(context, input);
  return { ...place, integration: findIntegration(place.method) };
}

function putIntegrationDocument(
  context: OperationContext,
  restApiId: string,
  { resource, method }: MethodPlace,
  methodIntegration: IntegrationDocument,
): void {
  putMethodDocument(context, restApiId, resource, { ...method, methodIntegration });
}

/** The IntegrationResponse as it is stored, or a BadRequestException; `declared` is the MethodResponse of its code. */
export function checkedIntegrationResponse(
  response: IntegrationResponseDocument,
  declared: MethodResponseDocument,
): IntegrationResponseDocument {
  const { selectionPattern } = response;
  if (selectionPattern !== undefined && compileSelectionPattern(selectionPattern) === undefined) {
    throw badRequest("Invalid regex pattern specified");
  }
  checkContentHandling(response.contentHandling);
  checkResponseMappings(response.responseParameters, declared);
  checkTemplates(response.responseTemplates, "responseTemplates");
  return isEmptyMap(response.responseParameters) ? withMember(response, "responseParameters", undefined) : response;
}

/** Checks an IntegrationResponse against the MethodResponse of its code, and stores it with its Integration. */
function putIntegrationResponse(
  context: OperationContext,
  restApiId: string,
  place: IntegrationPlace,
  response: IntegrationResponseDocument,
): IntegrationResponseDocument {
  const { method, integration } = place;
  const declared = findResponse(method.methodResponses, response.statusCode);
  const checked = checkedIntegrationResponse(response, declared);
  const integrationResponses = withEntry(integration.integrationResponses, response.statusCode, checked);
  putIntegrationDocument(context, restApiId, place, { ...integration, integrationResponses });
  return checked;
}

const PutIntegrationResponse: Run<"PutIntegrationResponse"> = (input, context) => {
  const place = findIntegrationPlace(context, input);
  // The map of templates is kept as it was sent, empty too (facts/control.md 0.3).
  const response: IntegrationResponseDocument = compact({
    statusCode: input.statusCode,
    selectionPattern: input.selectionPattern,
    responseParameters: withoutNulls(input.responseParameters, ""),
    responseTemplates: storedTemplates(input.responseTemplates),
    contentHandling: input.contentHandling,
  });
  return putIntegrationResponse(context, input.restApiId, place, response);
};

const GetIntegrationResponse: Run<"GetIntegrationResponse"> = (input, context) =>
  findResponse(findIntegrationPlace(context, input).integration.integrationResponses, input.statusCode);

const UpdateIntegrationResponse: Run<"UpdateIntegrationResponse"> = (input, context) => {
  const place = findIntegrationPlace(context, input);
  const response = findResponse(place.integration.integrationResponses, input.statusCode);
  const patched = applyPatch(response, input.patchOperations ?? [], integrationResponseRules, undefined);
  return putIntegrationResponse(context, input.restApiId, place, patched);
};

const DeleteIntegrationResponse: Run<"DeleteIntegrationResponse"> = (input, context) => {
  const resource = findResource(context, input.restApiId, input.resourceId);
  const method = entryOf(resource.resourceMethods, input.httpMethod);
  // Unlike its siblings, it names the Integration also where there is no Method (facts/control.md 6).
  if (method === undefined) throw notFound("Invalid Integration identifier specified");
  const integration = findIntegration(method);
  findResponse(integration.integrationResponses, input.statusCode);
  const remaining = withoutEntry(integration.integrationResponses, input.statusCode);
  const changed = withMember(integration, "integrationResponses", isEmptyMap(remaining) ? undefined : remaining);
  putIntegrationDocument(context, input.restApiId, { resource, method }, changed);
  return {};
};

export const integrationResponseOperations = {
  PutIntegrationResponse,
  GetIntegrationResponse,
  UpdateIntegrationResponse,
  DeleteIntegrationResponse,
} satisfies Partial<Handlers>;
