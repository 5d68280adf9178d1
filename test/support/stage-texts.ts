/** What UpdateStage refuses with, written down a second time and independently of the code. */

// Letter by letter as they were recorded (facts/stage.md 4.3 to 4.7).
export const longText = (path: string): string =>
  `Invalid method setting path: ${path}. Must be one of: [/deploymentId, /description, /cacheClusterEnabled, /cacheClusterSize, /clientCertificateId, /accessLogSettings, /accessLogSettings/destinationArn, /accessLogSettings/format, /{resourcePath}/{httpMethod}/metrics/enabled, /{resourcePath}/{httpMethod}/logging/dataTrace, /{resourcePath}/{httpMethod}/logging/loglevel, /{resourcePath}/{httpMethod}/throttling/burstLimit/{resourcePath}/{httpMethod}/throttling/rateLimit/{resourcePath}/{httpMethod}/caching/ttlInSeconds, /{resourcePath}/{httpMethod}/caching/enabled, /{resourcePath}/{httpMethod}/caching/dataEncrypted, /{resourcePath}/{httpMethod}/caching/requireAuthorizationForCacheControl, /{resourcePath}/{httpMethod}/caching/unauthorizedCacheControlHeaderStrategy, /*/*/metrics/enabled, /*/*/logging/dataTrace, /*/*/logging/loglevel, /*/*/throttling/burstLimit /*/*/throttling/rateLimit /*/*/caching/ttlInSeconds, /*/*/caching/enabled, /*/*/caching/dataEncrypted, /*/*/caching/requireAuthorizationForCacheControl, /*/*/caching/unauthorizedCacheControlHeaderStrategy, /variables/{variable_name}, /tracingEnabled]`;
export const removeText = (path: string): string =>
  `Cannot remove method setting ${path} because there is no method setting for this method `;
export const copyText = (path: string, from: string): string =>
  `Invalid copy operation with path: ${path} and from ${from}. Valid copy:path are [/deploymentId, /variables] and valid copy:from are [/canarySettings/deploymentId, /canarySettings/stageVariableOverrides]`;
export const accessLogText =
  "Invalid accessLogSettings path. Must be one of : [/accessLogSettings/destinationArn, /accessLogSettings/format]";

/** What is said to an op that a path does not have; `settable` when it can be replaced. */
export function refusalOf(op: string, path: string, settable: boolean, from = "null"): string {
  if (op === "remove") return removeText(path.replace(/^\//, ""));
  if (op === "copy") return copyText(path, from);
  if (op === "move" || op === "test" || settable) return `Invalid ${op} operation with path: ${path}`;
  return /^\/accessLogSettings($|\/)/.test(path) ? accessLogText : longText(path);
}
