/**
 * Execution logs (facts/runtime.md 5). The events of a request are composed once it is over, from what its invocation
 * knows then; so a method that does not log has nothing of this on its path.
 */
import { limits } from "../../limits.ts";
import type { MethodSettingDocument } from "../../model/documents.ts";
import type { Invocation } from "../invocation.ts";
import { withCanary } from "./access-log.ts";
import { causeText, executionEvents } from "./execution-events.ts";
import type { Observer } from "./observer.ts";
import { cutUtf8 } from "./utf8.ts";

export interface ExecutionLog {
  readonly groups: readonly string[];
  /** Whether requests that go well are logged too. */
  readonly everyRequest: boolean;
  /** Whether headers, parameters and bodies are logged. */
  readonly tracesData: boolean;
}

/** Whether a method's data is logged, which means that its bodies are read whole: a data trace needs a logging level. */
export const tracesData = ({ loggingLevel = "OFF", dataTraceEnabled }: MethodSettingDocument): boolean =>
  loggingLevel !== "OFF" && dataTraceEnabled;

export interface ExecutionLogInput {
  readonly apiId: string;
  readonly stageName: string;
  readonly isCanary: boolean;
  readonly setting: MethodSettingDocument;
}

/** Undefined at the level OFF, which is what holds where none is set. A data trace at ERROR logs every request in full. */
export function executionLogOf({ apiId, stageName, isCanary, setting }: ExecutionLogInput): ExecutionLog | undefined {
  const { loggingLevel = "OFF" } = setting;
  if (loggingLevel === "OFF") return undefined;
  return {
    groups: withCanary(`API-Gateway-Execution-Logs_${apiId}/${stageName}`, isCanary),
    everyRequest: loggingLevel === "INFO" || setting.dataTraceEnabled,
    tracesData: tracesData(setting),
  };
}

const truncated = " [TRUNCATED]";

/** An event is cut after so many bytes, to which the request's id before it does not count. */
export function cutEvent(event: string): string {
  const start = cutUtf8(event, limits.executionLogEvent);
  return start.length === event.length ? event : start + truncated;
}

const failed = (invocation: Invocation): boolean =>
  invocation.refusal !== undefined || causeText(invocation) !== undefined;

export function executionLogObserver({ groups, everyRequest, tracesData: withData }: ExecutionLog): Observer {
  return (invocation) => {
    if (!everyRequest && !failed(invocation)) return;
    const { executionLogs } = invocation.services.logs;
    const prefix = `(${invocation.exchange.identify()}) `;
    for (const { time, text } of executionEvents(invocation, withData)) {
      const event = prefix + cutEvent(text);
      for (const group of groups) executionLogs.write(group, event, time);
    }
  };
}
