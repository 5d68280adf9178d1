/** The metrics of the process, in its main thread: what the threads counted, what it counts itself, and who wants it. */
import type { OperationName } from "../../../model/service.ts";
import { type AskThreads, MetricsCollector } from "./collector.ts";
import { type ProcessMetric, processMetrics } from "./process-metrics.ts";
import { prometheusText, prometheusType } from "./prometheus.ts";
import type { IsServed } from "./registry.ts";

export interface MetricsOptions {
  readonly ask: AskThreads;
  readonly isServed: IsServed;
  /** Events that telemetry destinations have not taken, by destination, from the start. */
  readonly dropped: () => Readonly<Record<string, number>>;
}

export class Metrics {
  readonly type = prometheusType;
  readonly collector: MetricsCollector;
  readonly #dropped: MetricsOptions["dropped"];
  readonly #operations = new Map<string, Map<string, number>>();
  #commits = 0;
  #transactions = 0;
  #text: Promise<string> | undefined = undefined;

  constructor({ ask, isServed, dropped }: MetricsOptions) {
    this.collector = new MetricsCollector({ ask, isServed });
    this.#dropped = dropped;
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
      dropped: this.#dropped(),
    });
  }

  /** Everything as Prometheus text. However many ask at one time, it is made once. */
  text(): Promise<string> {
    this.#text ??= this.#write().finally(() => {
      this.#text = undefined;
    });
    return this.#text;
  }

  async #write(): Promise<string> {
    await this.collector.collect();
    return prometheusText(this.collector.totals(), this.own());
  }
}
