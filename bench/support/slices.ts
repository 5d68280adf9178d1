/**
 * What costs less than the machine's noise from one second to the next: a feature goes on and off under one load, in short
 * slices, and each slice with it is held against the mean of the two without it beside it. So what drifts cancels out.
 */
import { setTimeout as delay } from "node:timers/promises";
import { threadMicroseconds } from "./cpu.ts";
import type { BenchOptions } from "./report.ts";
import type { Feature, FeatureGateway } from "./stage-features.ts";
import { type Driven, startDrive } from "./wrk.ts";

/** Milliseconds. What a change of the stage costs is over before a slice begins. */
const settling = 150;
const sliceLength = 500;

/** Microseconds a request. */
export interface Slices {
  readonly without: readonly number[];
  readonly added: readonly number[];
  readonly failed: number;
}

async function measureSlice({ server, served }: FeatureGateway): Promise<number> {
  await delay(settling);
  const from = await served();
  const before = threadMicroseconds(server.pid);
  await delay(sliceLength);
  const used = threadMicroseconds(server.pid) - before;
  return used / ((await served()) - from);
}

/** `count`: slices with the feature. There is one more without it. */
export async function measureSlices(
  gateway: FeatureGateway,
  { on, off }: Feature,
  { quick }: BenchOptions,
  count: number,
): Promise<Slices> {
  const slices = quick ? Math.ceil(count / 10) : count;
  // A fifth more than the slices take, for what lies between them.
  const seconds = Math.ceil((((2 * slices + 1) * (settling + sliceLength)) / 1_000) * 1.2);
  const load = await startDrive({ ...gateway.drive, seconds });
  const without: number[] = [];
  const withIt: number[] = [];
  let driven: Driven;
  try {
    without.push(await measureSlice(gateway));
    for (let i = 0; i < slices; i++) {
      await gateway.patch(on);
      withIt.push(await measureSlice(gateway));
      await gateway.patch(off);
      without.push(await measureSlice(gateway));
    }
  } finally {
    driven = await load.stop();
  }
  const added = withIt.map((cost, i) => cost - ((without[i] ?? Number.NaN) + (without[i + 1] ?? Number.NaN)) / 2);
  return { without, added, failed: driven.failed };
}
