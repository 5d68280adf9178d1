/** Logs that are kept for a test to look at. */
import type { Logs, LogSink } from "../../src/gateway/telemetry/sinks/log-sink.ts";

export interface Recorded {
  readonly log: keyof Logs;
  readonly name: string;
  readonly message: string;
  readonly time: number;
}

export interface RecordingLogs {
  readonly logs: Logs;
  /** In the order in which they came. */
  readonly events: Recorded[];
  /** Messages of one group. */
  readonly of: (name: string) => string[];
}

export function recordingLogs(): RecordingLogs {
  const events: Recorded[] = [];
  const sink = (log: keyof Logs): LogSink => ({
    write: (name, message, time) => void events.push({ log, name, message, time }),
    take: () => {
      throw new Error("there are no other threads");
    },
    close: () => Promise.resolve(),
  });
  const logs: Logs = {
    accessLogs: sink("accessLogs"),
    deliveryStreams: sink("deliveryStreams"),
    executionLogs: sink("executionLogs"),
    segments: sink("segments"),
    spans: sink("spans"),
  };
  const of = (wanted: string): string[] => events.filter(({ name }) => name === wanted).map(({ message }) => message);
  return { logs, events, of };
}

export const logGroupArn = (name: string): string => `arn:aws:logs:us-east-1:123456789012:log-group:${name}`;
export const deliveryStreamArn = (name: string): string =>
  `arn:aws:firehose:us-east-1:123456789012:deliverystream/${name}`;
