/** The load process: waits for its order, says "begun", sends the requests, answers with a LoadResult. See load.ts. */
import { setTimeout as delay } from "node:timers/promises";
import { Connection } from "./connection.ts";
import type { LoadOrder, LoadResult } from "./load.ts";

/** Latencies that are kept, at most; beyond that the oldest are overwritten. */
const latenciesKept = 1_000_000;

class Run {
  readonly #order: LoadOrder;
  readonly #statuses: Record<string, number> = {};
  readonly #latencies: Float64Array;
  #sent = 0;
  #answered = 0;
  #stopped = false;

  constructor(order: LoadOrder) {
    this.#order = order;
    this.#latencies = new Float64Array(Math.min(order.count ?? latenciesKept, latenciesKept));
  }

  stop(): void {
    this.#stopped = true;
  }

  async toEnd(): Promise<LoadResult> {
    const begun = performance.now();
    await Promise.all(Array.from({ length: this.#order.connections }, () => this.#loop(begun)));
    const seconds = (performance.now() - begun) / 1_000;
    const sorted = this.#latencies.subarray(0, Math.min(this.#answered, this.#latencies.length)).toSorted();
    const quantile = (q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
    return { requests: this.#answered, statuses: this.#statuses, seconds, p50: quantile(0.5), p99: quantile(0.99) };
  }

  /** One connection: takes the next request of the common list until there is none. */
  async #loop(begun: number): Promise<void> {
    const { port, requests, count = Number.POSITIVE_INFINITY, rate } = this.#order;
    const connection = new Connection(port);
    while (this.#sent < count && !this.#stopped) {
      const index = this.#sent++;
      if (rate !== undefined) await this.#untilDue(begun + (index / rate) * 1_000);
      const start = performance.now();
      const status = await connection.exchange(requests[index % requests.length] as Buffer).then(
        (answer) => answer.status,
        () => 0,
      );
      this.#latencies[this.#answered++ % this.#latencies.length] = performance.now() - start;
      this.#statuses[status] = (this.#statuses[status] ?? 0) + 1;
    }
    connection.close();
  }

  async #untilDue(due: number): Promise<void> {
    const wait = due - performance.now();
    if (wait > 0.5) await delay(wait);
  }
}

process.once("message", (order: LoadOrder) => {
  // Buffers arrive as plain byte arrays.
  const run = new Run({ ...order, requests: order.requests.map((bytes) => Buffer.from(bytes)) });
  process.on("message", (message) => {
    if (message === "stop") run.stop();
  });
  process.send?.("begun");
  void run.toEnd().then((result) => process.send?.(result, () => process.disconnect()));
});
