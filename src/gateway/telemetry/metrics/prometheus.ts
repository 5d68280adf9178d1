/** Metrics as Prometheus text, version 0.0.4 of the exposition format. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { limits } from "../../../limits.ts";
import { bucketCount, counters, histogramCount, histograms, latencyBounds, type Measure } from "./measures.ts";
import type { ProcessMetric } from "./process-metrics.ts";
import { labelPairs, levelOf, type Series, type SeriesLevel } from "./series.ts";

export const prometheusType = "text/plain; version=0.0.4; charset=utf-8";

const escapes: Readonly<Record<string, string>> = { "\\": "\\\\", '"': '\\"', "\n": "\\n" };
const escapeLabel = (value: string): string => value.replaceAll(/[\\"\n]/g, (character) => escapes[character] ?? "");
const escapeHelp = (text: string): string => text.replaceAll(/[\\\n]/g, (character) => escapes[character] ?? "");

/** `name="value",…`, without braces. */
const labelsText = (pairs: readonly (readonly [string, string])[]): string =>
  pairs.map(([name, value]) => `${name}="${escapeLabel(value)}"`).join(",");

const headOf = (name: string, help: string, type: string): string =>
  `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n`;

const seconds = (milliseconds: number): string => String(milliseconds / 1_000);

function counterText(name: string, { values }: Series, labels: string, { at, optional }: Measure): string {
  const value = values[at] as number;
  return optional && value === 0 ? "" : `${name}{${labels}} ${value}\n`;
}

function histogramText(name: string, { values }: Series, labels: string, measure: Measure): string {
  const { at, optional } = measure;
  if (optional && histogramCount(values, measure) === 0) return "";
  let text = "";
  let below = 0;
  let sum = 0;
  for (let bucket = 0; bucket < bucketCount; bucket++) {
    below += values[at + bucket] as number;
    sum += values[at + bucketCount + bucket] as number;
    const bound = latencyBounds[bucket];
    text += `${name}_bucket{${labels},le="${bound === undefined ? "+Inf" : seconds(bound)}"} ${below}\n`;
  }
  return `${text}${name}_sum{${labels}} ${seconds(sum)}\n${name}_count{${labels}} ${below}\n`;
}

type WriteSeries = (name: string, series: Series, labels: string, measure: Measure) => string;

const levels: readonly (readonly [SeriesLevel, string])[] = [
  ["api", "By API."],
  ["stage", "By stage."],
  ["method", "By method, where its metrics are enabled."],
];

const families: readonly (readonly [readonly Measure[], unit: string, type: string, WriteSeries])[] = [
  [counters, "total", "counter", counterText],
  [histograms, "seconds", "histogram", histogramText],
];

/** Other work has its turn between the pieces: there may be many series. */
async function familyText(
  head: string,
  name: string,
  series: readonly Series[],
  labels: ReadonlyMap<Series, string>,
  measure: Measure,
  write: WriteSeries,
): Promise<string> {
  let text = head;
  for (const [index, each] of series.entries()) {
    if (index % limits.metricsTextChunk === limits.metricsTextChunk - 1) await nextTurn();
    text += write(name, each, labels.get(each) ?? "", measure);
  }
  return text === head ? "" : text;
}

/** `stagewright_stage_requests_total{api_id="…",api_name="…",stage="…"} 3` and so on; ends with a line end. */
export async function prometheusText(all: readonly Series[], own: readonly ProcessMetric[]): Promise<string> {
  const labels = new Map(all.map((series) => [series, labelsText(labelPairs(series.labels))] as const));
  const texts: string[] = [];
  for (const [level, by] of levels) {
    const series = all.filter((each) => levelOf(each.labels) === level);
    for (const [measures, unit, type, write] of families) {
      for (const measure of measures) {
        const name = `stagewright_${level}_${measure.word}_${unit}`;
        const head = headOf(name, `${measure.help} ${by}`, type);
        texts.push(await familyText(head, name, series, labels, measure, write));
      }
    }
  }
  for (const { name, help, type, samples } of own) {
    const lines = samples.map(([sampleLabels, value]) => {
      const inBraces = labelsText(Object.entries(sampleLabels));
      return `${name}${inBraces === "" ? "" : `{${inBraces}}`} ${value}\n`;
    });
    if (lines.length > 0) texts.push(headOf(name, help, type) + lines.join(""));
  }
  return texts.join("");
}
