/** Operations of Integration (facts/control.md 5). */
import type { IntegrationDocument, IntegrationType, MethodDocument } from "../../model/documents.ts";
import { compact } from "../../model/record.ts";
import type { Input } from "../../model/service.ts";
import type { Handlers, Run } from "../operation.ts";
import { applyPatch } from "../patch/apply.ts";
import { integrationRules } from "../patch/rules/integration.ts";
import { withMember } from "../patch/rules/members.ts";
import { limits } from "../../limits.ts";
import { withoutNulls } from "./bounds.ts";
import { findIntegration } from "./find.ts";
import { checkedIntegration, checkedPassthrough } from "./integration-checks.ts";
import { storedTemplates } from "./mapping-checks.ts";
import { findMethodPlace, putMethodDocument } from "./method-place.ts";

/** The members of an Integration as they were sent. */
export type GivenIntegration = Partial<IntegrationDocument> & Pick<IntegrationDocument, "type">;

/** The Integration of a Resource's Method that was asked for, with the service's defaults, not yet checked. */
export function draftedIntegration(given: GivenIntegration, resourceId: string): IntegrationDocument {
  return compact({
    type: given.type,
    httpMethod: given.httpMethod,
    uri: given.uri,
    connectionType: given.connectionType,
    connectionId: given.connectionId,
    credentials: given.credentials === "" ? undefined : given.credentials,
    requestParameters: given.requestParameters,
    requestTemplates: storedTemplates(given.requestTemplates),
    passthroughBehavior: checkedPassthrough(given.passthroughBehavior),
    contentHandling: given.contentHandling,
    timeoutInMillis: given.timeoutInMillis ?? limits.integrationTimeoutMaximum,
    cacheNamespace: given.cacheNamespace ?? resourceId,
    cacheKeyParameters: given.cacheKeyParameters ?? [],
    tlsConfig: given.tlsConfig,
    responseTransferMode: given.responseTransferMode,
    integrationTarget: given.integrationTarget,
  });
}

/** What an input gives. The wire has checked that the type is one of the five. */
const givenBy = (input: Input<"PutIntegration">): GivenIntegration =>
  compact({
    ...input,
    type: input.type as IntegrationType,
    httpMethod: input.integrationHttpMethod,
    requestParameters: withoutNulls(input.requestParameters, ""),
    tlsConfig: input.tlsConfig === undefined ? undefined : compact(input.tlsConfig),
  });

const PutIntegration: Run<"PutIntegration"> = (input, context) => {
  const { resource, method } = findMethodPlace(context, input);
  const integration = checkedIntegration(draftedIntegration(givenBy(input), resource.id), method, context);
  putMethodDocument(context, input.restApiId, resource, { ...method, methodIntegration: integration });
  return integration;
};

const GetIntegration: Run<"GetIntegration"> = (input, context) =>
  findIntegration(findMethodPlace(context, input).method);

const UpdateIntegration: Run<"UpdateIntegration"> = (input, context) => {
  const { resource, method } = findMethodPlace(context, input);
  const integration = findIntegration(method);
  const patched = applyPatch(integration, input.patchOperations ?? [], integrationRules, { resourceId: resource.id });
  const checked = checkedIntegration(patched, method, context);
  putMethodDocument(context, input.restApiId, resource, { ...method, methodIntegration: checked });
  return checked;
};

const DeleteIntegration: Run<"DeleteIntegration"> = (input, context) => {
  const { resource, method } = findMethodPlace(context, input);
  findIntegration(method);
  const without: MethodDocument = withMember(method, "methodIntegration", undefined);
  putMethodDocument(context, input.restApiId, resource, without);
  return {};
};

export const integrationOperations = {
  PutIntegration,
  GetIntegration,
  UpdateIntegration,
  DeleteIntegration,
} satisfies Partial<Handlers>;
