/** UpdateStage over HTTP, durable when it is answered, beside moto's server: the same signed requests, the same load. */
import { startServer } from "../test/support/server.ts";
import { missing } from "../test/support/tools.ts";
import { type Api, ControlClient, deployApi, portOf, replaces, signedRequest } from "./support/control.ts";
import { cpuMicroseconds } from "./support/cpu.ts";
import { diskText } from "./support/disk.ts";
import { failures, load, type LoadResult } from "./support/load.ts";
import { freePort, type Started, startListening } from "./support/process.ts";
import { type BenchOptions, number, type Part } from "./support/report.ts";

const leastTimesMoto = 20;
const connectionCounts = [1, 4, 32] as const;

interface Target {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
  /** Requests at 1, 4 and 32 connections. */
  readonly counts: readonly [number, number, number];
  stop(): Promise<unknown>;
}

interface Row {
  readonly target: string;
  readonly connections: number;
  readonly cpu: number;
  readonly result: LoadResult;
}

/** A change that no other request of the run makes. */
const patch = (i: number) => ({
  patchOperations: replaces({ "/variables/release": `r-${i}`, "/description": `${i}` }),
});

/** Signed beforehand, each with a body of its own. */
function requests(port: number, { stagePath: path }: Api, count: number): Promise<Buffer[]> {
  return Promise.all(
    Array.from({ length: count }, (_, i) => signedRequest(port, { method: "PATCH", path, body: patch(i) })),
  );
}

async function measure(target: Target, api: Api): Promise<Row[]> {
  const rows: Row[] = [];
  const warmUp = Math.min(500, target.counts[0]);
  await load({ port: target.port, connections: 4, requests: await requests(target.port, api, warmUp), count: warmUp });
  for (const [i, connections] of connectionCounts.entries()) {
    const count = target.counts[i] ?? 0;
    const signed = await requests(target.port, api, count);
    const before = cpuMicroseconds(target.pid);
    const result = await load({ port: target.port, connections, requests: signed, count });
    const cpu = (cpuMicroseconds(target.pid) - before) / result.requests;
    rows.push({ target: target.name, connections, cpu, result });
  }
  return rows;
}

async function measureTarget(target: Target): Promise<Row[]> {
  try {
    const client = new ControlClient(target.port);
    const api = await deployApi(client);
    client.close();
    return await measure(target, api);
  } finally {
    await target.stop();
  }
}

async function stagewright({ quick }: BenchOptions): Promise<Target> {
  const server = await startServer();
  return {
    name: "Stagewright",
    port: portOf(server.control),
    pid: server.pid,
    counts: quick ? [500, 1_000, 4_000] : [3_000, 8_000, 30_000],
    stop: () => server.stop(),
  };
}

async function moto({ quick }: BenchOptions): Promise<Target> {
  const port = await freePort();
  const server: Started = await startListening("moto_server", ["-H", "127.0.0.1", "-p", String(port)], port);
  return {
    name: "moto's server",
    port,
    pid: server.pid,
    counts: quick ? [200, 200, 300] : [1_000, 1_500, 2_000],
    stop: () => server.stop(),
  };
}

export async function updateStage(options: BenchOptions): Promise<Part> {
  const withoutMoto = await missing("moto_server", ["--help"]);
  const ours = await measureTarget(await stagewright(options));
  const theirs = withoutMoto === undefined ? await measureTarget(await moto(options)) : [];
  return report(ours, theirs, withoutMoto === undefined ? [] : [`moto's server: ${withoutMoto}`]);
}

function report(ours: readonly Row[], theirs: readonly Row[], skipped: readonly string[]): Part {
  const rate = (rows: readonly Row[], connections: number): number => {
    const found = rows.find((row) => row.connections === connections);
    return found === undefined ? Number.NaN : found.result.requests / found.result.seconds;
  };
  const times = rate(ours, 32) / rate(theirs, 32);
  return {
    title: "update-stage",
    how:
      "PATCH of a stage variable and the description with real signatures, made before the clock starts; each answer " +
      "means that the change is on disk. Raw keep-alive sockets from a process of its own; milliseconds are a request's. " +
      diskText(),
    columns: ["who", "connections", "requests/s", "CPU µs/request", "p50 ms", "p99 ms", "× moto", "failed"],
    rows: [...ours, ...theirs].map(({ target, connections, cpu, result }) => [
      target,
      String(connections),
      number(result.requests / result.seconds, 0),
      number(cpu, 0),
      number(result.p50, 2),
      number(result.p99, 2),
      theirs.length === 0 ? "–" : number(result.requests / result.seconds / rate(theirs, connections)),
      String(failures(result)),
    ]),
    aims: Number.isNaN(times)
      ? []
      : [
          {
            what: `durable UpdateStage at least ${leastTimesMoto} × moto's rate at 32 connections`,
            measured: `${number(times)} ×`,
            met: times >= leastTimesMoto,
          },
        ],
    skipped,
  };
}
