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

/** Microseconds a request; not a number for who was not measured. */
export const cpuOf = (scores: Scores, name: string): number => median(scores.get(name)?.cpu ?? []);

/** What stands in the report where the load came from elsewhere. */
export const withoutWrk = async (): Promise<readonly string[]> =>
  (await wrkPresent()) ? [] : ["wrk is not on this machine: the load came from bench/support/load-process.ts"];
