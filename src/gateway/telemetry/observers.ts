/** The observers of a method, in the order in which they are told. */
import type { MethodSettingDocument } from "../../model/documents.ts";
import { type AccessLog, accessLogObserver } from "./access-log.ts";
import { executionLogObserver, executionLogOf } from "./execution-log.ts";
import type { Observer } from "./observer.ts";

/** What decides who observes a method. */
export interface Observed {
  readonly apiId: string;
  readonly stageName: string;
  readonly isCanary: boolean;
  readonly accessLog: AccessLog | undefined;
  readonly setting: MethodSettingDocument;
}

/** The access event comes before the execution events of the same request (facts/runtime.md 4). */
export function observersOf(observed: Observed): readonly Observer[] {
  const { accessLog, isCanary } = observed;
  const observers: Observer[] = [];
  if (accessLog !== undefined) observers.push(accessLogObserver(accessLog, isCanary));
  const executionLog = executionLogOf(observed);
  if (executionLog !== undefined) observers.push(executionLogObserver(executionLog));
  return observers;
}
