/** A stage's cache cluster, as what serves traffic sees it. */
import type { StageDocument } from "../../model/documents.ts";
import { defaultCacheClusterSize } from "../../model/cache-cluster.ts";
import type { CachePlace } from "./cache.ts";

const bytesPerGigabyte = 1_073_741_824;

export const stageKeyOf = (apiId: string, stageName: string): string => `${apiId}/${stageName}`;

/**
 * The place of a stage's answers; undefined when it has no cluster. Each flush, resize and start of a cluster stores a
 * transition of its own, and the moment that it ends, with its number in it, names the content that begins there: so a change of the stage alone
 * empties the cache, on every thread and node that serves by it, without a message about it.
 */
export function cachePlaceOf(apiId: string, stage: StageDocument): CachePlace | undefined {
  if (!stage.cacheClusterEnabled) return undefined;
  const size = stage.cacheClusterSize ?? defaultCacheClusterSize;
  return {
    stage: stageKeyOf(apiId, stage.stageName),
    generation: `${size}@${availableFrom(stage)}.${stage.cacheClusterTransition?.nth ?? 1}`,
    capacity: Number(size) * bytesPerGigabyte,
  };
}

/** When the cluster's status is AVAILABLE, epoch milliseconds: nothing is cached before. */
export const availableFrom = (stage: StageDocument): number => stage.cacheClusterTransition?.endsAt ?? 0;
