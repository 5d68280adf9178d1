/** Series: what is counted together, by the service's three sets of dimensions (facts/runtime.md 6). */
import { limits } from "../../../limits.ts";
import { addInto, seriesWidth } from "./measures.ts";

/** Without a stage: the whole API. With one, and without a method: the stage. */
export interface SeriesLabels {
  readonly apiId: string;
  readonly apiName: string;
  /** `{stage}`, or `{stage}/Canary` for what the canary served. */
  readonly stage?: string;
  readonly method?: string;
  /** The path as a template, e.g. `/pets/{id}`. */
  readonly resource?: string;
}

/** The numbers of one series, as `measures.ts` lays them out. */
export interface Series {
  readonly labels: SeriesLabels;
  readonly values: Float64Array;
}

/** A series with when it began, epoch milliseconds. */
export interface Total extends Series {
  readonly since: number;
}

const labelNames = [
  ["api_id", "apiId"],
  ["api_name", "apiName"],
  ["stage", "stage"],
  ["method", "method"],
  ["resource", "resource"],
] as const satisfies readonly (readonly [string, keyof SeriesLabels])[];

/** Labels by the names that Prometheus and OpenTelemetry have for them. */
export function labelPairs(labels: SeriesLabels): readonly (readonly [name: string, value: string])[] {
  return labelNames.flatMap(([name, member]) => {
    const value = labels[member];
    return value === undefined ? [] : [[name, value] as const];
  });
}

export type SeriesLevel = "api" | "stage" | "method";

export function levelOf({ stage, method }: SeriesLabels): SeriesLevel {
  if (stage === undefined) return "api";
  return method === undefined ? "stage" : "method";
}

/** The stage that a series is of, also for its canary: the name of a stage has no slash. */
export const stageNameOf = ({ stage = "" }: SeriesLabels): string => stage.replace(/\/Canary$/, "");

const keyOf = ({ apiId, apiName, stage, method, resource }: SeriesLabels): string =>
  JSON.stringify([apiId, apiName, stage, method, resource]);

/** How many series there may be of all together, and of methods, which leave room for their stages. */
export interface SeriesBounds {
  readonly metricSeries: number;
  readonly metricSeriesOfMethods: number;
}

/** How many series there may be when another one with these labels comes. */
export const boundFor = ({ method }: SeriesLabels, bounds: SeriesBounds): number =>
  method === undefined ? bounds.metricSeries : bounds.metricSeriesOfMethods;

/** Sums by labels, bounded. */
export class SeriesTable {
  readonly #series = new Map<string, Total>();

  get size(): number {
    return this.#series.size;
  }

  /** False when there is no room for a series of its own, which began at `since`. */
  add(labels: SeriesLabels, values: Float64Array, since = 0): boolean {
    const key = keyOf(labels);
    const present = this.#series.get(key);
    if (present !== undefined) addInto(present.values, values);
    else if (this.#series.size < boundFor(labels, limits))
      this.#series.set(key, { labels, values: values.slice(), since });
    else return false;
    return true;
  }

  all(): readonly Total[] {
    return [...this.#series.values()];
  }

  /** Everything, and nothing stays. */
  take(): readonly Total[] {
    const all = this.all();
    this.#series.clear();
    return all;
  }

  removeUnless(keeps: (labels: SeriesLabels) => boolean): void {
    for (const [key, { labels }] of this.#series) if (!keeps(labels)) this.#series.delete(key);
  }
}

/** The whole API's labels, of those of one of its stages. */
export const apiLabels = ({ apiId, apiName }: SeriesLabels): SeriesLabels => ({ apiId, apiName });

export const emptyValues = (): Float64Array => new Float64Array(seriesWidth);
