/** The metrics of the process, in its main thread: what the threads counted, what it counts itself, and who wants it. */
import type { OperationName } from "../../../model/service.ts";
import { type AskThreads, type IsCounted, MetricsCollector } from "./collector.ts";
import { type ProcessMetric, processMetrics } from "./process-metrics.ts";
import { prometheusText, prometheusType } from "./prometheus.ts";

export interface MetricsOptions {
  readonly ask: AskThreads;
  readonly isCounted: IsCounted;
}

export class Metrics {
  readonly type = prometheusType;
  readonly collector: MetricsCollector;
  readonly #dropped = new Map<string, number>();
  readonly #alsoDropped = new Map<string, () => number>();
  readonly #operations = new Map<string, Map<string, number>>();
  #commits = 0;
  #transactions = 0;
  #text: Promise<Buffer> | undefined = undefined;

  constructor(options: MetricsOptions) {
    this.collector = new MetricsCollector(options);
  }

  /** So much was not taken by its destination. */
  countDropped(destination: string, count = 1): void {
    this.#dropped.set(destination, (this.#dropped.get(destination) ?? 0) + count);
  }

  /** A destination that counts by itself what it has not taken. */
  alsoDropped(destination: string, count: () => number): void {
    this.#alsoDropped.set(destination, count);
  }

  #allDropped(): ReadonlyMap<string, number> {
    const all = this.collector.dropped();
    for (const [destination, count] of this.#dropped) all.set(destination, count);
    for (const [destination, count] of this.#alsoDropped) all.set(destination, count());
    return all;
  }

  /** An operation of the management API was answered. */
  countOperation(operation: OperationName, status: number): void {
    const statuses = this.#operations.get(operation) ?? new Map<string, number>();
    const statusClass = `${Math.floor(status / 100)}xx`;
    this.#operations.set(operation, statuses.set(statusClass, (statuses.get(statusClass) ?? 0) + 1));
  }

  /** One commit of the store, of so many transactions. */
  readonly countCommit = (transactions: number): void => {
    this.#commits++;
    this.#transactions += transactions;
  };

  /** What the process says of itself. */
  own(): readonly ProcessMetric[] {
    return processMetrics({
      connections: this.collector.sum("connections"),
      inFlight: this.collector.sum("inFlight"),
      operations: this.#operations,
      commits: this.#commits,
      transactions: this.#transactions,
      seriesRefused: this.collector.refused,
      dropped: this.#allDropped(),
    });
  }

  /** Everything as Prometheus text. However many ask at one time, it is made once. */
  text(): Promise<Buffer> {
    this.#text ??= this.#write().finally(() => {
      this.#text = undefined;
    });
    return this.#text;
  }

  async #write(): Promise<Buffer> {
    await this.collector.collect();
    return prometheusText(this.collector.totals(), this.own());
  }
}
