/** CPU of one request, of several processes or settings, measured in turns. */
import { cpuMicroseconds } from "./cpu.ts";
import type { Started } from "./process.ts";
import { type BenchOptions, median } from "./report.ts";
import { type Drive, type Driven, driveWithOwn, driveWithWrk, wrkPresent } from "./wrk.ts";

export interface Contender {
  readonly name: string;
  readonly pid: number;
  readonly drive: Omit<Drive, "seconds">;
  /** Run before and after each of its measurements. */
  readonly ready?: () => Promise<unknown>;
  readonly done?: () => Promise<unknown>;
}

export interface Score {
  readonly cpu: number[];
  readonly perSecond: number[];
  failed: number;
}

export type Scores = ReadonlyMap<string, Score>;

export const peer = (name: string, { pid, port }: Started): Contender => ({
  name,
  pid,
  drive: { port, path: "/", host: "127.0.0.1" },
});

type DriveWith = typeof driveWithWrk;

const chosenDrive = async (): Promise<DriveWith> => ((await wrkPresent()) ? driveWithWrk : driveWithOwn);

async function measure(contender: Contender, seconds: number, drive: DriveWith): Promise<Driven & { cpu: number }> {
  await contender.ready?.();
  await drive({ ...contender.drive, seconds: 1 });
  const before = cpuMicroseconds(contender.pid);
  const driven = await drive({ ...contender.drive, seconds });
  const cpu = (cpuMicroseconds(contender.pid) - before) / driven.requests;
  await contender.done?.();
  return { ...driven, cpu };
}

/** Everything is measured in turns, round after round, so that a disturbance does not fall on one alone. */
export async function measureInTurns(
  contenders: readonly Contender[],
  { quick }: BenchOptions,
  rounds: number,
): Promise<Scores> {
  const drive = await chosenDrive();
  const scores = new Map(contenders.map(({ name }): [string, Score] => [name, { cpu: [], perSecond: [], failed: 0 }]));
  for (let round = 0; round < (quick ? 1 : rounds); round++) {
    for (const contender of contenders) {
      const { cpu, perSecond, failed } = await measure(contender, quick ? 1 : 4, drive);
      const score = scores.get(contender.name);
      score?.cpu.push(cpu);
      score?.perSecond.push(perSecond);
      if (score !== undefined) score.failed += failed;
    }
  }
  return scores;
}

/** Microseconds a request, pair by pair. */
export interface Pairs {
  readonly without: readonly number[];
  readonly added: readonly number[];
  readonly failed: number;
}

/** Two that differ by little: measured right after each other, first the one, then the other first. */
export async function measurePairs(
  without: Contender,
  withIt: Contender,
  { quick }: BenchOptions,
  pairs: number,
): Promise<Pairs> {
  const drive = await chosenDrive();
  const seconds = quick ? 1 : 3;
  const found = { without: [] as number[], added: [] as number[], failed: 0 };
  for (let pair = 0; pair < (quick ? 3 : pairs); pair++) {
    const first = await measure(pair % 2 === 0 ? without : withIt, seconds, drive);
    const second = await measure(pair % 2 === 0 ? withIt : without, seconds, drive);
    const [off, on] = pair % 2 === 0 ? [first, second] : [second, first];
    found.without.push(off.cpu);
    found.added.push(on.cpu - off.cpu);
    found.failed += off.failed + on.failed;
  }
  return found;
}

/** Microseconds a request; not a number for who was not measured. */
export const cpuOf = (scores: Scores, name: string): number => median(scores.get(name)?.cpu ?? []);

/** What stands in the report where the load came from elsewhere. */
export const withoutWrk = async (): Promise<readonly string[]> =>
  (await wrkPresent()) ? [] : ["wrk is not on this machine: the load came from bench/support/load-process.ts"];
