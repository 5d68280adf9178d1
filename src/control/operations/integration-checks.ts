/** What an Integration may be, whether it was put or patched (facts/control.md 5). */
import { badRequest } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { IntegrationDocument, IntegrationType, MethodDocument } from "../../model/documents.ts";
import { parseIntegrationParameter, parseMethodParameter } from "../../model/mapping-expression.ts";
import { entryOf, isEmptyMap } from "../../model/record.ts";
import type { OperationContext } from "../operation.ts";
import { toEnum, toWord } from "../patch/coerce.ts";
import { withMember } from "../patch/rules/members.ts";
import { checkedName, checkList } from "./bounds.ts";
import { checkUri, invokesLambda, parseIntegrationArn } from "./integration-uri.ts";
import { checkRequestMappings, checkTemplates } from "./mapping-checks.ts";
import { checkedVerb } from "./method-checks.ts";
import { namedVpcLink, vpcLinkExists } from "./vpc-link-uses.ts";

const httpTypes: ReadonlySet<IntegrationType> = new Set(["HTTP", "HTTP_PROXY"]);
const awsTypes: ReadonlySet<IntegrationType> = new Set(["AWS", "AWS_PROXY"]);
const passthroughBehaviors = ["WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER"] as const;
export const connectionTypes = ["INTERNET", "VPC_LINK"] as const;
export const contentHandlings = ["CONVERT_TO_BINARY", "CONVERT_TO_TEXT"] as const;
export const responseTransferModes = ["BUFFERED", "STREAM"] as const;

/** The passthrough behaviour in upper case; undefined and empty are the default. */
export function checkedPassthrough(text: string | undefined): string {
  if (text === undefined || text === "") return "WHEN_NO_MATCH";
  return toEnum(
    text.toUpperCase(),
    passthroughBehaviors,
    `Invalid passthroughBehavior specified. Valid options are ${passthroughBehaviors.join(",")}`,
  );
}

/** Throws when the time to wait for the backend, milliseconds, is not a whole number within the service's range. */
function checkTimeout({ timeoutInMillis: timeout, responseTransferMode }: IntegrationDocument): void {
  const { integrationTimeoutMinimum: minimum, integrationTimeoutMaximum, streamTimeoutMaximum } = limits;
  const maximum = responseTransferMode === "STREAM" ? streamTimeoutMaximum : integrationTimeoutMaximum;
  if (!Number.isInteger(timeout) || timeout < minimum || timeout > maximum) {
    throw badRequest(`Timeout should be between ${minimum} ms and ${maximum} ms`);
  }
}

function checkConnection(integration: IntegrationDocument, context: OperationContext): void {
  const { connectionType, connectionId } = integration;
  if (connectionType === "VPC_LINK" && (connectionId === undefined || connectionId === "")) {
    throw badRequest("ConnectionId should be set to the vpcLinkId or stage variable on connection type VPC_LINK");
  }
  checkedName(connectionId, "connectionId");
  const link = namedVpcLink(integration);
  if (link !== undefined && !vpcLinkExists(context, link)) throw badRequest("Invalid Vpc Link identifier specified");
}

/** A role of some account, which is captured, or the caller's own credentials. */
export const roleArn = /^arn:aws[a-z-]*:iam::(\d{12}|\*):(?:role\/[!-~]+|user\/\*)$/;

/** A role of this account, or the caller's own credentials; services other than Lambda need one or the other. */
function checkCredentials(integration: IntegrationDocument, context: OperationContext): void {
  const { type, uri, credentials } = integration;
  checkedName(credentials, "credentials");
  if (credentials === undefined) {
    if (awsTypes.has(type) && !invokesLambda(parseIntegrationArn(uri ?? ""))) {
      throw badRequest("Role ARN must be specified for AWS integrations");
    }
    return;
  }
  const account = roleArn.exec(credentials)?.[1];
  if (account === undefined) throw badRequest("Invalid ARN specified in the request");
  if (account !== "*" && account !== context.accountId) throw badRequest("Cross-account pass role is not allowed.");
}

/**
 * Whether a cache key is a parameter that the Method declares, by its single value or by all of them, or one that the
 * Integration makes (facts/control.md 5, facts/runtime.md 2.1).
 */
function isCacheKey(key: string, { requestParameters }: IntegrationDocument, method: MethodDocument): boolean {
  if (parseIntegrationParameter(key) !== undefined) return entryOf(requestParameters, key) !== undefined;
  const declared = key.replace(/^(method\.request\.)multivalue(querystring|header)/, "$1$2");
  return parseMethodParameter(declared) !== undefined && entryOf(method.requestParameters, declared) !== undefined;
}

function checkCacheKeys(integration: IntegrationDocument, method: MethodDocument): void {
  const { cacheKeyParameters } = integration;
  checkList(cacheKeyParameters, "cacheKeyParameters");
  if (!cacheKeyParameters.every((key) => isCacheKey(key, integration, method))) {
    throw badRequest("Invalid cache key parameter specified");
  }
}

/** The wire knows these words, and what is imported has not come by it. */
function checkWords({ connectionType, contentHandling, responseTransferMode }: IntegrationDocument): void {
  toWord(connectionType, connectionTypes, "connectionType");
  checkContentHandling(contentHandling);
  toWord(responseTransferMode, responseTransferModes, "responseTransferMode");
}

export const checkContentHandling = (contentHandling: string | undefined): void =>
  void toWord(contentHandling, contentHandlings, "contentHandling");

/** Without the members that the type has no use for; a connection is INTERNET unless it says otherwise. */
function trimmed(draft: IntegrationDocument): IntegrationDocument {
  let integration = draft;
  if (httpTypes.has(draft.type)) {
    integration = { ...integration, connectionType: integration.connectionType ?? "INTERNET" };
  } else {
    integration = withMember(withMember(integration, "connectionType", undefined), "connectionId", undefined);
  }
  if (draft.type === "MOCK") {
    integration = withMember(withMember(integration, "httpMethod", undefined), "uri", undefined);
  }
  if (isEmptyMap(draft.requestParameters)) integration = withMember(integration, "requestParameters", undefined);
  if (isEmptyMap(draft.requestTemplates)) integration = withMember(integration, "requestTemplates", undefined);
  return integration;
}

/** The Integration as it is stored, or a BadRequestException in the service's words. */
export function checkedIntegration(
  draft: IntegrationDocument,
  method: MethodDocument,
  context: OperationContext,
): IntegrationDocument {
  const integration = trimmed(draft);
  const { type, httpMethod } = integration;
  if (type !== "MOCK") {
    if (httpMethod === undefined || httpMethod === "") {
      throw badRequest("Enumeration value for HttpMethod must be non-empty");
    }
    checkedVerb(httpMethod);
  }
  checkUri(type, integration.uri);
  checkWords(integration);
  checkConnection(integration, context);
  checkCredentials(integration, context);
  checkTimeout(integration);
  checkRequestMappings(integration.requestParameters, method);
  checkCacheKeys(integration, method);
  checkTemplates(integration.requestTemplates, "requestTemplates");
  checkedName(integration.cacheNamespace, "cacheNamespace");
  checkedName(integration.integrationTarget, "integrationTarget");
  return integration;
}
