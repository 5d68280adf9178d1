/** Security schemes to Authorizers, and what an operation demands to what a Method does (facts/control.md 19). */
import { badRequest } from "../../errors.ts";
import { isObject, isText, isTextList, type JsonObject } from "../../model/json.ts";
import { compact, entryOf } from "../../model/record.ts";
import {
  authorizerMembers,
  authorizerSchemeMembers,
  headerIdentitySource,
  unusedSchemeName,
} from "./authorizer-members.ts";
import type { AuthorizerDraft, MethodDraft } from "./definition.ts";
import { extensions, signatureAuthtype } from "./extensions.ts";
import { resolved } from "./local-references.ts";
import { readMembers } from "./members.ts";
import type { Problems } from "./problems.ts";
import { textAt } from "./values.ts";

const wrongMember = (name: string, expected: string): never => {
  throw badRequest(`${name} is not ${expected}`);
};

/** The Authorizer of a scheme. One that names no identity source takes the header that the scheme is about. */
function readAuthorizer(name: string, scheme: JsonObject, object: JsonObject): AuthorizerDraft {
  const members = readMembers(authorizerMembers, object, wrongMember);
  const header = textAt(scheme, "name") ?? unusedSchemeName;
  const named = textAt(scheme, "in") === "header" && header !== unusedSchemeName;
  return compact({
    ...readMembers(authorizerSchemeMembers, scheme, wrongMember),
    ...members,
    name,
    identitySource:
      members.identitySource ?? (named && members.type !== "REQUEST" ? headerIdentitySource(header) : undefined),
  });
}

/** What a security scheme comes to for a Method that has it. */
type Guard =
  | { readonly kind: "authorizer"; readonly name: string; readonly type: string }
  | { readonly kind: "signature" }
  | { readonly kind: "apiKey" }
  | { readonly kind: "none" };

type MethodSecurity = Pick<
  MethodDraft,
  "apiKeyRequired" | "authorizationType" | "authorizerName" | "authorizationScopes"
>;

/** The schemes of a definition. */
export class Security {
  readonly authorizers: readonly AuthorizerDraft[];
  readonly #guards: ReadonlyMap<string, Guard>;
  readonly #problems: Problems;

  /** `schemes` by name; they may be references into `root`. */
  constructor(root: JsonObject, schemes: JsonObject, problems: Problems) {
    const authorizers: AuthorizerDraft[] = [];
    const guards = new Map<string, Guard>();
    for (const [name, value] of Object.entries(schemes)) {
      const scheme = resolved(root, value);
      const object = entryOf(scheme, extensions.authorizer);
      if (object === undefined) {
        guards.set(name, guardOf(scheme));
        continue;
      }
      const authorizer = problems.attempt(`Unable to create authorizer '${name}'`, () =>
        isObject(object) ? readAuthorizer(name, scheme, object) : wrongMember(extensions.authorizer, "an object"),
      );
      if (authorizer === undefined) continue;
      authorizers.push(authorizer);
      const type = authorizer.type === "COGNITO_USER_POOLS" ? authorizer.type : "CUSTOM";
      guards.set(name, { kind: "authorizer", name, type });
    }
    this.authorizers = authorizers;
    this.#guards = guards;
    this.#problems = problems;
  }

  /**
   * What an operation demands of its callers; `where` names it in warnings. Throws a BadRequestException for a demand that
   * is in no form: passed over, it would leave the Method open.
   */
  of(operation: JsonObject, where: string): MethodSecurity {
    let security: MethodSecurity = { apiKeyRequired: false, authorizationType: "NONE" };
    const requirements = entryOf(operation, "security") ?? [];
    if (!Array.isArray(requirements) || !requirements.every(isObject)) {
      throw badRequest(`Unable to parse API definition: security of ${where} is not a list of objects.`);
    }
    for (const [name, scopes] of requirements.flatMap((requirement) => Object.entries(requirement))) {
      security = this.#with(security, name, scopes, where);
    }
    return withAuth(security, operation, where);
  }

  #with(security: MethodSecurity, name: string, scopes: unknown, where: string): MethodSecurity {
    const guard = this.#guards.get(name) ?? { kind: "none" };
    if (guard.kind === "apiKey") return { ...security, apiKeyRequired: true };
    if (guard.kind === "none") {
      this.#problems.warn(`Security scheme '${name}' of ${where} has no authorizer. Ignoring.`);
      return security;
    }
    if (security.authorizationType !== "NONE") {
      this.#problems.warn(`More than one authorization is defined for ${where}. Ignoring '${name}'.`);
      return security;
    }
    if (guard.kind === "signature") return { ...security, authorizationType: "AWS_IAM" };
    const withScopes = guard.type === "COGNITO_USER_POOLS" && isTextList(scopes);
    return {
      ...security,
      authorizationType: guard.type,
      authorizerName: guard.name,
      ...(withScopes && { authorizationScopes: scopes }),
    };
  }
}

function guardOf(scheme: JsonObject): Guard {
  if (textAt(scheme, extensions.authtype)?.toLowerCase() === signatureAuthtype.toLowerCase()) {
    return { kind: "signature" };
  }
  const isKey = textAt(scheme, "type") === "apiKey" && textAt(scheme, "name")?.toLowerCase() === "x-api-key";
  return { kind: isKey ? "apiKey" : "none" };
}

/** `x-amazon-apigateway-auth` says it outright. */
function withAuth(
  { apiKeyRequired, ...security }: MethodSecurity,
  operation: JsonObject,
  where: string,
): MethodSecurity {
  const auth = entryOf(operation, extensions.auth) ?? undefined;
  if (auth === undefined) return { apiKeyRequired, ...security };
  const type = isObject(auth) ? entryOf(auth, "type") : undefined;
  if (!isText(type)) {
    throw badRequest(`Unable to parse API definition: ${extensions.auth} of ${where} is not an object with a type.`);
  }
  const authorizationType = type.toUpperCase();
  const named = authorizationType === security.authorizationType || authorizationType === "CUSTOM";
  return named ? { apiKeyRequired, ...security } : { apiKeyRequired, authorizationType };
}
