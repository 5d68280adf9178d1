/** What is counted now: series of what is not any more are let go of, so that they take no room from others. */
import { type SeriesLabels, stageNameOf } from "../gateway/telemetry/metrics/series.ts";
import type { ResourceDocument, SnapshotDocument, StageDocument } from "../model/documents.ts";
import { effectiveMethodSetting, indexMethodSettings, type MethodSettingIndex } from "../model/method-settings.ts";
import { entryOf } from "../model/record.ts";

type ResourceMethods = ResourceDocument["resourceMethods"];

/** Made once for each document, as thousands of series ask at a time. */
const settingsOf = new WeakMap<StageDocument, MethodSettingIndex>();
const methodsOf = new WeakMap<SnapshotDocument, ReadonlyMap<string, ResourceMethods>>();

function made<K extends object, V>(cache: WeakMap<K, V>, key: K, make: () => V): V {
  const present = cache.get(key);
  if (present !== undefined) return present;
  const value = make();
  cache.set(key, value);
  return value;
}

function hasMethod(snapshot: SnapshotDocument, path: string, verb: string): boolean {
  const byPath = made(
    methodsOf,
    snapshot,
    () => new Map(snapshot.resources.map(({ path: of, resourceMethods }) => [of, resourceMethods] as const)),
  );
  const methods = byPath.get(path);
  return (entryOf(methods, verb) ?? entryOf(methods, "ANY")) !== undefined;
}

/**
 * Whether requests of the method that these labels name are counted apart: it is in the deployment of its side of the
 * stage, and its metrics are enabled.
 */
export function countsMethod(
  stage: StageDocument,
  labels: SeriesLabels,
  snapshotOf: (deploymentId: string) => SnapshotDocument | undefined,
): boolean {
  const { method = "", resource = "" } = labels;
  const isCanary = stageNameOf(labels) !== labels.stage;
  const snapshot = snapshotOf((isCanary ? stage.canarySettings?.deploymentId : stage.deploymentId) ?? "");
  if (snapshot === undefined || !hasMethod(snapshot, resource, method)) return false;
  const settings = made(settingsOf, stage, () => indexMethodSettings(stage.methodSettings));
  return effectiveMethodSetting(settings, resource, method).metricsEnabled;
}
