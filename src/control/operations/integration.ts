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
import { findMethodPlace, type MethodPlace, putMethodDocument } from "./method-place.ts";

/** The Integration that an input asks for, with the service's defaults, not yet checked. */
function drafted(input: Input<"PutIntegration">, { resource }: MethodPlace): IntegrationDocument {
  return compact({
    // The wire has checked that it is one of the five.
    type: input.type as IntegrationType,
    httpMethod: input.integrationHttpMethod,
    uri: input.uri,
    connectionType: input.connectionType,
    connectionId: input.connectionId,
    credentials: input.credentials === "" ? undefined : input.credentials,
    requestParameters: withoutNulls(input.requestParameters, ""),
    requestTemplates: storedTemplates(input.requestTemplates),
    passthroughBehavior: checkedPassthrough(input.passthroughBehavior),
    contentHandling: input.contentHandling,
    timeoutInMillis: input.timeoutInMillis ?? limits.integrationTimeoutMaximum,
    cacheNamespace: input.cacheNamespace ?? resource.id,
    cacheKeyParameters: input.cacheKeyParameters ?? [],
    tlsConfig: input.tlsConfig === undefined ? undefined : compact(input.tlsConfig),
    responseTransferMode: input.responseTransferMode,
    integrationTarget: input.integrationTarget,
  });
}

const PutIntegration: Run<"PutIntegration"> = (input, context) => {
  const place = findMethodPlace(context, input);
  const { resource, method } = place;
  const integration = checkedIntegration(drafted(input, place), method, context);
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
