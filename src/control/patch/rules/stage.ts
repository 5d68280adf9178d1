/** What UpdateStage may do: the table of facts/stage.md 4.1, row by row, with what was recorded. */
import { badRequest } from "../../../errors.ts";
import { limits } from "../../../limits.ts";
import { cacheClusterSizes, withCacheCluster, withCacheClusterSize } from "../../../model/cache-cluster.ts";
import type { CanarySettingsDocument, StageDocument } from "../../../model/documents.ts";
import { isObject, isText } from "../../../model/json.ts";
import { isEmptyMap, mergeEntries, type StringMap, withEntry, withoutEntry } from "../../../model/record.ts";
import { checkedDescription } from "../../operations/bounds.ts";
import {
  checkStageVariable,
  checkStageVariableCount,
  newCanary,
  percentTrafficText,
  requireClientCertificate,
  requireDeployment,
  requireDocumentationVersion,
  type StageContext,
  toStageVariables,
} from "../../operations/stage-values.ts";
import { compileTable, type Effect, type PatchTable } from "../apply.ts";
import { toBoolean, toDouble, toEnum } from "../coerce.ts";
import { toAccessLogDestination, toAccessLogFormat } from "./access-log.ts";
import { clearable, setMember, withMember } from "./members.ts";
import { isMethodSettingKey, methodSettingRules } from "./method-setting.ts";
import {
  invalidAccessLogPath,
  invalidCopy,
  invalidMethodSettingPath,
  invalidOperation,
  noCanary,
  noMethodSetting,
} from "./stage-texts.ts";

type StageEffect = Effect<StageDocument, StageContext>;

/** A text that an empty or absent value clears (facts/stage.md 4.1). */
const clearableText = (
  member: "description" | "documentationVersion" | "clientCertificateId",
  read: (context: StageContext, value: string) => string | undefined,
): StageEffect =>
  setMember(member, (step) => {
    const value = clearable(step);
    return value === undefined ? undefined : read(step.context, value);
  });

const removeMember = (member: "accessLogSettings" | "canarySettings" | "variables"): StageEffect =>
  setMember(member, () => undefined);

const replaceDeploymentId: StageEffect = setMember("deploymentId", ({ value, context }) =>
  requireDeployment(context, value),
);

const replaceTracingEnabled: StageEffect = setMember("tracingEnabled", ({ value }) => toBoolean(value));

// --- the cache cluster

const replaceCacheClusterEnabled: StageEffect = (stage, { value, context }) =>
  withCacheCluster(stage, toBoolean(value), context);

const sizeText = `Invalid cache cluster size specified. Must be one of: [${cacheClusterSizes.join(", ")}]`;

const replaceCacheClusterSize: StageEffect = (stage, { value, context }) =>
  withCacheClusterSize(stage, toEnum(value, cacheClusterSizes, sizeText), context);

// --- access logs

const setAccessLogFormat: StageEffect = setMember("accessLogSettings", ({ value }, stage) => ({
  ...stage.accessLogSettings,
  format: toAccessLogFormat(value),
}));

const setAccessLogDestination: StageEffect = setMember("accessLogSettings", ({ value, context }, stage) => ({
  ...stage.accessLogSettings,
  destinationArn: toAccessLogDestination(value, context),
}));

// --- stage variables

const withVariables = (stage: StageDocument, variables: StringMap | undefined): StageDocument =>
  withMember(stage, "variables", isEmptyMap(variables) ? undefined : variables);

/** A map with one more or one changed entry; without a value, with one less. An absent entry may be removed. */
function withVariable(present: StringMap | undefined, name: string, value: string | undefined): StringMap {
  if (value === undefined) return withoutEntry(present, name);
  checkStageVariable(name, value);
  const variables = withEntry(present, name, value);
  checkStageVariableCount(variables);
  return variables;
}

const mapText = "Invalid stage variables specified. The value must be a JSON map of names to values";

/** A whole map, as JSON in a text; without a value, no variables (docs/decisions.md). */
function readVariables(value: string | undefined): StringMap | undefined {
  if (value === undefined) return undefined;
  if (value.length > limits.stageVariablesText) throw badRequest(mapText);
  let map: unknown;
  try {
    map = JSON.parse(value);
  } catch {
    throw badRequest(mapText);
  }
  if (!isObject(map) || !Object.values(map).every(isText)) throw badRequest(mapText);
  return toStageVariables(map as StringMap);
}

const setVariable: StageEffect = (stage, { captures, value }) =>
  withVariables(stage, withVariable(stage.variables, captures["name"] ?? "", value));

/** Without a value there is nothing to add; an empty one is refused as a value. */
const addVariable: StageEffect = (stage, { captures, value }) =>
  withVariables(stage, withVariable(stage.variables, captures["name"] ?? "", value ?? ""));

const removeVariable: StageEffect = (stage, { captures }) =>
  withVariables(stage, withVariable(stage.variables, captures["name"] ?? "", undefined));

const replaceVariables: StageEffect = (stage, { value }) => withVariables(stage, readVariables(value));

// --- the canary: whatever of it is set first creates it (facts/stage.md 4.6)

const withCanary = (stage: StageDocument, members: Partial<CanarySettingsDocument>): StageDocument => ({
  ...stage,
  canarySettings: { ...(stage.canarySettings ?? newCanary(stage)), ...members },
});

/** Overrides that are emptied go, and an empty map does not make a canary. */
function withOverrides(stage: StageDocument, overrides: StringMap | undefined): StageDocument {
  if (overrides !== undefined && !isEmptyMap(overrides))
    return withCanary(stage, { stageVariableOverrides: overrides });
  const { canarySettings } = stage;
  if (canarySettings === undefined) return stage;
  return { ...stage, canarySettings: withMember(canarySettings, "stageVariableOverrides", undefined) };
}

const replaceCanaryDeploymentId: StageEffect = (stage, { value, context }) =>
  withCanary(stage, { deploymentId: requireDeployment(context, value) });

const replacePercentTraffic: StageEffect = (stage, { value }) =>
  withCanary(stage, { percentTraffic: toDouble(value, 0, 100, percentTrafficText) });

const replaceUseStageCache: StageEffect = (stage, { value }) => withCanary(stage, { useStageCache: toBoolean(value) });

const replaceOverrides: StageEffect = (stage, { value }) => withOverrides(stage, readVariables(value));

const replaceOverride: StageEffect = (stage, { captures, value }) =>
  withOverrides(stage, withVariable(stage.canarySettings?.stageVariableOverrides, captures["name"] ?? "", value));

const removeOverride: StageEffect = (stage, { captures }) =>
  withOverrides(stage, withoutEntry(stage.canarySettings?.stageVariableOverrides, captures["name"] ?? ""));

// --- promotion (facts/stage.md 4.7)

const promote =
  (source: string, effect: (stage: StageDocument, canary: CanarySettingsDocument) => StageDocument): StageEffect =>
  (stage, { path, from }) => {
    if (from !== source) throw invalidCopy(path, from);
    if (stage.canarySettings === undefined) throw noCanary();
    return effect(stage, stage.canarySettings);
  };

const promoteDeploymentId = promote("/canarySettings/deploymentId", (stage, { deploymentId }) => ({
  ...stage,
  deploymentId,
}));

/** Overrides win over variables of the same name, and the other variables stay. */
const promoteOverrides = promote("/canarySettings/stageVariableOverrides", (stage, { stageVariableOverrides }) => {
  const variables = mergeEntries(stage.variables, stageVariableOverrides);
  checkStageVariableCount(variables);
  return withVariables(stage, variables);
});

/** Refusals: each op has its own words, whatever the path. */
const refuse: PatchTable<StageDocument, StageContext>["refuse"] = (_stage, { op, path, from, captures }, rule) => {
  if (op === "remove") return noMethodSetting(path);
  if (op === "copy") return invalidCopy(path, from);
  if (op !== "add" && op !== "replace") return invalidOperation(op, path);
  if (rule?.replace === undefined) {
    const isAccessLog = path === "/accessLogSettings" || path.startsWith("/accessLogSettings/");
    return isAccessLog ? invalidAccessLogPath() : invalidMethodSettingPath(path);
  }
  const { resourcePath, httpMethod } = captures;
  const isNoMethod =
    resourcePath !== undefined && httpMethod !== undefined && !isMethodSettingKey(resourcePath, httpMethod);
  return isNoMethod ? invalidMethodSettingPath(path) : invalidOperation(op, path);
};

export const stageTable: PatchTable<StageDocument, StageContext> = {
  rules: [
    { path: "/accessLogSettings", remove: removeMember("accessLogSettings") },
    { path: "/accessLogSettings/destinationArn", add: setAccessLogDestination, replace: setAccessLogDestination },
    { path: "/accessLogSettings/format", add: setAccessLogFormat, replace: setAccessLogFormat },
    { path: "/cacheClusterEnabled", replace: replaceCacheClusterEnabled },
    { path: "/cacheClusterSize", replace: replaceCacheClusterSize },
    { path: "/canarySettings", remove: removeMember("canarySettings") },
    { path: "/canarySettings/deploymentId", replace: replaceCanaryDeploymentId },
    { path: "/canarySettings/percentTraffic", replace: replacePercentTraffic },
    { path: "/canarySettings/stageVariableOverrides", replace: replaceOverrides },
    { path: "/canarySettings/stageVariableOverrides/{name}", replace: replaceOverride, remove: removeOverride },
    { path: "/canarySettings/useStageCache", replace: replaceUseStageCache },
    { path: "/clientCertificateId", replace: clearableText("clientCertificateId", requireClientCertificate) },
    { path: "/deploymentId", replace: replaceDeploymentId, copy: promoteDeploymentId },
    { path: "/description", replace: clearableText("description", (_context, value) => checkedDescription(value)) },
    { path: "/documentationVersion", replace: clearableText("documentationVersion", requireDocumentationVersion) },
    { path: "/tracingEnabled", replace: replaceTracingEnabled },
    { path: "/variables", replace: replaceVariables, remove: removeMember("variables"), copy: promoteOverrides },
    { path: "/variables/{name}", add: addVariable, replace: setVariable, remove: removeVariable },
    ...methodSettingRules,
  ],
  refuse,
};

export const stageRules = compileTable(stageTable);
