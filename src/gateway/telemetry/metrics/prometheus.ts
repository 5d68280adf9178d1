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

/** One family in pieces, each so short that other work can have its turn behind it: there may be many series. */
function* familyPieces(
  head: string,
  name: string,
  series: readonly Series[],
  labels: ReadonlyMap<Series, string>,
  measure: Measure,
  write: WriteSeries,
): Generator<Buffer> {
  let text = head;
  let isEmpty = true;
  for (const [index, each] of series.entries()) {
    const lines = write(name, each, labels.get(each) ?? "", measure);
    isEmpty &&= lines === "";
    text += lines;
    if (index % limits.metricsTextChunk !== limits.metricsTextChunk - 1 || isEmpty) continue;
    yield Buffer.from(text);
    text = "";
  }
  if (!isEmpty) yield Buffer.from(text);
}

function ownText({ name, help, type, samples }: ProcessMetric): string {
  const lines = samples.map(([labels, value]) => {
    const inBraces = labelsText(Object.entries(labels));
    return `${name}${inBraces === "" ? "" : `{${inBraces}}`} ${value}\n`;
  });
  return lines.length === 0 ? "" : headOf(name, help, type) + lines.join("");
}

/** `stagewright_stage_requests_total{api_id="…",api_name="…",stage="…"} 3` and so on; ends with a line end. */
export async function prometheusText(all: readonly Series[], own: readonly ProcessMetric[]): Promise<Buffer> {
  const labels = new Map(all.map((series) => [series, labelsText(labelPairs(series.labels))] as const));
  const pieces: Buffer[] = [];
  for (const [level, by] of levels) {
    const series = all.filter((each) => levelOf(each.labels) === level);
    for (const [measures, unit, type, write] of families) {
      for (const measure of measures) {
        const name = `stagewright_${level}_${measure.word}_${unit}`;
        const head = headOf(name, `${measure.help} ${by}`, type);
        for (const piece of familyPieces(head, name, series, labels, measure, write)) {
          pieces.push(piece);
          await nextTurn();
        }
      }
    }
  }
  pieces.push(Buffer.from(own.map(ownText).join("")));
  return Buffer.concat(pieces);
}
