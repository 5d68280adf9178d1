/**
 * What a PATCH of an Authorizer may do (facts/control.md 8). What must hold of the whole Authorizer is checked once behind
 * the last operation, so that a type and what it needs can be set in any order.
 */
import { badRequest } from "../../../errors.ts";
import type { AuthorizerDocument } from "../../../model/documents.ts";
import { splitIdentitySource } from "../../../model/identity-source.ts";
import { checkedAuthorizerType, checkedResultTtl, defaultAuthType } from "../../operations/authorizer-checks.ts";
import { compileTable, type Effect } from "../apply.ts";
import { familyA } from "../families.ts";
import { clearable, setMember, withMember } from "./members.ts";

type AuthorizerEffect = Effect<AuthorizerDocument, unknown>;

/** An `authType` that nobody has set follows the type. */
const replaceType: AuthorizerEffect = (authorizer, { value }) => {
  const type = checkedAuthorizerType(value);
  const isDefault = authorizer.authType === defaultAuthType(authorizer.type);
  return { ...authorizer, type, ...(isDefault && { authType: defaultAuthType(type) }) };
};

const required = (value: string | undefined, what: string): string => {
  if (value === undefined || value === "") throw badRequest(`${what} cannot be empty`);
  return value;
};

const joined = (expressions: readonly string[]): string | undefined =>
  expressions.length === 0 ? undefined : expressions.join(",");

/** Behind those that are there, unless it is one of them. */
const addIdentitySource: AuthorizerEffect = (authorizer, { value }) => {
  const present = splitIdentitySource(authorizer.identitySource);
  const added = splitIdentitySource(required(value, "IdentitySource")).filter((each) => !present.includes(each));
  return withMember(authorizer, "identitySource", joined([...present, ...added]));
};

/** Removes the one expression that the value names, or all when there is no value. */
const removeIdentitySource: AuthorizerEffect = (authorizer, { value }) => {
  const present = value === undefined ? [] : splitIdentitySource(authorizer.identitySource);
  return withMember(authorizer, "identitySource", joined(present.filter((each) => each !== value?.trim())));
};

const addProvider: AuthorizerEffect = (authorizer, { value }) => {
  const arn = required(value, "ProviderARNs");
  const { providerARNs = [] } = authorizer;
  return providerARNs.includes(arn) ? authorizer : { ...authorizer, providerARNs: [...providerARNs, arn] };
};

/** Removes the one ARN that the value names, or all when there is no value. */
const removeProvider: AuthorizerEffect = (authorizer, { value }) => {
  const left = value === undefined ? [] : (authorizer.providerARNs ?? []).filter((arn) => arn !== value);
  return withMember(authorizer, "providerARNs", left.length === 0 ? undefined : left);
};

const ttl = (value: string | undefined): number =>
  checkedResultTtl(value !== undefined && /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN);

/** Paths that can be replaced, as the refusals list them. */
const replaceable = [
  "/authorizerUri",
  "/authorizerCredentials",
  "/authorizerResultTtlInSeconds",
  "/authType",
  "/identitySource",
  "/identityValidationExpression",
  "/name",
  "/type",
];

export const authorizerRules = compileTable<AuthorizerDocument, unknown>({
  rules: [
    { path: "/authorizerUri", replace: setMember("authorizerUri", clearable) },
    { path: "/authorizerCredentials", replace: setMember("authorizerCredentials", clearable) },
    {
      path: "/authorizerResultTtlInSeconds",
      replace: setMember("authorizerResultTtlInSeconds", ({ value }) => ttl(value)),
    },
    {
      path: "/authType",
      replace: setMember("authType", (step, { type }) => clearable(step) ?? defaultAuthType(type)),
    },
    { path: "/identityValidationExpression", replace: setMember("identityValidationExpression", clearable) },
    { path: "/name", replace: setMember("name", ({ value }) => value ?? "") },
    { path: "/type", replace: replaceType },
    {
      path: "/identitySource",
      add: addIdentitySource,
      replace: setMember("identitySource", clearable),
      remove: removeIdentitySource,
    },
    { path: "/providerARNs", add: addProvider, remove: removeProvider },
  ],
  refuse: familyA(replaceable),
});
