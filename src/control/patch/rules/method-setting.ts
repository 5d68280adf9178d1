/** The part of a Stage's patch table that is about method settings: ten leaves, and the setting as a whole. */
import { badRequest, Fault } from "../../../errors.ts";
import { limits } from "../../../limits.ts";
import type { MethodSettingDocument, StageDocument } from "../../../model/documents.ts";
import {
  defaultMethodSetting,
  everyMethod,
  methodSettingVerbs,
  normalizeMethodSettingKey,
} from "../../../model/method-settings.ts";
import { entryOf, setEntry } from "../../../model/record.ts";
import { findAccount } from "../../operations/find.ts";
import type { StageContext } from "../../operations/stage-values.ts";
import type { Effect, PatchRule } from "../apply.ts";
import { toBoolean, toDouble, toEnum, toInteger } from "../coerce.ts";
import { invalidMethodSettingPath, noMethodSetting, noLoggingRole } from "./stage-texts.ts";

type StageEffect = Effect<StageDocument, StageContext>;
type Sent = string | undefined;

/** One leaf: what stands behind `/{resourcePath}/{httpMethod}/`, the member that it sets, and how its value is read. */
interface Leaf<K extends keyof MethodSettingDocument = keyof MethodSettingDocument> {
  readonly path: string;
  readonly member: K;
  readonly read: (value: Sent, context: StageContext) => MethodSettingDocument[K];
}

const leaf = <K extends keyof MethodSettingDocument>(path: string, member: K, read: Leaf<K>["read"]): Leaf => ({
  path,
  member,
  read,
});

const loggingLevels = ["OFF", "ERROR", "INFO"] as const;
const strategies = [
  "FAIL_WITH_403",
  "SUCCEED_WITH_RESPONSE_HEADER",
  "SUCCEED_WITHOUT_RESPONSE_HEADER",
] as const satisfies readonly MethodSettingDocument["unauthorizedCacheControlHeaderStrategy"][];

function readLoggingLevel(value: Sent, context: StageContext): string {
  const level = toEnum(
    value,
    loggingLevels,
    `Invalid logging level specified. Must be one of: [${loggingLevels.join(", ")}]`,
  );
  if (level !== "OFF" && findAccount(context).cloudwatchRoleArn === undefined) throw noLoggingRole();
  return level;
}

const burstText = "Invalid throttling burst limit specified. Must be a non-negative integer, or -1 for no limit";
const rateText = "Invalid throttling rate limit specified. Must be a non-negative number, or -1 for no limit";
const ttlText = `Invalid time-to-live setting, must be an integer no greater than ${limits.cacheTtlSeconds}`;

/** A burst is a 32-bit integer in the service's model. */
const readBurstLimit = (value: Sent): number => toInteger(value, -1, 2 ** 31 - 1, burstText);

/** -1 alone is legal below zero: no limit (facts/stage.md 2.2). */
function readRateLimit(value: Sent): number {
  const rate = toDouble(value, -1, Number.MAX_VALUE, rateText);
  if (rate < 0 && rate !== -1) throw badRequest(rateText);
  return rate;
}

/** The ten leaves (facts/stage.md 2.2). */
export const methodSettingLeaves: readonly Leaf[] = [
  leaf("metrics/enabled", "metricsEnabled", toBoolean),
  leaf("logging/dataTrace", "dataTraceEnabled", toBoolean),
  leaf("logging/loglevel", "loggingLevel", readLoggingLevel),
  leaf("throttling/burstLimit", "throttlingBurstLimit", readBurstLimit),
  leaf("throttling/rateLimit", "throttlingRateLimit", readRateLimit),
  leaf("caching/ttlInSeconds", "cacheTtlInSeconds", (value) => toInteger(value, 0, limits.cacheTtlSeconds, ttlText)),
  leaf("caching/enabled", "cachingEnabled", toBoolean),
  leaf("caching/dataEncrypted", "cacheDataEncrypted", toBoolean),
  leaf("caching/requireAuthorizationForCacheControl", "requireAuthorizationForCacheControl", toBoolean),
  leaf("caching/unauthorizedCacheControlHeaderStrategy", "unauthorizedCacheControlHeaderStrategy", (value) =>
    toEnum(
      value,
      strategies,
      `Invalid unauthorized cache control header strategy specified. Must be one of: [${strategies.join(", ")}]`,
    ),
  ),
];

/** What no resource's path can hold: a wildcard of another method than every one, control characters, half characters. */
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const impossibleInPath = /[*\u0000-\u001f\u007f]/;

/** Whether a method setting can be for this resource and verb (facts/stage.md 4.2). */
export function isMethodSettingKey(resourcePath: string, httpMethod: string): boolean {
  if (resourcePath === "*" && httpMethod === "*") return true;
  return methodSettingVerbs.has(httpMethod) && !impossibleInPath.test(resourcePath) && resourcePath.isWellFormed();
}

/**
 * The method settings of a stage while one request changes them. A stage can have thousands and a request a thousand
 * operations, so they are copied and looked through once a request, not once an operation.
 */
interface Draft {
  /** A copy that nobody but this request has seen. */
  readonly settings: Record<string, MethodSettingDocument>;
  /** Normalised key → the spelling under which that method has its setting. */
  readonly spellings: Map<string, string>;
}

const drafts = new WeakMap<object, Draft>();

function draftOf(methodSettings: StageDocument["methodSettings"], request: object): Draft {
  const known = drafts.get(request);
  if (known?.settings === methodSettings) return known;
  const spellings = Object.keys(methodSettings).map((key) => [normalizeMethodSettingKey(key), key] as const);
  const draft = { settings: { ...methodSettings }, spellings: new Map(spellings) };
  drafts.set(request, draft);
  return draft;
}

/** The key under which the same method has its setting already, in whatever spelling; undefined when it has none. */
function presentKey({ spellings }: Draft, key: string): string | undefined {
  const normalized = normalizeMethodSettingKey(key);
  return normalized === everyMethod && key !== everyMethod ? undefined : spellings.get(normalized);
}

/** Throws when one more method cannot have a setting of its own, or not under this key. */
function checkNewKey({ spellings }: Draft, key: string): void {
  if (key.length > limits.methodSettingKeyLength) {
    throw badRequest(`The path of a method setting can be at most ${limits.methodSettingKeyLength} characters`);
  }
  if (spellings.size >= limits.methodSettings) {
    throw new Fault("LimitExceededException", "Maximum number of method settings for this stage has been reached.");
  }
}

/** What a new method key starts as: a copy of the present `*` + `/*` values, which it does not follow afterwards. */
const initialSetting = (
  methodSettings: StageDocument["methodSettings"],
  { accountRateLimit, accountBurstLimit }: StageContext,
): MethodSettingDocument =>
  entryOf(methodSettings, everyMethod) ?? {
    ...defaultMethodSetting,
    throttlingBurstLimit: accountBurstLimit,
    throttlingRateLimit: accountRateLimit,
  };

/** A method has one setting, under the spelling that was used last (docs/decisions.md). */
const setLeaf =
  ({ member, read }: Leaf): StageEffect =>
  (stage, { path, captures, value, context, request }) => {
    const { resourcePath = "", httpMethod = "" } = captures;
    if (!isMethodSettingKey(resourcePath, httpMethod)) throw invalidMethodSettingPath(path);
    const next = read(value, context);
    const draft = draftOf(stage.methodSettings, request);
    const { settings, spellings } = draft;
    const key = `${resourcePath}/${httpMethod}`;
    const present = presentKey(draft, key);
    if (present === undefined) checkNewKey(draft, key);
    const base = present === undefined ? initialSetting(settings, context) : entryOf(settings, present);
    if (present !== undefined && present !== key) delete settings[present];
    setEntry(settings, key, { ...(base ?? defaultMethodSetting), [member]: next });
    spellings.set(normalizeMethodSettingKey(key), key);
    return { ...stage, methodSettings: settings };
  };

const removeSetting: StageEffect = (stage, { path, request }) => {
  const draft = draftOf(stage.methodSettings, request);
  const present = presentKey(draft, path.slice(1));
  if (present === undefined) throw noMethodSetting(path);
  delete draft.settings[present];
  draft.spellings.delete(normalizeMethodSettingKey(present));
  return { ...stage, methodSettings: draft.settings };
};

/**
 * The rows. The reference lists the leaves below `/methodSettings` too; the service's own list of legal paths does not,
 * and there it is an alias here (facts/stage.md 4.1).
 */
export const methodSettingRules: readonly PatchRule<StageDocument, StageContext>[] = [
  ...methodSettingLeaves.flatMap((row) => [
    { path: `/{resourcePath+}/{httpMethod}/${row.path}`, replace: setLeaf(row) },
    { path: `/methodSettings/{resourcePath+}/{httpMethod}/${row.path}`, replace: setLeaf(row) },
  ]),
  { path: "/{resourcePath+}/{httpMethod}", remove: removeSetting },
];
