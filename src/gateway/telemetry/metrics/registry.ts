/**
 * What one thread counts. A stage asks for its series when it is compiled, so that a request only adds to arrays that
 * its method holds; what was counted is drained now and then, and summed over the threads.
 */
import { limits } from "../../../limits.ts";
import { boundFor, emptyValues, type Series, type SeriesBounds, type SeriesLabels } from "./series.ts";

/** A series that requests add to. */
interface LiveSeries extends Series {
  /** The last program of its stage that asked for it. */
  program: number;
}

/** The series of one stage; they outlive its programs. */
class StageSeries {
  readonly byKey = new Map<string, LiveSeries>();
  /** Programs so far. */
  programs = 0;
}

/** For one program of a stage: gives it its series. */
export interface SeriesSource {
  /** Undefined when there are too many series already. */
  series(labels: SeriesLabels): Series | undefined;
}

/** Whether there is such a stage, or, without a name, an API with any. */
export type IsServed = (apiId: string, stageName?: string) => boolean;

export interface DrainedMetrics {
  readonly series: readonly Series[];
  /** Series that there was no room for. */
  readonly refused: number;
}

const hasCounts = ({ values }: Series): boolean => values[0] !== 0;

export class MetricsRegistry {
  readonly #stages = new Map<string, Map<string, StageSeries>>();
  readonly #bounds: SeriesBounds;
  #size = 0;
  /** Series that there was no room for, since the last drain. */
  #refused = 0;

  constructor(bounds: SeriesBounds = limits) {
    this.#bounds = bounds;
  }

  /** A new program of a stage begins; it goes on with the series of the one before. */
  begin(apiId: string, stageName: string): SeriesSource {
    const ofApi = this.#stages.get(apiId) ?? new Map<string, StageSeries>();
    const stage = ofApi.get(stageName) ?? new StageSeries();
    this.#stages.set(apiId, ofApi.set(stageName, stage));
    const program = ++stage.programs;
    return { series: (labels) => this.#seriesOf(stage, program, labels) };
  }

  #seriesOf(stage: StageSeries, program: number, labels: SeriesLabels): Series | undefined {
    const { apiName, stage: stageValue, method, resource } = labels;
    const key = JSON.stringify([apiName, stageValue, method, resource]);
    const present = stage.byKey.get(key);
    if (present !== undefined) {
      // An older program may still bind methods for requests under way.
      present.program = Math.max(present.program, program);
      return present;
    }
    if (this.#size >= boundFor(labels, this.#bounds)) {
      this.#refused++;
      return undefined;
    }
    this.#size++;
    const series = { labels, values: emptyValues(), program };
    stage.byKey.set(key, series);
    return series;
  }

  /**
   * What was counted since the last time. Series of stages that are gone go. Where room becomes scarce, so do those that
   * nobody counts in and that the present program of their stage has not asked for: of a method that was removed, or
   * whose metrics are off now.
   */
  drain(isServed: IsServed): DrainedMetrics {
    const drained: Series[] = [];
    for (const [apiId, stages] of this.#stages) {
      for (const [stageName, stage] of stages) {
        const served = isServed(apiId, stageName);
        this.#drainStage(stage, served, drained);
        if (!served) stages.delete(stageName);
      }
      if (stages.size === 0) this.#stages.delete(apiId);
    }
    const refused = this.#refused;
    this.#refused = 0;
    return { series: drained, refused };
  }

  #drainStage({ byKey, programs }: StageSeries, served: boolean, drained: Series[]): void {
    for (const [key, series] of byKey) {
      const { labels, values, program } = series;
      const counted = hasCounts(series);
      if (counted) drained.push({ labels, values: values.slice() });
      values.fill(0);
      if (served && (counted || program === programs || 2 * this.#size <= this.#bounds.metricSeries)) continue;
      byKey.delete(key);
      this.#size--;
    }
  }
}
