/** Operations of ApiKey (facts/control.md 12). Values are sealed at rest, and shown to who asks for them. */
import { conflict } from "../../errors.ts";
import type { ApiKeyDocument } from "../../model/documents.ts";
import { compact } from "../../model/record.ts";
import type { Input, Output } from "../../model/service.ts";
import { wholeSeconds } from "../../model/time.ts";
import { type Handlers, type OperationContext, prepared, type Run } from "../operation.ts";
import { paginate } from "../paginate.ts";
import { applyPatch } from "../patch/apply.ts";
import { apiKeyRules } from "../patch/rules/api-key.ts";
import {
  checkedCustomerId,
  checkedKeyDescription,
  checkedKeyName,
  checkKeyCount,
  checkKeyValue,
  generateKeyValue,
  type KeptValue,
  keyShape,
  openKeyValue,
  putKey,
  valueKeeper,
} from "./api-key-checks.ts";
import { ImportApiKeys } from "./api-key-import.ts";
import { findApiKey } from "./find.ts";
import { newTags } from "./tag-rules.ts";
import { checkedApiStage } from "./usage-plan-checks.ts";
import { removeKeyFromPlan, usagePlansOf } from "./usage-plan-members.ts";

/** `{apiId}/{stageName}` of Stages that there are. */
function stageKeysOf({ tx }: OperationContext, sent: Input<"CreateApiKey">["stageKeys"] = []): readonly string[] {
  return sent.map(({ restApiId = "", stageName = "" }) => {
    checkedApiStage(tx, restApiId, stageName);
    return `${restApiId}/${stageName}`;
  });
}

interface NewKey extends KeptValue {
  readonly value: string;
}

const CreateApiKey = prepared<"CreateApiKey", NewKey>({
  prepare: (input, { masterKey }) => {
    const value = input.value === undefined || input.value === "" ? generateKeyValue() : input.value;
    return Promise.resolve({ value, ...valueKeeper(masterKey)(value) });
  },
  run: (input, context, { value, ...kept }) => {
    const { tx, now } = context;
    const seconds = wholeSeconds(now);
    const document: ApiKeyDocument = compact({
      ...kept,
      name: checkedKeyName(input.name),
      customerId: checkedCustomerId(input.customerId),
      description: checkedKeyDescription(input.description),
      enabled: input.enabled ?? false,
      createdDate: seconds,
      lastUpdatedDate: seconds,
      stageKeys: stageKeysOf(context, input.stageKeys),
      tags: newTags(input.tags),
    });
    checkKeyValue(value);
    if (tx.get("apiKeyValue", "", kept.valueHash) !== undefined) throw conflict("API Key already exists");
    checkKeyCount(tx.list("apiKey", "").length + 1);
    putKey(tx, document);
    return { ...keyShape(document), value };
  },
});

/** With its value, where that is asked for. */
const shown = (document: ApiKeyDocument, withValue: boolean | undefined, masterKey: Buffer): Output<"GetApiKey"> =>
  withValue === true ? { ...keyShape(document), value: openKeyValue(document, masterKey) } : keyShape(document);

const GetApiKey: Run<"GetApiKey"> = (input, context) =>
  shown(findApiKey(context, input.apiKey), input.includeValue, context.masterKey);

/** The newest first; a name is matched as a prefix, in its case (facts/control.md 12). */
const GetApiKeys: Run<"GetApiKeys"> = (input, { tx, masterKey }) => {
  const { nameQuery = "", customerId = "", includeValues } = input;
  const wanted = tx
    .list("apiKey", "")
    .filter((key) => (key.name ?? "").startsWith(nameQuery) && (customerId === "" || key.customerId === customerId));
  const { items, position } = paginate(wanted.toReversed(), input, ({ id }) => id);
  return { items: items.map((key) => shown(key, includeValues, masterKey)), position };
};

const UpdateApiKey: Run<"UpdateApiKey"> = (input, context) => {
  const present = findApiKey(context, input.apiKey);
  const { patchOperations = [] } = input;
  const patched = applyPatch(present, patchOperations, apiKeyRules, context);
  const stored = patchOperations.length === 0 ? patched : { ...patched, lastUpdatedDate: wholeSeconds(context.now) };
  if (stored !== present) context.tx.put("apiKey", "", stored.id, stored);
  // This reply carries tags where there are none (facts/control.md 0.3).
  return { ...keyShape(stored), tags: stored.tags ?? {} };
};

/** It leaves its usage plans too, and what it used is forgotten. */
const DeleteApiKey: Run<"DeleteApiKey"> = (input, context) => {
  const { tx } = context;
  const { id, valueHash } = findApiKey(context, input.apiKey);
  for (const plan of usagePlansOf(tx, id)) removeKeyFromPlan(tx, plan.id, id);
  tx.delete("apiKey", "", id);
  tx.delete("apiKeyValue", "", valueHash);
  return {};
};

export const apiKeyOperations = {
  CreateApiKey,
  GetApiKey,
  GetApiKeys,
  UpdateApiKey,
  DeleteApiKey,
  ImportApiKeys,
} satisfies Partial<Handlers>;
