/** The keys of a stage, as data: key → path of UpdateStage, and where a stage has the value (facts/stage.md 4.1). */
import type { MethodSetting, Stage } from "@aws-sdk/client-api-gateway";

/** `switch`: on or off. `text!`: cannot be empty. */
export type ValueKind = "text" | "text!" | "switch" | "number" | "percent";

export interface Row {
  readonly key: string;
  readonly help: string;
  readonly kind: ValueKind;
  /** Of UpdateStage; that of a method's setting stands behind the method. */
  readonly path: string;
}

export interface StageRow extends Row {
  readonly read: (stage: Stage) => unknown;
}

/** A key whose last part is a name of the caller's: stage variables. */
export interface MapRow extends Row {
  readonly read: (stage: Stage) => Readonly<Record<string, string>> | undefined;
}

export interface MethodRow extends Row {
  readonly read: (setting: MethodSetting) => unknown;
}

export const stageRows: readonly StageRow[] = [
  {
    key: "deployment",
    kind: "text!",
    path: "/deploymentId",
    help: "id of what it serves",
    read: (s) => s.deploymentId,
  },
  { key: "description", kind: "text", path: "/description", help: "", read: (s) => s.description },
  { key: "tracing", kind: "switch", path: "/tracingEnabled", help: "X-Ray", read: (s) => s.tracingEnabled },
  { key: "cache", kind: "switch", path: "/cacheClusterEnabled", help: "", read: (s) => s.cacheClusterEnabled },
  { key: "cache.size", kind: "text!", path: "/cacheClusterSize", help: "in GB", read: (s) => s.cacheClusterSize },
  { key: "certificate", kind: "text", path: "/clientCertificateId", help: "id", read: (s) => s.clientCertificateId },
  {
    key: "documentation",
    kind: "text",
    path: "/documentationVersion",
    help: "its version",
    read: (s) => s.documentationVersion,
  },
  {
    key: "access-log.destination",
    kind: "text!",
    path: "/accessLogSettings/destinationArn",
    help: "ARN of a log group or stream",
    read: (s) => s.accessLogSettings?.destinationArn,
  },
  {
    key: "access-log.format",
    kind: "text!",
    path: "/accessLogSettings/format",
    help: "with $context variables",
    read: (s) => s.accessLogSettings?.format,
  },
  {
    key: "canary.percent",
    kind: "percent",
    path: "/canarySettings/percentTraffic",
    help: "of the requests",
    read: (s) => s.canarySettings?.percentTraffic,
  },
  {
    key: "canary.deployment",
    kind: "text!",
    path: "/canarySettings/deploymentId",
    help: "id of what it serves",
    read: (s) => s.canarySettings?.deploymentId,
  },
  {
    key: "canary.stage-cache",
    kind: "switch",
    path: "/canarySettings/useStageCache",
    help: "whether it shares the cache",
    read: (s) => s.canarySettings?.useStageCache,
  },
];

export const mapRows: readonly MapRow[] = [
  { key: "variables", kind: "text", path: "/variables", help: "a stage variable", read: (s) => s.variables },
  {
    key: "canary.variables",
    kind: "text",
    path: "/canarySettings/stageVariableOverrides",
    help: "the canary's own",
    read: (s) => s.canarySettings?.stageVariableOverrides,
  },
];

/** `-1` is no limit. */
export const methodRows: readonly MethodRow[] = [
  {
    key: "throttle.rate",
    kind: "number",
    path: "throttling/rateLimit",
    help: "requests a second, -1: no limit",
    read: (s) => s.throttlingRateLimit,
  },
  {
    key: "throttle.burst",
    kind: "number",
    path: "throttling/burstLimit",
    help: "and at once",
    read: (s) => s.throttlingBurstLimit,
  },
  { key: "metrics", kind: "switch", path: "metrics/enabled", help: "by method", read: (s) => s.metricsEnabled },
  { key: "logging", kind: "text!", path: "logging/loglevel", help: "OFF, ERROR or INFO", read: (s) => s.loggingLevel },
  {
    key: "data-trace",
    kind: "switch",
    path: "logging/dataTrace",
    help: "headers and bodies in logs",
    read: (s) => s.dataTraceEnabled,
  },
  { key: "caching", kind: "switch", path: "caching/enabled", help: "", read: (s) => s.cachingEnabled },
  {
    key: "caching.ttl",
    kind: "number",
    path: "caching/ttlInSeconds",
    help: "seconds, 0 to 3600",
    read: (s) => s.cacheTtlInSeconds,
  },
  {
    key: "caching.encrypted",
    kind: "switch",
    path: "caching/dataEncrypted",
    help: "",
    read: (s) => s.cacheDataEncrypted,
  },
  {
    key: "caching.authorized",
    kind: "switch",
    path: "caching/requireAuthorizationForCacheControl",
    help: "whether refreshing it needs a right",
    read: (s) => s.requireAuthorizationForCacheControl,
  },
  {
    key: "caching.unauthorized",
    kind: "text!",
    path: "caching/unauthorizedCacheControlHeaderStrategy",
    help: "what who has none gets",
    read: (s) => s.unauthorizedCacheControlHeaderStrategy,
  },
];

/** What `KEY=off` takes away as a whole. */
export const removable: ReadonlyMap<string, string> = new Map([
  ["canary", "/canarySettings"],
  ["access-log", "/accessLogSettings"],
]);
