/**
 * The sum over all threads, in the main one. Threads are asked when somebody wants to know: a scrape, or an export; what
 * they report is what they counted since they were last asked.
 */
import type { DrainedMetrics } from "./registry.ts";
import { apiLabels, type Series, type SeriesLabels, SeriesTable, type Total } from "./series.ts";

/** What a thread tells of itself. */
export interface ThreadReport extends DrainedMetrics {
  /** Present connections of clients, and how many of them have a request under way. */
  readonly connections: number;
  readonly inFlight: number;
  /** Events that its destinations have not taken, from its start, by kind. */
  readonly dropped: Readonly<Record<string, number>>;
}

/**
 * Asks all threads for a report, and resolves when they have all told it to the collector, or when the time for that is
 * over; a late one is heard too. Must not reject.
 */
export type AskThreads = () => Promise<void>;

/** Hears what was counted since the last time, by API, stage and method. */
export type DeltaListener = (series: Series) => void;

/** Whether requests are counted under these labels now. */
export type IsCounted = (labels: SeriesLabels) => boolean;

export interface CollectorOptions {
  readonly ask: AskThreads;
  readonly isCounted: IsCounted;
  /** Epoch milliseconds. */
  readonly now?: () => number;
}

function addCounts(sum: Map<string, number>, counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts)) sum.set(name, (sum.get(name) ?? 0) + count);
}

export class MetricsCollector {
  readonly #options: CollectorOptions;
  readonly #totals = new SeriesTable();
  readonly #listeners: DeltaListener[] = [];
  /** The last report of each present thread. */
  readonly #threads = new Map<string, ThreadReport>();
  /** Of threads that have ended. */
  readonly #droppedByOthers = new Map<string, number>();
  #underWay: Promise<void> | undefined = undefined;
  /** Since when a series counts that no thread has told of before. */
  #since: number;
  refused = 0;

  constructor(options: CollectorOptions) {
    this.#options = options;
    this.#since = this.#now();
  }

  #now(): number {
    const { now = Date.now } = this.#options;
    return now();
  }

  onDelta(listener: DeltaListener): void {
    this.#listeners.push(listener);
  }

  /** Brings everything up to date. Who asks meanwhile gets the same. Never rejects. */
  collect(): Promise<void> {
    this.#underWay ??= this.#collect().finally(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  }

  async #collect(): Promise<void> {
    const asked = this.#now();
    await this.#options.ask();
    this.#since = asked;
    this.#totals.removeUnless(this.#options.isCounted);
  }

  /** Of all threads together, when they were last asked. */
  sum(what: "connections" | "inFlight"): number {
    let sum = 0;
    for (const report of this.#threads.values()) sum += report[what];
    return sum;
  }

  /** The thread has ended; what it counted stays. */
  leave(thread: string): void {
    addCounts(this.#droppedByOthers, this.#threads.get(thread)?.dropped ?? {});
    this.#threads.delete(thread);
  }

  /** What destinations have not taken, of all threads that there ever were. */
  dropped(): Map<string, number> {
    const sum = new Map(this.#droppedByOthers);
    for (const report of this.#threads.values()) addCounts(sum, report.dropped);
    return sum;
  }

  /** Takes a thread's report, whether or not it was asked for one. */
  hear(thread: string, report: ThreadReport): void {
    const { series, refused } = report;
    this.#threads.set(thread, { ...report, series: [] });
    this.refused += refused;
    for (const each of series) {
      this.#add(each);
      // Each request is in the series of its stage: together they are the API.
      if (each.labels.method === undefined) this.#add({ labels: apiLabels(each.labels), values: each.values });
    }
  }

  #add(series: Series): void {
    if (!this.#totals.add(series.labels, series.values, this.#since)) this.refused++;
    for (const listener of this.#listeners) listener(series);
  }

  /** All that was counted of what is served now. */
  totals(): readonly Total[] {
    return this.#totals.all();
  }
}
