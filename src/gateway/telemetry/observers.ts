/** The observers of a method, in the order in which they are told. */
import type { MethodSettingDocument } from "../../model/documents.ts";
import { type AccessLog, accessLogObserver } from "./access-log.ts";
import { executionLogObserver, executionLogOf } from "./execution-log.ts";
import { type MeteredMethod, metricsObserver } from "./metrics/metrics-observer.ts";
import type { SeriesSource } from "./metrics/registry.ts";
import type { Observer } from "./observer.ts";

/** What decides who observes a method. */
export interface Observed {
  readonly apiId: string;
  readonly stageName: string;
  readonly isCanary: boolean;
  readonly accessLog: AccessLog | undefined;
  readonly setting: MethodSettingDocument;
  readonly apiName: string;
  /** Undefined for requests that no method is found for. */
  readonly method: MeteredMethod["method"];
  /** Undefined where nothing is counted. */
  readonly metrics: SeriesSource | undefined;
}

/** Metrics first; the access event comes before the execution events of the same request (facts/runtime.md 4). */
export function observersOf(observed: Observed): readonly Observer[] {
  const { accessLog, isCanary, metrics, setting } = observed;
  const observers: Observer[] = [];
  const meter = metrics && metricsObserver(metrics, { ...observed, metricsEnabled: setting.metricsEnabled });
  if (meter !== undefined) observers.push(meter);
  if (accessLog !== undefined) observers.push(accessLogObserver(accessLog, isCanary));
  const executionLog = executionLogOf(observed);
  if (executionLog !== undefined) observers.push(executionLogObserver(executionLog));
  return observers;
}
