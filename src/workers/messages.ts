/** What the main thread and the threads that serve traffic tell each other. */
import type { SharedMemory } from "../gateway/shared-memory.ts";
import type { ThreadReport } from "../gateway/telemetry/metrics/collector.ts";
import type { LogPosting } from "../gateway/telemetry/sinks/main-thread.ts";
import type { Settings } from "../settings.ts";
import type { TableMessage } from "../snapshot/table.ts";

/** What a thread is started with. */
export interface WorkerStart extends Omit<SharedMemory, "cacheSecret"> {
  readonly settings: Settings;
  /** A Buffer, after its way to the thread. */
  readonly cacheSecret: Uint8Array;
  /** The port that the threads share; 0 for the first of them, which finds a free one. */
  readonly port: number;
}

/** To a thread. */
export type WorkerOrder =
  /** A change of the table; answered with `applied` and the same number. */
  | { readonly order: "apply"; readonly sequence: number; readonly message: TableMessage }
  /** The table has all that there is: begin to listen. Answered with `listening`. */
  | { readonly order: "listen" }
  /** The log events of this posting are taken. */
  | { readonly order: "logged"; readonly posting: number }
  /** Answered with `metrics`. */
  | { readonly order: "report" }
  /** Drain and end; the last of the metrics come before the end. */
  | { readonly order: "stop" };

/** From a thread. */
export type WorkerReport =
  | { readonly report: "applied"; readonly sequence: number }
  | { readonly report: "listening"; readonly port: number }
  /** Answered with `logged` and the same number. */
  | { readonly report: "logs"; readonly posting: number; readonly logs: LogPosting }
  | { readonly report: "metrics"; readonly metrics: ThreadReport }
  | { readonly report: "failed"; readonly code: string | undefined; readonly message: string };
