/** What a Method may be, whether it was put or patched (facts/control.md 3). */
import { badRequest } from "../../errors.ts";
import type { MethodDocument } from "../../model/documents.ts";
import { parseMethodParameter } from "../../model/mapping-expression.ts";
import { isEmptyMap, type StringMap } from "../../model/record.ts";
import type { OperationContext } from "../operation.ts";
import { withMember } from "../patch/rules/members.ts";
import { checkedName, checkList, checkMap, isContentType } from "./bounds.ts";
import { authorizerExists, modelExists, requestValidatorExists } from "./references.ts";

export const verbs = ["GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD", "ANY"] as const;

/** The verb as it was given; throws for one that there is not. */
export function checkedVerb(verb: string): string {
  if (!verbs.some((known) => known === verb)) {
    throw badRequest(`Invalid HttpMethod specified. Valid options are ${verbs.join(",")}`);
  }
  return verb;
}

const authorizationTypes = ["NONE", "AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS"];
const withAuthorizer: ReadonlySet<string> = new Set(["CUSTOM", "COGNITO_USER_POOLS"]);

/** The authorization type in upper case, as the service stores it. */
export function checkedAuthorizationType(text: string): string {
  const type = text.length > 32 ? "" : text.toUpperCase();
  if (!authorizationTypes.includes(type)) {
    throw badRequest(`Invalid authorization type specified. Valid options are ${authorizationTypes.join(",")}`);
  }
  return type;
}

function checkAuthorization(method: MethodDocument, context: OperationContext, restApiId: string): void {
  const { authorizationType, authorizerId, authorizationScopes } = method;
  if (
    withAuthorizer.has(authorizationType) &&
    (authorizerId === undefined || !authorizerExists(context, restApiId, authorizerId))
  ) {
    throw badRequest(
      "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.",
    );
  }
  checkList(authorizationScopes, "authorizationScopes");
  if (authorizationType !== "COGNITO_USER_POOLS" && authorizationScopes !== undefined) {
    throw badRequest("Authorization Scopes are only valid for COGNITO_USER_POOLS authorization type");
  }
}

function checkRequestParameters(parameters: MethodDocument["requestParameters"]): void {
  checkMap(parameters, "requestParameters");
  const names = new Set<string>();
  for (const key of Object.keys(parameters ?? {})) {
    const parameter = parseMethodParameter(key);
    if (parameter === undefined) throw badRequest(`Invalid mapping expression parameter specified: ${key}`);
    if (names.has(parameter.name)) {
      throw badRequest("Parameter names must be unique across querystring, header and path");
    }
    names.add(parameter.name);
  }
}

/** Throws for a content type that is none, or a Model that there is not. */
export function checkModels(models: StringMap | undefined, context: OperationContext, restApiId: string): void {
  checkMap(models, "models");
  for (const [contentType, model] of Object.entries(models ?? {})) {
    // `$default` stands for every content type without a Model of its own (facts/mapping.md 8.2).
    if (contentType !== "$default" && !isContentType(contentType))
      throw badRequest(`Invalid content type specified: ${contentType}`);
    if (!modelExists(context, restApiId, model)) throw badRequest(`Invalid model identifier specified: ${model}`);
  }
}

/**
 * The Method as it is stored, or a BadRequestException in the service's words. An authorizerId that the type has no use
 * for is ignored, and empty maps and lists are left out.
 */
export function checkedMethod(draft: MethodDocument, context: OperationContext, restApiId: string): MethodDocument {
  let method = draft;
  if (!withAuthorizer.has(method.authorizationType)) method = withMember(method, "authorizerId", undefined);
  if (method.authorizationScopes?.length === 0) method = withMember(method, "authorizationScopes", undefined);
  if (isEmptyMap(method.requestParameters)) method = withMember(method, "requestParameters", undefined);
  if (isEmptyMap(method.requestModels)) method = withMember(method, "requestModels", undefined);
  checkAuthorization(method, context, restApiId);
  const { requestValidatorId } = method;
  if (requestValidatorId !== undefined && !requestValidatorExists(context, restApiId, requestValidatorId)) {
    throw badRequest("Invalid Request Validator identifier specified");
  }
  checkModels(method.requestModels, context, restApiId);
  checkRequestParameters(method.requestParameters);
  checkedName(method.operationName, "operationName");
  return method;
}
