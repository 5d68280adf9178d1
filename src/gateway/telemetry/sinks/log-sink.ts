/** Where the lines of access and execution logs go: a log group, or a delivery stream. */

/** Takes events of named groups (or streams). A slow or broken destination is never felt by who writes. */
export interface LogSink {
  /** Takes one event, or drops it where too many wait already. `time`: epoch milliseconds. Never throws. */
  write(name: string, message: string, time: number): void;
  /** Takes a batch that another thread filled for it, or drops it. Never throws. */
  take(name: string, batch: Batch): void;
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
export const nowhere: LogSink = { write: () => undefined, take: () => undefined, close: () => Promise.resolve() };

export const takesAnything = (sink: LogSink): boolean => sink !== nowhere;

/** For a gateway whose stages log nothing. */
export const noLogs: Logs = {
  accessLogs: nowhere,
  deliveryStreams: nowhere,
  executionLogs: nowhere,
  segments: nowhere,
  spans: nowhere,
};

/** Events of one name that go at once, in the form in which their destination takes them. */
export interface Batch {
  /** How many events. */
  readonly length: number;
}

/** Events of one name that wait for their batch. */
export interface Queue<B extends Batch> {
  readonly isEmpty: boolean;
  /** Whether what waits fills a batch, which need not wait for more then. */
  readonly isFull: boolean;
  /** Takes an event, cut where it is longer than the destination takes. `time`: epoch milliseconds. Returns the bytes of memory that it holds. */
  add(message: string, time: number): number;
  /** Takes the events of a batch of such a queue. Returns the bytes of memory that they hold. */
  put(batch: B): number;
  /** The oldest events that fit in one batch. The queue is not empty. */
  take(): B;
  /** Told when a batch of this queue is done with. Returns the bytes of memory that it held. */
  release(batch: B): number;
}

export interface Delivery<B extends Batch> {
  /** Events that were not taken and can be sent again. */
  readonly again?: B;
  /** How many were not taken and never will be. */
  readonly refused: number;
}

export const delivered = { refused: 0 } as const;

/** A batch that will not be taken however often it is sent. */
export class BatchRefused extends Error {
  override readonly name = "BatchRefused";
}

/** Brings batches to a destination. One batch of a name is under way at a time. */
export interface Carrier<B extends Batch> {
  /** Milliseconds that an event waits for others to go with it. */
  readonly pause: number;
  /** For the events of one name. */
  newQueue(): Queue<B>;
  /** Rejects with a `BatchRefused`, or with anything else when it may work later. */
  send(name: string, batch: B, signal: AbortSignal): Promise<Delivery<B>>;
  /** Lets go of connections. */
  close(): void;
}
