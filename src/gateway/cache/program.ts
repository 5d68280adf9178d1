/** Caching for one bound method, compiled: present only where the stage has a cluster and the method's setting is on. */
import type { MethodSettingDocument, StageDocument } from "../../model/documents.ts";
import type { MethodProgram, ResourceProgram } from "../../snapshot/program.ts";
import type { Read } from "../parameters.ts";
import { parameterNames } from "../route.ts";
import type { CachePlace } from "./cache.ts";
import { compileKeyParameters } from "./key.ts";
import { availableFrom, cachePlaceOf } from "./place.ts";

export interface CacheProgram {
  readonly place: CachePlace;
  /** Epoch milliseconds: before it the cluster is being created or flushed. */
  readonly availableFrom: number;
  readonly keyPrefix: string;
  readonly keyParameters: readonly Read[];
  /** Milliseconds, above 0. */
  readonly ttl: number;
  /** Whether answers are kept encrypted. */
  readonly encrypted: boolean;
  /** Whether the method's verb is HEAD, whose answers have a length without a body. */
  readonly isHead: boolean;
  /** Whether answers carry the trace id of their request. */
  readonly traced: boolean;
}

/** What is compiled. */
export interface CachedMethod {
  readonly apiId: string;
  readonly stage: StageDocument;
  readonly deploymentId: string;
  readonly isCanary: boolean;
  readonly resource: ResourceProgram;
  readonly method: MethodProgram;
  readonly verb: string;
  readonly setting: MethodSettingDocument;
}

/**
 * Which answers a request may find: those of its own deployment, and among them the canary's apart from the stage's own
 * unless it uses the stage's cache (facts/runtime.md 3).
 */
function sideOf({ stage, deploymentId, isCanary }: CachedMethod): string {
  return isCanary && stage.canarySettings?.useStageCache !== true ? `${deploymentId}/canary` : deploymentId;
}

/** Undefined when the method's answers are not cached. */
export function compileCache(input: CachedMethod): CacheProgram | undefined {
  const { apiId, stage, resource, method, verb, setting } = input;
  const place = cachePlaceOf(apiId, stage);
  const integration = method.document.methodIntegration;
  if (place === undefined || integration === undefined || method.integration.type === "REFUSED") return undefined;
  if (!setting.cachingEnabled || setting.cacheTtlInSeconds <= 0) return undefined;
  const namespace = integration.cacheNamespace || resource.id;
  const kind = setting.cacheDataEncrypted ? "sealed" : "plain";
  // Methods may share a namespace: the same value of another parameter is another key.
  const names = integration.cacheKeyParameters.toSorted().join();
  return {
    place,
    availableFrom: availableFrom(stage),
    keyPrefix: [place.stage, sideOf(input), kind, verb, `${namespace.length}:${namespace}`, names, ""].join(" "),
    keyParameters: compileKeyParameters(integration, parameterNames(resource.path)),
    ttl: setting.cacheTtlInSeconds * 1_000,
    encrypted: setting.cacheDataEncrypted,
    isHead: verb === "HEAD",
    traced: method.integration.type === "HTTP",
  };
}
