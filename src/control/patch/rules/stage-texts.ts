/** What UpdateStage says, letter by letter: trailing blanks, odd commas and missing ones included (facts/stage.md 4). */
import { badRequest, type Fault } from "../../../errors.ts";

/** The service's own list of legal paths: it misses the canary's and documentationVersion, and commas in two places. */
const legalPaths =
  "/deploymentId, /description, /cacheClusterEnabled, /cacheClusterSize, /clientCertificateId, /accessLogSettings, " +
  "/accessLogSettings/destinationArn, /accessLogSettings/format, /{resourcePath}/{httpMethod}/metrics/enabled, " +
  "/{resourcePath}/{httpMethod}/logging/dataTrace, /{resourcePath}/{httpMethod}/logging/loglevel, " +
  "/{resourcePath}/{httpMethod}/throttling/burstLimit/{resourcePath}/{httpMethod}/throttling/rateLimit" +
  "/{resourcePath}/{httpMethod}/caching/ttlInSeconds, /{resourcePath}/{httpMethod}/caching/enabled, " +
  "/{resourcePath}/{httpMethod}/caching/dataEncrypted, " +
  "/{resourcePath}/{httpMethod}/caching/requireAuthorizationForCacheControl, " +
  "/{resourcePath}/{httpMethod}/caching/unauthorizedCacheControlHeaderStrategy, /*/*/metrics/enabled, " +
  "/*/*/logging/dataTrace, /*/*/logging/loglevel, /*/*/throttling/burstLimit /*/*/throttling/rateLimit " +
  "/*/*/caching/ttlInSeconds, /*/*/caching/enabled, /*/*/caching/dataEncrypted, " +
  "/*/*/caching/requireAuthorizationForCacheControl, /*/*/caching/unauthorizedCacheControlHeaderStrategy, " +
  "/variables/{variable_name}, /tracingEnabled";

/** An unknown path of `add` or `replace` (facts/stage.md 4.3). */
export const invalidMethodSettingPath = (path: string): Fault =>
  badRequest(`Invalid method setting path: ${path}. Must be one of: [${legalPaths}]`);

/** A `remove` of anything that is not there or cannot go (facts/stage.md 4.4). It ends in a blank. */
export const noMethodSetting = (path: string): Fault =>
  badRequest(
    `Cannot remove method setting ${path.startsWith("/") ? path.slice(1) : path} because there is no method setting for this method `,
  );

/** A known path and an op that it does not have (facts/stage.md 4.6, 4.8). */
export const invalidOperation = (op: string, path: string): Fault =>
  badRequest(`Invalid ${op} operation with path: ${path}`);

/** facts/stage.md 4.7 */
export const invalidCopy = (path: string, from: string | undefined): Fault =>
  badRequest(
    `Invalid copy operation with path: ${path} and from ${from ?? "null"}. Valid copy:path are [/deploymentId, /variables] and valid copy:from are [/canarySettings/deploymentId, /canarySettings/stageVariableOverrides]`,
  );

/** facts/stage.md 4.7 */
export const noCanary = (): Fault => badRequest("Promotion not available. Canary does not exist.");

/** facts/stage.md 4.5 */
export const invalidAccessLogPath = (): Fault =>
  badRequest(
    "Invalid accessLogSettings path. Must be one of : [/accessLogSettings/destinationArn, /accessLogSettings/format]",
  );

/** facts/stage.md 4.5 */
export const noLoggingRole = (): Fault =>
  badRequest("CloudWatch Logs role ARN must be set in account settings to enable logging");
