/** What the settings of a changing stage allow: of each answer, and of what the logs have of each request. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { logFileName, logFolder } from "../../src/gateway/telemetry/sinks/log-files.ts";
import { groups, isOf, type LoggedLine, type Moment, type Path, type Told } from "./changing-stage.ts";

/** A request, and what came of it. */
export interface Asked {
  readonly id: string;
  readonly path: Path;
  /** The moments that can have been in force between the request and its reply, the oldest first. */
  readonly inForce: readonly Moment[];
  /** When the last flush that was answered before the request had begun, milliseconds. */
  readonly flushedAt: number;
  readonly status: number;
  readonly told: Told | undefined;
}

const isServed = ({ base, canary }: Moment, { deploymentId }: Told): boolean =>
  base.deploymentId === deploymentId || canary?.deploymentId === deploymentId;

/** An answer that no side in force gives can only be one that was kept. */
function wrongWithKept(
  { path, inForce, flushedAt }: Asked,
  told: Told,
  moments: readonly Moment[],
): string | undefined {
  if (path !== "cached") return "no side of a moment in force";
  if (!inForce.some(({ caches }) => caches)) return "from a cache that is off";
  if (told.askedAt < flushedAt) return "from before a flush";
  if (!inForce.some((moment) => isServed(moment, told))) return "of a deployment that is not served";
  return moments.some((moment) => isOf(moment, told)) ? undefined : "no side of any moment";
}

/** What is wrong with an answer; undefined when the moments that were in force allow it. `moments`: all so far. */
export function wrongAnswer(asked: Asked, moments: readonly Moment[]): string | undefined {
  const { path, inForce, status, told } = asked;
  const mayPass = path !== "gated" || inForce.some(({ isOpen }) => isOpen);
  const mayBeRefused = path === "limited" || (path === "gated" && inForce.some(({ isOpen }) => !isOpen));
  if (status === 429) return mayBeRefused ? undefined : "throttled without a reason";
  if (status !== 200 || told === undefined) return `status ${status}`;
  if (!mayPass) return "let through";
  return inForce.some((moment) => isOf(moment, told)) ? undefined : wrongWithKept(asked, told, moments);
}

interface GroupedLine extends LoggedLine {
  readonly group: string;
}

/** Every line of the logs. */
export interface LoggedLines {
  /** By the id of its request. */
  readonly access: ReadonlyMap<string, readonly GroupedLine[]>;
  /** Ids of the requests whose execution was logged as done, in the stage's group and in the canary's. */
  readonly executions: readonly string[];
  readonly canaryExecutions: readonly string[];
}

/** Those of a data dir whose server has ended. */
export async function readLines(dataDir: string, executionGroup: string): Promise<LoggedLines> {
  const linesOf = async (group: string): Promise<readonly string[]> => {
    const text = await readFile(join(logFolder(dataDir), logFileName(group)), "utf8");
    return text.split("\n").slice(0, -1);
  };
  const doneIn = async (group: string): Promise<readonly string[]> =>
    (await linesOf(group)).flatMap((line) => /\((.+)\) Successfully completed execution$/.exec(line)?.[1] ?? []);
  const access: GroupedLine[] = [];
  for (const group of groups.flatMap((name) => [name, `${name}/Canary`])) {
    for (const line of await linesOf(group)) access.push({ ...(JSON.parse(line) as LoggedLine), group });
  }
  return {
    access: Map.groupBy(access, ({ id }) => id),
    executions: await doneIn(executionGroup),
    canaryExecutions: await doneIn(`${executionGroup}/Canary`),
  };
}

/** What is wrong with a request's lines: one in the group of its moment, and one in the canary's if it went there. */
export function wrongLines({ id, inForce, status, path, told }: Asked, { access }: LoggedLines): string | undefined {
  const lines = access.get(id);
  if (lines === undefined) return inForce.some(({ group }) => group === undefined) ? undefined : "no line";
  const [{ moment: number, canary: flag }] = lines as readonly [GroupedLine];
  const moment = inForce.find((each) => each.number === number);
  if (moment?.group === undefined) return "by the format of another moment";
  const { group, canary } = moment;
  const mayBe = canary === undefined ? ["-"] : [canary.percent < 100 && "false", canary.percent > 0 && "true"];
  if (!mayBe.includes(flag)) return "of a side that was not served";
  if (path !== "cached" && told !== undefined && (told.canary || "-") !== flag) return "of the other side";
  const expected = (flag === "true" ? [group, `${group}/Canary`] : [group]).map((name) => [name, number, status, flag]);
  const found = lines.map((line) => [line.group, line.moment, line.status, line.canary]);
  return JSON.stringify(found) === JSON.stringify(expected) ? undefined : `logged as ${JSON.stringify(found)}`;
}

/** Ids of the requests whose execution is logged, as their answers tell the moment; those of the canary alone if asked for. */
export function executionsExpected(asked: readonly Asked[], ofCanary: boolean): readonly string[] {
  return asked
    .filter(({ path, told, inForce }) => {
      if (path !== "plain" || told === undefined || (ofCanary && told.canary !== "true")) return false;
      return inForce.find((moment) => isOf(moment, told))?.logsExecutions === true;
    })
    .map(({ id }) => id);
}
