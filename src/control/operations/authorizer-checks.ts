/** What an Authorizer may be, whether it was created, patched or imported (facts/control.md 8). */
import { badRequest, Fault } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { AuthorizerDocument, AuthorizerType } from "../../model/documents.ts";
import { parseIdentityExpression, parseTokenHeader, splitIdentitySource } from "../../model/identity-source.ts";
import { compileSelectionPattern } from "../../model/selection-pattern.ts";
import { parseUserPool } from "../../model/user-pool.ts";
import type { OperationContext } from "../operation.ts";
import { toEnum } from "../patch/coerce.ts";
import { checkedName, checkList } from "./bounds.ts";
import { roleArn } from "./integration-checks.ts";
import { invokesLambda, parseIntegrationArn } from "./integration-uri.ts";

const types: readonly AuthorizerType[] = ["TOKEN", "REQUEST", "COGNITO_USER_POOLS"];

export const checkedAuthorizerType = (text: string | undefined): AuthorizerType =>
  toEnum(text, types, `Invalid authorizer type specified. Valid options are ${types.join(",")}`);

/** What `authType` is where nobody has set it (facts/control.md 8). */
export const defaultAuthType = (type: AuthorizerType): string =>
  type === "COGNITO_USER_POOLS" ? "cognito_user_pools" : "custom";

/** Seconds for which an answer of the authorizer is kept; throws outside the service's range. */
export function checkedResultTtl(seconds: number): number {
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > limits.authorizerTtlSeconds) {
    throw badRequest(
      `Authorizer result TTL outside allowable range. TTL must be between 0 and ${limits.authorizerTtlSeconds} seconds.`,
    );
  }
  return seconds;
}

/** A region has a hyphen in it; Terraform's own tests saw `region` refused. A stage variable may stand for it. */
const regionOfArn = /^arn:aws[a-z-]*:apigateway:(?:[a-z0-9]+(?:-[a-z0-9]+)+|\$\{stageVariables\.\w+\}):/;

function isInvocationUri(uri: string): boolean {
  try {
    const parsed = parseIntegrationArn(uri);
    // An authorizer's answer is read whole: a function that streams is for Integrations.
    return regionOfArn.test(uri) && invokesLambda(parsed) && !parsed.target.endsWith("response-streaming-invocations");
  } catch (error) {
    if (error instanceof Fault) return false;
    throw error;
  }
}

function checkAuthorizerUri(uri: string | undefined): void {
  if (uri === undefined || uri.length > limits.integrationUriLength || !isInvocationUri(uri)) {
    throw badRequest(
      `Invalid Authorizer URI: ${uri?.slice(0, limits.echoedValue) ?? "null"}. Authorizer URI should be a valid API Gateway ARN that represents a Lambda function invocation.`,
    );
  }
}

const isUserPool = (arn: string): boolean =>
  parseUserPool(arn.replace(/\$\{stageVariables\.\w+\}/g, "0".repeat(12))) !== undefined;

function checkProviderArns(arns: readonly string[] | undefined): void {
  if (arns === undefined || arns.length === 0) throw badRequest("ProviderARNs cannot be empty");
  checkList(arns, "providerARNs");
  // A whole ARN may be a stage variable (facts/runtime.md 11).
  const wrong = arns.find((arn) => !isUserPool(arn) && !/^\$\{stageVariables\.\w+\}$/.test(arn));
  if (wrong !== undefined) throw badRequest(`Invalid Cognito User Pool ARN specified: ${wrong}`);
}

const invalidIdentity = (expression: string): Fault =>
  badRequest(`Invalid request identity source expression: ${expression.slice(0, limits.echoedValue)}`);

function checkIdentitySource({ type, identitySource, authorizerResultTtlInSeconds: ttl }: AuthorizerDocument): void {
  checkedName(identitySource, "identitySource");
  const expressions = splitIdentitySource(identitySource);
  if (expressions.length === 0) {
    // An authorizer that is asked about every request needs nothing to remember an answer by.
    if (type === "REQUEST" && ttl === 0) return;
    throw badRequest("IdentitySource cannot be empty");
  }
  if (type === "REQUEST") {
    const wrong = expressions.find((expression) => parseIdentityExpression(expression) === undefined);
    if (wrong !== undefined) throw invalidIdentity(wrong);
  } else if (parseTokenHeader(identitySource) === undefined) {
    throw invalidIdentity(identitySource ?? "");
  }
}

function checkValidationExpression(expression: string | undefined): void {
  if (expression !== undefined && compileSelectionPattern(expression) === undefined) {
    throw badRequest("Invalid identity validation expression specified");
  }
}

function checkCredentials(credentials: string | undefined): void {
  checkedName(credentials, "authorizerCredentials");
  if (credentials !== undefined && !roleArn.test(credentials)) {
    throw badRequest("Invalid authorizer credentials specified: it must be the ARN of a role");
  }
}

/** Throws in the service's words unless the Authorizer can stand below this RestApi. */
export function checkAuthorizer(authorizer: AuthorizerDocument, { tx }: OperationContext, restApiId: string): void {
  const { id, name, type } = authorizer;
  if (name.trim() === "") throw badRequest("Authorizer name cannot be blank");
  checkedName(name, "Name");
  checkedName(authorizer.authType, "authType");
  if (authorizer.authorizerResultTtlInSeconds !== undefined) checkedResultTtl(authorizer.authorizerResultTtlInSeconds);
  if (type === "COGNITO_USER_POOLS") checkProviderArns(authorizer.providerARNs);
  else {
    checkAuthorizerUri(authorizer.authorizerUri);
    checkList(authorizer.providerARNs, "providerARNs");
  }
  checkIdentitySource(authorizer);
  checkValidationExpression(authorizer.identityValidationExpression);
  checkCredentials(authorizer.authorizerCredentials);
  if (tx.list("authorizer", restApiId).some((other) => other.name === name && other.id !== id)) {
    throw badRequest(`Authorizer name must be unique. Authorizer ${name} already exists in this RestApi.`);
  }
}
