/** Method settings: their defaults, the forms of their keys, and which one holds for a request (facts/stage.md 2.2, 4.2). */
import { limits } from "../limits.ts";
import type { MethodSettingDocument, StageDocument } from "./documents.ts";
import { unescapeSegment } from "./json-pointer.ts";

/** The key of the setting that holds for every method without one of its own. */
export const everyMethod = "*/*";

/** What holds where nothing is set; `loggingLevel` has no default and is absent until set. */
export const defaultMethodSetting: MethodSettingDocument = Object.freeze({
  metricsEnabled: false,
  dataTraceEnabled: false,
  throttlingBurstLimit: limits.accountBurst,
  throttlingRateLimit: limits.accountRate,
  cachingEnabled: false,
  cacheTtlInSeconds: 300,
  cacheDataEncrypted: false,
  requireAuthorizationForCacheControl: true,
  unauthorizedCacheControlHeaderStrategy: "SUCCEED_WITH_RESPONSE_HEADER",
});

/** Verbs that a method setting can be for. `ANY` cannot: a request through an ANY method has its own verb. */
export const methodSettingVerbs: ReadonlySet<string> = new Set([
  "DELETE",
  "GET",
  "HEAD",
  "OPTIONS",
  "PATCH",
  "POST",
  "PUT",
]);

/**
 * The one form of a key that is spelt with escapes or with raw slashes: `~1pets~1{id}/GET` and `pets/{id}/GET` are both
 * `pets/{id}/GET`, and the root's is `/GET`.
 */
export function normalizeMethodSettingKey(key: string): string {
  const verbAt = key.lastIndexOf("/");
  const resource = unescapeSegment(key.slice(0, verbAt));
  return (resource.startsWith("/") ? resource.slice(1) : resource) + key.slice(verbAt);
}

/** Method settings by normalised key: made once when a stage is compiled. */
export type MethodSettingIndex = ReadonlyMap<string, MethodSettingDocument>;

export function indexMethodSettings(methodSettings: StageDocument["methodSettings"]): MethodSettingIndex {
  return new Map(
    Object.entries(methodSettings).map(([key, setting]) => [normalizeMethodSettingKey(key), setting] as const),
  );
}

/**
 * The setting that holds for a resource's path (`/pets/{id}`) and the verb of the request: the method's own as a whole,
 * else that of every method, else the defaults (facts/runtime.md 2). The switch of every method turns caching on for GET
 * alone (facts/runtime.md 2.1).
 */
export function effectiveMethodSetting(
  index: MethodSettingIndex,
  resourcePath: string,
  verb: string,
): MethodSettingDocument {
  const own = index.get(`${resourcePath.slice(1)}/${verb}`);
  if (own !== undefined) return own;
  const general = index.get(everyMethod) ?? defaultMethodSetting;
  return general.cachingEnabled && verb !== "GET" ? { ...general, cachingEnabled: false } : general;
}
