/** The keys of a stage, as data: key → path of UpdateStage, and where a stage has the value (facts/stage.md 4.1). */
import type { MethodSetting, Stage } from "@aws-sdk/client-api-gateway";

/** `switch`: on or off. `text!`: cannot be empty. */
export type ValueKind = "text" | "text!" | "switch" | "number" | "percent";

export interface Row {
  readonly key: string;
  readonly kind: ValueKind;
  /** Of UpdateStage; that of a method's setting stands behind the method. */
  readonly path: string;
  readonly help: string;
}

interface Reading<T, V> extends Row {
  readonly read: (from: T) => V;
}

export type StageRow = Reading<Stage, unknown>;
/** A key whose last part is a name of the caller's: stage variables. */
export type MapRow = Reading<Stage, Readonly<Record<string, string>> | undefined>;
export type MethodRow = Reading<MethodSetting, unknown>;

const row = <T, V>(key: string, kind: ValueKind, path: string, help: string, read: (from: T) => V): Reading<T, V> => ({
  key,
  kind,
  path,
  help,
  read,
});

const canary = "/canarySettings";
const accessLog = "/accessLogSettings";

export const stageRows: readonly StageRow[] = [
  row("deployment", "text!", "/deploymentId", "id of what it serves", (stage) => stage.deploymentId),
  row("description", "text", "/description", "", (stage) => stage.description),
  row("tracing", "switch", "/tracingEnabled", "X-Ray", (stage) => stage.tracingEnabled),
  row("cache", "switch", "/cacheClusterEnabled", "", (stage) => stage.cacheClusterEnabled),
  row("cache.size", "text!", "/cacheClusterSize", "in GB, from 0.5 to 237", (stage) => stage.cacheClusterSize),
  row("certificate", "text", "/clientCertificateId", "id", (stage) => stage.clientCertificateId),
  row("documentation", "text", "/documentationVersion", "its version", (stage) => stage.documentationVersion),
  row(
    "access-log.destination",
    "text!",
    `${accessLog}/destinationArn`,
    "ARN of a log group or stream",
    (stage) => stage.accessLogSettings?.destinationArn,
  ),
  row(
    "access-log.format",
    "text!",
    `${accessLog}/format`,
    "with $context variables",
    (stage) => stage.accessLogSettings?.format,
  ),
  row(
    "canary.percent",
    "percent",
    `${canary}/percentTraffic`,
    "of the requests",
    (stage) => stage.canarySettings?.percentTraffic,
  ),
  row(
    "canary.deployment",
    "text!",
    `${canary}/deploymentId`,
    "id of what it serves",
    (stage) => stage.canarySettings?.deploymentId,
  ),
  row(
    "canary.stage-cache",
    "switch",
    `${canary}/useStageCache`,
    "whether it shares the cache",
    (stage) => stage.canarySettings?.useStageCache,
  ),
];

export const mapRows: readonly MapRow[] = [
  row("variables", "text", "/variables", "a stage variable", (stage) => stage.variables),
  row(
    "canary.variables",
    "text",
    `${canary}/stageVariableOverrides`,
    "the canary's own",
    (stage) => stage.canarySettings?.stageVariableOverrides,
  ),
];

export const methodRows: readonly MethodRow[] = [
  row(
    "throttle.rate",
    "number",
    "throttling/rateLimit",
    "requests a second, -1: no limit",
    (setting) => setting.throttlingRateLimit,
  ),
  row("throttle.burst", "number", "throttling/burstLimit", "and at once", (setting) => setting.throttlingBurstLimit),
  row("metrics", "switch", "metrics/enabled", "by method", (setting) => setting.metricsEnabled),
  row("logging", "text!", "logging/loglevel", "OFF, ERROR or INFO", (setting) => setting.loggingLevel),
  row("data-trace", "switch", "logging/dataTrace", "headers and bodies in logs", (setting) => setting.dataTraceEnabled),
  row("caching", "switch", "caching/enabled", "", (setting) => setting.cachingEnabled),
  row("caching.ttl", "number", "caching/ttlInSeconds", "seconds, 0 to 3600", (setting) => setting.cacheTtlInSeconds),
  row("caching.encrypted", "switch", "caching/dataEncrypted", "", (setting) => setting.cacheDataEncrypted),
  row(
    "caching.authorized",
    "switch",
    "caching/requireAuthorizationForCacheControl",
    "whether refreshing it needs a right",
    (setting) => setting.requireAuthorizationForCacheControl,
  ),
  row(
    "caching.unauthorized",
    "text!",
    "caching/unauthorizedCacheControlHeaderStrategy",
    "what who has none gets, such as FAIL_WITH_403",
    (setting) => setting.unauthorizedCacheControlHeaderStrategy,
  ),
];

/** What `KEY=off` takes away as a whole. */
export const removable: ReadonlyMap<string, string> = new Map([
  ["canary", canary],
  ["access-log", accessLog],
]);
