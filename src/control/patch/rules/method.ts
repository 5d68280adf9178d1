/**
 * What a PATCH of a Method may do (facts/control.md 3). The refusals are family B's. What must hold of the whole Method is
 * checked once behind the last operation, so that a type and its authorizer can be set in either order.
 */
import { badRequest } from "../../../errors.ts";
import type { MethodDocument } from "../../../model/documents.ts";
import { checkedAuthorizationType } from "../../operations/method-checks.ts";
import { compileTable, type Effect } from "../apply.ts";
import { toBoolean } from "../coerce.ts";
import { familyB } from "../families.ts";
import { absentContentType, absentParameter, clearable, mapEntry, setMember } from "./members.ts";

type MethodEffect = Effect<MethodDocument, unknown>;

const addScope: MethodEffect = (method, { value }) => {
  const scopes = method.authorizationScopes ?? [];
  if (value === undefined || value === "") throw badRequest("Authorization scope must not be empty");
  return { ...method, authorizationScopes: scopes.includes(value) ? scopes : [...scopes, value] };
};

/** Removes the one scope that the value names, or all when there is no value. */
const removeScope: MethodEffect = (method, { value }) => ({
  ...method,
  authorizationScopes: value === undefined ? [] : (method.authorizationScopes ?? []).filter((scope) => scope !== value),
});

export const methodRules = compileTable<MethodDocument, unknown>({
  rules: [
    { path: "/authorizationScopes", add: addScope, remove: removeScope },
    {
      path: "/authorizationType",
      replace: setMember("authorizationType", ({ value }) => checkedAuthorizationType(value ?? "")),
    },
    { path: "/authorizerId", replace: setMember("authorizerId", clearable) },
    { path: "/apiKeyRequired", replace: setMember("apiKeyRequired", ({ value }) => toBoolean(value)) },
    { path: "/operationName", replace: setMember("operationName", clearable) },
    {
      path: "/requestParameters/{key}",
      ...mapEntry("requestParameters", ({ value }) => toBoolean(value), absentParameter),
    },
    { path: "/requestModels/{key}", ...mapEntry("requestModels", ({ value }) => value ?? "", absentContentType) },
    { path: "/requestValidatorId", replace: setMember("requestValidatorId", clearable) },
  ],
  refuse: familyB(),
});
