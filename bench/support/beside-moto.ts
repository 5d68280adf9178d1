/** Calls of the management API beside moto's server: the same signed requests, the same load, one after the other. */
import { freePort } from "../../test/support/free-port.ts";
import { startServer } from "../../test/support/server.ts";
import { missing } from "../../test/support/tools.ts";
import { type Call, ControlClient, portOf, signedRequest } from "./control.ts";
import { cpuMicroseconds } from "./cpu.ts";
import { failures, load, type LoadResult } from "./load.ts";
import { type Started, startListening, withProcesses } from "./process.ts";
import { type Aim, type BenchOptions, number } from "./report.ts";

/** A load at one number of connections, and how many requests of it each of the two gets. */
export interface Round {
  readonly connections: number;
  readonly ours: number;
  readonly motos: number;
}

export interface Workload {
  readonly name: string;
  readonly rounds: readonly Round[];
  /** Makes what the calls are about; returns the call of a number, each of which is made once. */
  readonly prepare: (client: ControlClient) => Promise<(i: number) => Call>;
}

export interface Row {
  readonly who: typeof ours | typeof motos;
  readonly workload: string;
  readonly connections: number;
  /** Microseconds a request. */
  readonly cpu: number;
  readonly failed: number;
  readonly result: LoadResult;
}

const ours = "Stagewright";
const motos = "moto's server";
/** Of a quick run there is a tenth. */
const quickly = 10;
const warmUps = 200;

interface Target {
  readonly who: Row["who"];
  readonly port: number;
  readonly pid: number;
}

async function measure({ who, port, pid }: Target, workload: Workload, quick: boolean): Promise<Row[]> {
  const client = new ControlClient(port);
  const callOf = await workload.prepare(client);
  client.close();
  let next = 0;
  const signed = (count: number): Promise<Buffer[]> =>
    Promise.all(Array.from({ length: count }, () => signedRequest(port, callOf(next++))));
  const rows: Row[] = [];
  for (const round of workload.rounds) {
    const { connections } = round;
    const whole = who === ours ? round.ours : round.motos;
    const count = Math.ceil(whole / (quick ? quickly : 1));
    const warmUp = Math.min(warmUps, count);
    await load({ port, connections, requests: await signed(warmUp), count: warmUp });
    const requests = await signed(count);
    const before = cpuMicroseconds(pid);
    const result = await load({ port, connections, requests, count });
    const cpu = (cpuMicroseconds(pid) - before) / result.requests;
    rows.push({ who, workload: workload.name, connections, cpu, failed: failures(result), result });
  }
  return rows;
}

async function startMoto(): Promise<Started> {
  const port = await freePort();
  return startListening("moto_server", ["-H", "127.0.0.1", "-p", String(port)], port);
}

/** Measures each workload with both; `skipped` says why moto's server was not, where it was not. */
export async function measureBesideMoto(
  workloads: readonly Workload[],
  { quick }: BenchOptions,
): Promise<{ rows: readonly Row[]; skipped: readonly string[] }> {
  const withoutMoto = await missing("moto_server", ["--help"]);
  const rows: Row[] = [];
  await withProcesses(async (started) => {
    const server = started(await startServer());
    const target: Target = { who: ours, port: portOf(server.control), pid: server.pid };
    for (const workload of workloads) rows.push(...(await measure(target, workload, quick)));
  });
  if (withoutMoto !== undefined) return { rows, skipped: [`${motos}: ${withoutMoto}`] };
  await withProcesses(async (started) => {
    const target: Target = { who: motos, ...started(await startMoto()) };
    for (const workload of workloads) rows.push(...(await measure(target, workload, quick)));
  });
  return { rows, skipped: [] };
}

const rateOf = ({ result }: Row): number => result.requests / result.seconds;

/** Our rate as a multiple of moto's; not a number where that was not measured. */
function timesMoto(rows: readonly Row[], workload: string, connections: number): number {
  const rate = (who: Row["who"]): number => {
    const found = rows.find((row) => row.who === who && row.workload === workload && row.connections === connections);
    return found === undefined ? Number.NaN : rateOf(found);
  };
  return rate(ours) / rate(motos);
}

const leastTimesMoto = 20;

/** The aim for a workload; none where moto's server was not measured. */
export function besideMotoAims(rows: readonly Row[], workload: string, connections: number): readonly Aim[] {
  const times = timesMoto(rows, workload, connections);
  if (Number.isNaN(times)) return [];
  const what = `${workload} at least ${leastTimesMoto} × moto's rate at ${connections} connections`;
  return [{ what, measured: `${number(times)} ×`, met: times >= leastTimesMoto }];
}

export const besideMotoColumns = [
  "who",
  "call",
  "connections",
  "requests/s",
  "CPU µs/request",
  "p50 ms",
  "p99 ms",
  "× moto",
  "failed",
] as const;

export function besideMotoRows(rows: readonly Row[]): readonly (readonly string[])[] {
  return rows.map((row) => {
    const times = row.who === ours ? timesMoto(rows, row.workload, row.connections) : 1;
    return [
      row.who,
      row.workload,
      String(row.connections),
      number(rateOf(row), 0),
      number(row.cpu, 0),
      number(row.result.p50, 2),
      number(row.result.p99, 2),
      Number.isNaN(times) ? "–" : number(times),
      String(row.failed),
    ];
  });
}
