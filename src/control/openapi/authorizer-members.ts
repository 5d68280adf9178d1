/** An Authorizer as a security scheme, both ways (facts/control.md 19). */
import type { AuthorizerDocument, AuthorizerType } from "../../model/documents.ts";
import { parseTokenHeader } from "../../model/identity-source.ts";
import { extensions } from "./extensions.ts";
import { loweredOf, type Members, named, number, text, texts } from "./members.ts";

const authorizerTypes: readonly AuthorizerType[] = ["TOKEN", "REQUEST", "COGNITO_USER_POOLS"];

/** `x-amazon-apigateway-authorizer`. The Authorizer's name is the key of the scheme. */
export const authorizerMembers: Members<AuthorizerDocument> = {
  identitySource: text,
  authorizerUri: text,
  authorizerCredentials: text,
  authorizerResultTtlInSeconds: number,
  identityValidationExpression: text,
  providerARNs: texts,
  type: loweredOf(authorizerTypes),
};

/** What the scheme itself has of the Authorizer, beside `type`, `name` and `in`. */
export const authorizerSchemeMembers: Members<AuthorizerDocument> = {
  authType: named(extensions.authtype, text),
};

/** The `name` of a scheme whose callers are told by something else than one header. */
export const unusedSchemeName = "Unused";

/**
 * The header that a scheme names as `name`: that of a TOKEN authorizer or a user pool. The others take more than a scheme
 * can say, and have `identitySource` instead.
 */
export function schemeHeaderOf({ type, identitySource }: AuthorizerDocument): string | undefined {
  return type === "REQUEST" ? undefined : parseTokenHeader(identitySource);
}

/** The identity source that a scheme's header stands for. */
export const headerIdentitySource = (header: string): string => `method.request.header.${header}`;
