/**
 * What costs less than the machine's noise between one minute and the next: with and without, right after each other, in
 * pairs.
 */
import { startPeer, withProcesses } from "./support/process.ts";
import { type Aim, type BenchOptions, number, type Part, quantile } from "./support/report.ts";
import {
  accessLog,
  everythingOff,
  type Feature,
  onForAnotherMethod,
  startFeatureGateway,
  throttling,
} from "./support/stage-features.ts";
import { measurePairs, type Pairs, withoutWrk } from "./support/turns.ts";

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
const pairs = 15;

type Measured = Small & Pairs;

export async function smallCosts(options: BenchOptions): Promise<Part> {
  return withProcesses(async (started) => {
    const backend = started(await startPeer("backend"));
    const { contender } = started(await startFeatureGateway(backend.port));
    const measured: Measured[] = [];
    for (const small of table) {
      const found = await measurePairs(contender(everythingOff), contender(small.feature), options, pairs);
      measured.push({ ...small, ...found });
    }
    return report(measured, await withoutWrk());
  });
}

const middle = (values: readonly number[]): number => quantile(values, 0.5);

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
      `CPU microseconds of a request as in \`features\`, in ${pairs} pairs with and without the feature, right after each other and ` +
      "the order changed from pair to pair; the median of the pairs' differences, and the quarter of them below and above.",
    columns: ["what is on", "without", "added", "from", "to"],
    rows: measured.map(({ feature, without, added }) => [
      feature.name,
      number(middle(without), 2),
      number(middle(added), 2),
      number(quantile(added, 0.25), 2),
      number(quantile(added, 0.75), 2),
    ]),
    aims: [...measured.map(aimOf), { what: "no request fails", measured: `${failed} failed`, met: failed === 0 }],
    skipped,
  };
}
