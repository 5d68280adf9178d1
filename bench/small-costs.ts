/** What costs so little that the machine's noise hides it, unless it is measured in short slices. */
import { withProcesses } from "./support/process.ts";
import { type Aim, type BenchOptions, number, type Part, quantile } from "./support/report.ts";
import {
  accessLog,
  type Feature,
  onForAnotherMethod,
  startFeatureGateway,
  throttling,
} from "./support/stage-features.ts";
import { measureSlices, type Slices } from "./support/slices.ts";
import { withoutWrk } from "./support/turns.ts";

interface Small {
  readonly feature: Feature;
  /** What it may add at most: microseconds, or a share of a request with everything off. */
  readonly most: { readonly microseconds: number } | { readonly share: number };
}

const table: readonly Small[] = [
  { feature: throttling, most: { microseconds: 0.5 } },
  { feature: accessLog, most: { microseconds: 2 } },
  { feature: onForAnotherMethod, most: { share: 0.01 } },
];
const slices = 80;

type Measured = Small & Slices;

export async function smallCosts(options: BenchOptions): Promise<Part> {
  return withProcesses(async (started) => {
    const gateway = started(await startFeatureGateway());
    const measured: Measured[] = [];
    for (const small of table) {
      measured.push({ ...small, ...(await measureSlices(gateway, small.feature, options, slices)) });
    }
    return report(measured, await withoutWrk());
  });
}

const middle = (values: readonly number[]): number => quantile(values, 0.5);

/** What the median of all there might be lies between, 95 times of 100: ranks of the sorted values. */
function confidence(values: readonly number[]): readonly number[] {
  const half = 0.98 / Math.sqrt(values.length);
  return [quantile(values, Math.max(0, 0.5 - half)), quantile(values, Math.min(1, 0.5 + half))];
}

function aimOf({ feature, most, without, added }: Measured): Aim {
  const cost = middle(added);
  if ("microseconds" in most) {
    const what = `${feature.name} adds at most ${number(most.microseconds)} µs`;
    return { what, measured: `${number(cost, 2)} µs`, met: cost <= most.microseconds };
  }
  const share = cost / middle(without);
  const what = `${feature.name}: adds less than ${number(most.share * 100, 0)} %`;
  return { what, measured: `${number(share * 100, 2)} %`, met: share < most.share };
}

function report(measured: readonly Measured[], skipped: readonly string[]): Part {
  const failed = measured.reduce((sum, row) => sum + row.failed, 0);
  return {
    title: "small-costs",
    how:
      "CPU microseconds as in `features`, of a request that is answered MOCK: a backend's part, which no feature here changes, " +
      `varies by more than they cost. Each feature goes on and off under one load, ${slices} times, half a second at a time: what ` +
      "it adds to a slice is held against the mean of the slices before and after. Of these differences, the median, and what " +
      "that lies between with 95 % confidence.",
    columns: ["what is on", "without", "added", "at least", "at most"],
    rows: measured.map(({ feature, without, added }) => [
      feature.name,
      number(middle(without), 2),
      number(middle(added), 2),
      ...confidence(added).map((bound) => number(bound, 2)),
    ]),
    aims: [...measured.map(aimOf), { what: "no request fails", measured: `${failed} failed`, met: failed === 0 }],
    skipped,
  };
}
