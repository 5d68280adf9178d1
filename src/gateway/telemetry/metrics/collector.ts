/**
 * The sum over all threads, in the main one. Threads are asked when somebody wants to know: a scrape, or an export; what
 * they report is what they counted since they were last asked.
 */
import type { DrainedMetrics, IsServed } from "./registry.ts";
import { apiLabels, type Series, SeriesTable, stageNameOf } from "./series.ts";

/** What a thread tells of itself. */
export interface ThreadReport extends DrainedMetrics {
  /** Present connections of clients, and how many of them have a request under way. */
  readonly connections: number;
  readonly inFlight: number;
}

/** Asks a thread, or several; undefined for one that does not answer in time, whose counts come with its next report. */
export type AskThreads = () => Promise<readonly (ThreadReport | undefined)[]>;

/** Hears what was counted since the last time, by API, stage and method. */
export type DeltaListener = (series: Series) => void;

export interface CollectorOptions {
  readonly ask: AskThreads;
  readonly isServed: IsServed;
}

export class MetricsCollector {
  readonly #options: CollectorOptions;
  readonly #totals = new SeriesTable();
  readonly #listeners: DeltaListener[] = [];
  #underWay: Promise<void> | undefined = undefined;
  refused = 0;
  connections = 0;
  inFlight = 0;

  constructor(options: CollectorOptions) {
    this.#options = options;
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
    const reports = (await this.#options.ask()).filter((report) => report !== undefined);
    this.connections = 0;
    this.inFlight = 0;
    for (const report of reports) {
      this.connections += report.connections;
      this.inFlight += report.inFlight;
      this.absorb(report);
    }
    const { isServed } = this.#options;
    this.#totals.removeUnless((labels) =>
      isServed(labels.apiId, labels.stage === undefined ? undefined : stageNameOf(labels)),
    );
  }

  /** Adds what a thread counted. */
  absorb({ series, refused }: DrainedMetrics): void {
    this.refused += refused;
    for (const each of series) {
      this.#add(each);
      // Each request is in the series of its stage: together they are the API.
      if (each.labels.method === undefined) this.#add({ labels: apiLabels(each.labels), values: each.values });
    }
  }

  #add(series: Series): void {
    if (!this.#totals.add(series.labels, series.values)) this.refused++;
    for (const listener of this.#listeners) listener(series);
  }

  /** All that was counted of what is served now. */
  totals(): readonly Series[] {
    return this.#totals.all();
  }
}
