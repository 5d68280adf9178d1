/**
 * The threads that serve traffic when there is more than one. Each has the whole table; a change is in effect when every
 * thread has said so, and only then is the caller of UpdateStage answered.
 */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { GatewayLog } from "../gateway/invocation.ts";
import type { SharedMemory } from "../gateway/shared-memory.ts";
import type { MetricsCollector, ThreadReport } from "../gateway/telemetry/metrics/collector.ts";
import type { Logs } from "../gateway/telemetry/sinks/log-sink.ts";
import { takePosting } from "../gateway/telemetry/sinks/main-thread.ts";
import { limits } from "../limits.ts";
import type { Settings } from "../settings.ts";
import type { Publisher } from "../snapshot/publish.ts";
import type { TableMessage } from "../snapshot/table.ts";
import type { WorkerOrder, WorkerReport, WorkerStart } from "./messages.ts";

export interface WorkerPoolOptions {
  readonly settings: Settings;
  readonly memory: SharedMemory;
  readonly publisher: Pick<Publisher, "attach">;
  readonly log: GatewayLog;
  /** Takes what the threads log. */
  readonly logs: Logs;
  /** Hears what they count. */
  readonly metrics: Pick<MetricsCollector, "hear" | "leave">;
}

export interface WorkerPool {
  /** The port that the threads share. */
  readonly port: number;
  /** Resolves when every thread serves by all changes published so far; undefined when they already do. */
  inEffect(): Promise<void> | undefined;
  /** Has every thread report its metrics; resolves when they have, or after `limits.metricsReportTimeout`. */
  reportMetrics(): Promise<void>;
  stop(): Promise<void>;
}

/** One thread, from here. */
class Member {
  readonly worker: Worker;
  readonly #detach: () => void;
  readonly #name: string;
  readonly #metrics: WorkerPoolOptions["metrics"];
  /** Those who wait for the next report of metrics. */
  readonly #askers: (() => void)[] = [];
  readonly #waiters: { readonly sequence: number; readonly resolve: () => void }[] = [];
  #sent = 0;
  #applied = 0;

  constructor(start: WorkerStart, { publisher, logs, metrics }: WorkerPoolOptions) {
    this.#metrics = metrics;
    this.worker = new Worker(new URL("./thread.ts", import.meta.url), { workerData: start, name: "gateway" });
    this.#name = `worker ${this.worker.threadId}`;
    this.worker.on("message", (report: WorkerReport) => {
      if (report.report === "applied") this.#hear(report.sequence);
      if (report.report === "metrics") this.#hearMetrics(report.metrics);
      if (report.report !== "logs") return;
      takePosting(logs, report.logs);
      this.#send({ order: "logged", posting: report.posting });
    });
    this.worker.once("exit", () => this.leave());
    this.#detach = publisher.attach((message) => this.#apply(message));
  }

  get behind(): boolean {
    return this.#applied < this.#sent;
  }

  inEffect(): Promise<void> {
    return new Promise((resolve) => {
      if (this.behind) this.#waiters.push({ sequence: this.#sent, resolve });
      else resolve();
    });
  }

  reportMetrics(): Promise<void> {
    this.#send({ order: "report" });
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, limits.metricsReportTimeout).unref();
      this.#askers.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #hearMetrics(report: ThreadReport): void {
    this.#metrics.hear(this.#name, report);
    for (const answer of this.#askers.splice(0)) answer();
  }

  /** Begins to serve; resolves with the port. */
  listen(): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.worker.on("message", (report: WorkerReport) => {
      if (report.report === "listening") resolve(report.port);
      if (report.report === "failed") reject(Object.assign(new Error(report.message), { code: report.code }));
    });
    this.worker.once("error", reject);
    this.worker.once("exit", () => reject(new Error("the thread ended before it served")));
    this.#send({ order: "listen" });
    return promise;
  }

  async stop(): Promise<void> {
    const ended = once(this.worker, "exit");
    this.#send({ order: "stop" });
    await ended;
  }

  /** Nothing more is sent to it or expected of it. */
  leave(): void {
    this.#detach();
    this.#hear(this.#sent);
    this.#metrics.leave(this.#name);
    for (const answer of this.#askers.splice(0)) answer();
  }

  #apply(message: TableMessage): void {
    this.#sent++;
    this.#send({ order: "apply", sequence: this.#sent, message });
  }

  #send(order: WorkerOrder): void {
    this.worker.postMessage(order);
  }

  #hear(sequence: number): void {
    this.#applied = sequence;
    while (this.#waiters[0] !== undefined && this.#waiters[0].sequence <= sequence) this.#waiters.shift()?.resolve();
  }
}

class Pool implements WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #members = new Set<Member>();
  port: number;
  #stopping = false;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    this.port = options.settings.gatewayPort;
  }

  /** Adds a thread that serves, and puts another in its place should it break down. */
  async add(): Promise<void> {
    const { settings, memory } = this.#options;
    const member = new Member({ ...memory, settings, port: this.port }, this.#options);
    this.#members.add(member);
    member.worker.on("error", (error) => this.#options.log.error({ err: error }, "a thread of the gateway broke down"));
    try {
      this.port = await member.listen();
      member.worker.once("exit", () => this.#lost(member));
    } catch (error) {
      member.leave();
      this.#members.delete(member);
      await member.worker.terminate();
      throw error;
    }
  }

  inEffect(): Promise<void> | undefined {
    const behind = [...this.#members].filter((member) => member.behind);
    if (behind.length === 0) return undefined;
    return Promise.all(behind.map((member) => member.inEffect())).then(() => undefined);
  }

  async reportMetrics(): Promise<void> {
    await Promise.all([...this.#members].map((member) => member.reportMetrics()));
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all([...this.#members].map((member) => member.stop()));
  }

  #lost(member: Member): void {
    this.#members.delete(member);
    this.#replaceLater();
  }

  #replaceLater(): void {
    if (!this.#stopping) setTimeout(() => void this.#replace(), limits.workerRestartPause).unref();
  }

  async #replace(): Promise<void> {
    if (this.#stopping) return;
    try {
      await this.add();
    } catch (error) {
      this.#options.log.error({ err: error }, "a thread of the gateway could not be replaced; it is tried again");
      this.#replaceLater();
    }
  }
}

/** Starts `settings.workers` threads. Rejects when the port cannot be had. */
export async function startWorkerPool(options: WorkerPoolOptions): Promise<WorkerPool> {
  const pool = new Pool(options);
  try {
    // One after the other: the first finds the port that the rest share.
    for (let count = 0; count < options.settings.workers; count++) await pool.add();
  } catch (error) {
    await pool.stop();
    throw error;
  }
  return pool;
}
