/** Where the lines of access and execution logs go: a log group, or a delivery stream. */

/** Takes events of named groups (or streams). A slow or broken destination is never felt by who writes. */
export interface LogSink {
  /** Takes one event, or drops it where too many wait already. `time`: epoch milliseconds. Never throws. */
  write(name: string, message: string, time: number): void;
  /**
   * Delivers what was taken, for `limits.logFlushTimeout` at most; what is left then is dropped, counted and reported.
   * Nothing is taken any more.
   */
  close(): Promise<void>;
}

/** The destinations of a gateway. Each is closed once, by who made it. */
export interface Logs {
  /** Log groups of access logs. */
  readonly accessLogs: LogSink;
  /** Delivery streams of access logs. */
  readonly deliveryStreams: LogSink;
  /** Log groups of execution logs. */
  readonly executionLogs: LogSink;
  /** X-Ray segment documents. */
  readonly segments: LogSink;
  /** OpenTelemetry spans, as JSON. */
  readonly spans: LogSink;
}

/** Where nothing is wanted. */
export const nowhere: LogSink = { write: () => undefined, close: () => Promise.resolve() };

export const takesAnything = (sink: LogSink): boolean => sink !== nowhere;

/** For a gateway whose stages log nothing. */
export const noLogs: Logs = {
  accessLogs: nowhere,
  deliveryStreams: nowhere,
  executionLogs: nowhere,
  segments: nowhere,
  spans: nowhere,
};

export interface LogEvent {
  /** Epoch milliseconds. */
  readonly time: number;
  readonly message: string;
  /** Of the message in UTF-8. */
  readonly bytes: number;
}

/** What one batch may hold. */
export interface BatchRules {
  readonly events: number;
  /** Sum of the events' bytes, each with `eventOverhead`. */
  readonly bytes: number;
  readonly eventOverhead: number;
  /** A message that is longer is cut. */
  readonly eventBytes: number;
  /** Milliseconds from the earliest to the latest event. */
  readonly span: number;
  /** Milliseconds that an event waits for others to go with it. */
  readonly pause: number;
}

export interface Delivery {
  /** Events that were not taken and can be sent again. */
  readonly again: readonly LogEvent[];
  /** How many were not taken and never will be. */
  readonly refused: number;
}

export const delivered: Delivery = { again: [], refused: 0 };

/** A batch that will not be taken however often it is sent. */
export class BatchRefused extends Error {
  override readonly name = "BatchRefused";
}

/** Brings batches to a destination. One batch of a name is under way at a time. */
export interface Carrier {
  readonly rules: BatchRules;
  /** `events` are in the order of their times. Rejects with a `BatchRefused`, or with anything else when it may work later. */
  send(name: string, events: readonly LogEvent[], signal: AbortSignal): Promise<Delivery>;
  /** Lets go of connections. */
  close(): void;
}
