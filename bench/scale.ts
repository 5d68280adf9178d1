/** Many stages in one process: memory, start-up, and what a request costs then. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunningServer, startServer } from "../test/support/server.ts";
import { type Api, ControlClient, deployApi, portOf, unthrottled } from "./support/control.ts";
import { cpuMicroseconds, residentBytes } from "./support/cpu.ts";
import { heapBytes, inspectable } from "./support/heap.ts";
import { failures, load } from "./support/load.ts";
import { type BenchOptions, number, type Part } from "./support/report.ts";

const mostBytesAStage = 20 * 1_024;
/** The service's quota, and so the shape of what is measured. */
const stagesPerApi = 10;
const builders = 16;

interface Measured {
  readonly stages: number;
  readonly startedIn: number;
  /** Bytes, before any traffic and after traffic to every stage. */
  readonly resident: number;
  readonly heap: number;
  readonly usedHeap: number;
  readonly cpu: number;
  readonly failed: number;
}

/** Adds a RestApi with ten stages, all on one deployment of its own. */
async function buildApi(client: ControlClient): Promise<Api> {
  const api = await deployApi(client);
  for (let i = 1; i < stagesPerApi; i++) {
    await client.call("POST", `/restapis/${api.restApiId}/stages`, {
      stageName: `stage${i}`,
      deploymentId: api.deploymentId,
      variables: { release: `r${i}` },
    });
  }
  return api;
}

async function build(server: RunningServer, apis: number): Promise<Api[]> {
  const built: Api[] = [];
  let next = 0;
  const builder = async (): Promise<void> => {
    const client = new ControlClient(portOf(server.control));
    while (next++ < apis) built.push(await buildApi(client));
    client.close();
  };
  await Promise.all(Array.from({ length: builders }, builder));
  return built;
}

/** One request a stage, to all of them in turn: nothing of it can stay in a cache for one. */
const requestsTo = (apis: readonly Api[]): Buffer[] =>
  Array.from({ length: stagesPerApi }, (_, i) => (i === 0 ? "prod" : `stage${i}`)).flatMap((stage) =>
    apis.map(({ host }) => Buffer.from(`GET /${stage}/ HTTP/1.1\r\nHost: ${host}\r\n\r\n`)),
  );

async function measure(dataDir: string, apis: readonly Api[], count: number): Promise<Measured> {
  const server = await startServer(unthrottled, { dataDir, env: inspectable });
  try {
    // The first collection also lets go of what start-up alone needed.
    const heap = await heapBytes(server.output());
    const resident = residentBytes(server.pid);
    const order = { port: portOf(server.gateway), connections: 16, requests: requestsTo(apis) };
    await load({ ...order, count: count / 2 });
    const before = cpuMicroseconds(server.pid);
    const result = await load({ ...order, count });
    const cpu = (cpuMicroseconds(server.pid) - before) / result.requests;
    const usedHeap = await heapBytes(server.output());
    const { startedIn } = server;
    return { stages: apis.length * stagesPerApi, startedIn, resident, heap, usedHeap, cpu, failed: failures(result) };
  } finally {
    await server.stop();
  }
}

export async function scale({ quick }: BenchOptions): Promise<Part> {
  const dataDir = await mkdtemp(join(tmpdir(), "stagewright-scale-"));
  try {
    const measured: Measured[] = [];
    const apis: Api[] = [];
    for (const stages of quick ? [10, 1_000] : [10, 1_000, 10_000]) {
      const server = await startServer([], { dataDir });
      try {
        apis.push(...(await build(server, stages / stagesPerApi - apis.length)));
      } finally {
        await server.stop();
      }
      measured.push(await measure(dataDir, apis, quick ? 5_000 : 20_000));
    }
    return report(measured);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

function report(measured: readonly Measured[]): Part {
  const first = measured[0];
  const last = measured.at(-1);
  if (first === undefined || last === undefined) throw new Error("nothing was measured");
  const perStage = (of: "resident" | "heap" | "usedHeap", { stages, ...row }: Measured): number =>
    (row[of] - first[of]) / (stages - first.stages);
  const worst = Math.max(perStage("resident", last), perStage("usedHeap", last));
  return {
    title: "scale",
    how:
      `A process started over its data dir, ${stagesPerApi} stages an API, a deployment of its own an API. Memory after a forced ` +
      "collection: resident and heap before any traffic, used heap after requests to every stage in turn (MOCK), when all " +
      "of them are compiled. A stage's share is the difference to the first row.",
    columns: [
      "stages",
      "start-up ms",
      "resident MB",
      "heap MB",
      "resident KB/stage",
      "heap KB/stage",
      "used heap KB/stage",
      "CPU µs/request",
      "failed",
    ],
    rows: measured.map((row) => [
      number(row.stages, 0),
      number(row.startedIn, 0),
      number(row.resident / 2 ** 20),
      number(row.heap / 2 ** 20),
      ...(["resident", "heap", "usedHeap"] as const).map((of) =>
        row === first ? "–" : number(perStage(of, row) / 1_024),
      ),
      number(row.cpu),
      String(row.failed),
    ]),
    aims: [
      {
        what: `at most ${mostBytesAStage / 1_024} KB a stage`,
        measured: `${number(worst / 1_024)} KB at ${number(last.stages, 0)} stages`,
        met: worst <= mostBytesAStage,
      },
    ],
    skipped: [],
  };
}
