/** Counts each request of a method in its stage's series, and in its own where `metricsEnabled` says so (facts/runtime.md 2.3). */
import type { Observer } from "../observer.ts";
import { countRequest } from "./measures.ts";
import type { SeriesSource } from "./registry.ts";

export interface MeteredMethod {
  readonly apiId: string;
  readonly apiName: string;
  readonly stageName: string;
  readonly isCanary: boolean;
  /** Undefined for requests that no method is found for. */
  readonly method: { readonly verb: string; readonly resource: string } | undefined;
  readonly metricsEnabled: boolean;
}

/** Undefined when there is no room for another series. */
export function metricsObserver(source: SeriesSource, metered: MeteredMethod): Observer | undefined {
  const { apiId, apiName, stageName, isCanary, method } = metered;
  const stage = isCanary ? `${stageName}/Canary` : stageName;
  const ofStage = source.series({ apiId, apiName, stage });
  const ofMethod =
    metered.metricsEnabled && method !== undefined
      ? source.series({ apiId, apiName, stage, method: method.verb, resource: method.resource })
      : undefined;
  if (ofStage === undefined) return undefined;
  const { values } = ofStage;
  if (ofMethod === undefined) return (invocation) => countRequest(values, invocation);
  const ownValues = ofMethod.values;
  return (invocation) => {
    countRequest(values, invocation);
    countRequest(ownValues, invocation);
  };
}
