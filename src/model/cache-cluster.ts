/** The cache cluster of a stage: its sizes, and its state as a function of what is stored and the clock (facts/stage.md 3.2). */
import type { CacheClusterTransition, StageDocument } from "./documents.ts";

/** GB, as texts. */
export const cacheClusterSizes = ["0.5", "1.6", "6.1", "13.5", "28.4", "58.2", "118", "237"] as const;

/** The size of a cluster that is enabled without one. */
export const defaultCacheClusterSize = "0.5";

export type CacheClusterStatus = CacheClusterTransition["status"] | "AVAILABLE" | "NOT_AVAILABLE";

type CacheCluster = Pick<StageDocument, "cacheClusterEnabled" | "cacheClusterSize" | "cacheClusterTransition">;

/** What callers see at `now` (epoch milliseconds). It needs no timer, so a restart in the middle changes nothing. */
export function cacheClusterStatus(cluster: CacheCluster, now: number): CacheClusterStatus {
  const transition = cluster.cacheClusterTransition;
  if (transition !== undefined && now < transition.endsAt) return transition.status;
  return cluster.cacheClusterEnabled ? "AVAILABLE" : "NOT_AVAILABLE";
}

/** When a change of a cluster begins and how long it takes, both milliseconds. */
export interface CacheClusterClock {
  readonly now: number;
  readonly cacheClusterDuration: number;
}

/** The next state of a cluster. Changes within one millisecond end at the same moment; they are told apart by their number. */
function nextTransition(
  { cacheClusterTransition: before }: CacheCluster,
  status: CacheClusterTransition["status"],
  { now, cacheClusterDuration }: CacheClusterClock,
): CacheClusterTransition {
  const endsAt = now + cacheClusterDuration;
  return before?.endsAt === endsAt ? { status, endsAt, nth: (before.nth ?? 1) + 1 } : { status, endsAt };
}

/** The stage with its cluster on or off; on, it is being created, in the default size if none was given before. */
export function withCacheCluster<S extends CacheCluster>(stage: S, enabled: boolean, clock: CacheClusterClock): S {
  if (stage.cacheClusterEnabled === enabled) return stage;
  return {
    ...stage,
    cacheClusterEnabled: enabled,
    ...(enabled && { cacheClusterSize: stage.cacheClusterSize ?? defaultCacheClusterSize }),
    cacheClusterTransition: nextTransition(stage, enabled ? "CREATE_IN_PROGRESS" : "DELETE_IN_PROGRESS", clock),
  };
}

/** The stage with a cluster of this size: one that is on is deleted and created anew, one that is off only remembers it. */
export function withCacheClusterSize<S extends CacheCluster>(stage: S, size: string, clock: CacheClusterClock): S {
  if (stage.cacheClusterSize === size) return stage;
  if (!stage.cacheClusterEnabled) return { ...stage, cacheClusterSize: size };
  return {
    ...stage,
    cacheClusterSize: size,
    cacheClusterTransition: nextTransition(stage, "CREATE_IN_PROGRESS", clock),
  };
}

/**
 * The stage with its cache being emptied. Without a cluster there is nothing to empty, and one that is being created is
 * empty already: then it is as it was.
 */
export function withFlushedCache<S extends CacheCluster>(stage: S, clock: CacheClusterClock): S {
  const status = cacheClusterStatus(stage, clock.now);
  if (status !== "AVAILABLE" && status !== "FLUSH_IN_PROGRESS") return stage;
  return { ...stage, cacheClusterTransition: nextTransition(stage, "FLUSH_IN_PROGRESS", clock) };
}
