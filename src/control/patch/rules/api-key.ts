/** What a PATCH of an ApiKey may do (facts/control.md 12). The texts of refusals are family A's. */
import { badRequest } from "../../../errors.ts";
import type { ApiKeyDocument } from "../../../model/documents.ts";
import { checkedCustomerId, checkedKeyDescription, checkedKeyName } from "../../operations/api-key-checks.ts";
import { checkedApiStage } from "../../operations/usage-plan-checks.ts";
import type { OperationContext } from "../../operation.ts";
import { compileTable, type Effect } from "../apply.ts";
import { toBoolean } from "../coerce.ts";
import { familyA } from "../families.ts";
import { setMember } from "./members.ts";

type ApiKeyEffect = Effect<ApiKeyDocument, OperationContext>;

/** Labels can be given and taken, and are shown nowhere: what is left of them in the service. */
const unseen: ApiKeyEffect = (key) => key;

/** `{apiId}/{stageName}` of a Stage that there is; of more parts the first two count. */
const addStage: ApiKeyEffect = (key, { value = "", context }) => {
  const [restApiId = "", stageName = ""] = value.split("/");
  checkedApiStage(context.tx, restApiId, stageName);
  const stageKey = `${restApiId}/${stageName}`;
  return key.stageKeys.includes(stageKey) ? key : { ...key, stageKeys: [...key.stageKeys, stageKey] };
};

const removeStage: ApiKeyEffect = (key, { value = "" }) => {
  if (!key.stageKeys.includes(value)) throw badRequest("Invalid API Stage specified");
  return { ...key, stageKeys: key.stageKeys.filter((stageKey) => stageKey !== value) };
};

export const apiKeyRules = compileTable<ApiKeyDocument, OperationContext>({
  rules: [
    { path: "/customerId", replace: setMember("customerId", ({ value }) => checkedCustomerId(value)) },
    { path: "/description", replace: setMember("description", ({ value }) => checkedKeyDescription(value)) },
    { path: "/enabled", replace: setMember("enabled", ({ value }) => toBoolean(value)) },
    { path: "/labels", add: unseen, remove: unseen },
    { path: "/name", replace: setMember("name", ({ value }) => checkedKeyName(value)) },
    { path: "/stages", add: addStage, remove: removeStage },
  ],
  refuse: familyA(["/description", "/enabled", "/name", "/customerId"]),
});
