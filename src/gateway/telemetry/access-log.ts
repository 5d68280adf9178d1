/** Access logs: one line for each request that reached a stage, written when its reply is out (facts/runtime.md 4). */
import type { StageDocument } from "../../model/documents.ts";
import { compileLogFormat, type RenderLine } from "./log-format.ts";
import type { Observer } from "./observer.ts";

/** A stage's access log settings, compiled. */
export interface AccessLog {
  readonly kind: "accessLogs" | "deliveryStreams";
  /** Of the log group or the delivery stream. */
  readonly name: string;
  readonly render: RenderLine;
}

const logGroup = /:log-group:(.+)$/;
const deliveryStream = /:deliverystream\/(.+)$/;

/** Undefined where a stage logs nothing: without a destination, or without a format. */
export function compileAccessLog({ accessLogSettings }: StageDocument): AccessLog | undefined {
  const { format, destinationArn } = accessLogSettings ?? {};
  if (format === undefined || destinationArn === undefined) return undefined;
  const group = logGroup.exec(destinationArn)?.[1];
  const name = group ?? deliveryStream.exec(destinationArn)?.[1];
  if (name === undefined) return undefined;
  return { kind: group === undefined ? "deliveryStreams" : "accessLogs", name, render: compileLogFormat(format) };
}

/** A canary's requests are in the group of the stage and in one of their own (facts/runtime.md 3). */
export const withCanary = (group: string, isCanary: boolean): readonly string[] =>
  isCanary ? [group, `${group}/Canary`] : [group];

export function accessLogObserver({ kind, name, render }: AccessLog, isCanary: boolean): Observer {
  const names = kind === "accessLogs" ? withCanary(name, isCanary) : [name];
  return (invocation) => {
    const line = render(invocation);
    const sink = invocation.services.logs[kind];
    for (const group of names) sink.write(group, line, invocation.endedAt);
  };
}
