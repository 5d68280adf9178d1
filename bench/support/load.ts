/** Load from a process of its own: a fixed list of requests over a number of connections, each a closed loop. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** What the load process is told. */
export interface LoadOrder {
  readonly port: number;
  readonly connections: number;
  /** Whole requests, sent in turn and again from the start. */
  readonly requests: readonly Buffer[];
  /** How many are sent; absent: until `stop`. */
  readonly count?: number;
  /** Requests a second over all connections; absent: as fast as they are answered. */
  readonly rate?: number;
}

export interface LoadResult {
  readonly requests: number;
  /** How many answers had each status; 0 stands for no answer at all. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly seconds: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/** Answers of any status but a 2xx, and missing ones. */
export function failures({ requests, statuses }: LoadResult): number {
  const succeeded = Object.entries(statuses).filter(([status]) => status.startsWith("2"));
  return succeeded.reduce((left, [, count]) => left - count, requests);
}

export interface RunningLoad {
  /** Ends load without a `count`, and gives its result. */
  stop(): Promise<LoadResult>;
  readonly result: Promise<LoadResult>;
}

const program = fileURLToPath(new URL("load-process.ts", import.meta.url));

/** Starts load; resolves once it runs. */
export async function startLoad(order: LoadOrder): Promise<RunningLoad> {
  const child = fork(program, { serialization: "advanced", stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const begun = once(child, "message");
  const ended = once(child, "exit");
  child.send(order);
  await Promise.race([begun, ended]);
  const result = new Promise<LoadResult>((resolve, reject) => {
    child.once("message", (message) => resolve(message as LoadResult));
    void ended.then(() => reject(new Error("the load process ended without a result")));
  });
  return {
    result,
    stop: () => {
      child.send("stop");
      return result;
    },
  };
}

/** Runs a counted load to its end. */
export async function load(order: LoadOrder & { readonly count: number }): Promise<LoadResult> {
  const running = await startLoad(order);
  return running.result;
}
