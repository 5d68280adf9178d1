/** From a PATCH's reply to its effect in traffic, in quiet and under load, and whether the load notices it. */
import { type RunningServer, startServer } from "../test/support/server.ts";
import { type Api, ControlClient, deployApi, portOf, unthrottled } from "./support/control.ts";
import { Connection } from "./support/connection.ts";
import { failures, type LoadOrder, startLoad } from "./support/load.ts";
import { startPeer } from "./support/process.ts";
import { type BenchOptions, number, type Part, quantile } from "./support/report.ts";

const mostMilliseconds = 5;
const warmUp = 100;
const patchesUnderLoad = 1_000;
/** Requests a second of the steady load; the full load has no such bound. */
const steadyRate = 1_000;
const steadyConnections = 16;
const fullConnections = 64;
/** A PATCH whose effect is not seen within so many requests counts as never seen. */
const mostProbes = 1_000;

interface Effects {
  readonly traffic: string;
  /** Milliseconds from the PATCH's reply to the first answer that shows it. */
  readonly milliseconds: readonly number[];
  /** Milliseconds of the same request right after it, when nothing has changed: what a round trip takes anyway. */
  readonly roundTrips: readonly number[];
  /** Requests sent after the reply that still showed the stage of before. */
  readonly stale: number;
}

interface Loaded extends Effects {
  /** Of the load beside the PATCHes. */
  readonly requests: number;
  readonly failed: number;
}

const getRequest = (host: string): Buffer => Buffer.from(`GET /prod/ HTTP/1.1\r\nHost: ${host}\r\n\r\n`);

/** PATCHes the variable in the integration's URI again and again, and asks after each until the answer shows it. */
async function measureEffects(server: RunningServer, api: Api, patches: number, traffic: string): Promise<Effects> {
  const control = new ControlClient(portOf(server.control));
  const client = new Connection(portOf(server.gateway));
  const request = getRequest(api.host);
  const milliseconds: number[] = [];
  const roundTrips: number[] = [];
  let stale = 0;
  for (let i = 0; i < patches; i++) {
    const release = `${traffic}-${i}`;
    await control.patchStage(api, { "/variables/release": release });
    const replied = performance.now();
    let probes = 0;
    while (!(await client.exchange(request)).body.includes(`/${release}"`)) {
      if (++probes === mostProbes) throw new Error(`${release} was never seen in traffic`);
    }
    milliseconds.push(performance.now() - replied);
    stale += probes;
    const again = performance.now();
    await client.exchange(request);
    roundTrips.push(performance.now() - again);
  }
  control.close();
  client.close();
  return { traffic, milliseconds, roundTrips, stale };
}

async function measureUnderLoad(
  server: RunningServer,
  api: Api,
  patches: number,
  traffic: string,
  bounds: Pick<LoadOrder, "connections" | "rate">,
): Promise<Loaded> {
  const load = await startLoad({ port: portOf(server.gateway), requests: [getRequest(api.host)], ...bounds });
  const effects = await measureEffects(server, api, patches, traffic);
  const result = await load.stop();
  return { ...effects, requests: result.requests, failed: failures(result) };
}

export async function effect({ quick }: BenchOptions): Promise<Part> {
  const backend = await startPeer("backend", "echo");
  const server = await startServer(unthrottled);
  try {
    const setUp = new ControlClient(portOf(server.control));
    const api = await deployApi(setUp, `http://127.0.0.1:${backend.port}/\${stageVariables.release}`);
    await setUp.patchStage(api, { "/variables/release": "first" });
    setUp.close();
    await measureEffects(server, api, warmUp, "warm");
    const patches = quick ? 200 : patchesUnderLoad;
    const quiet = await measureEffects(server, api, patches / 2, "quiet");
    const steady = await measureUnderLoad(server, api, patches, "steady", {
      connections: steadyConnections,
      rate: steadyRate,
    });
    const full = await measureUnderLoad(server, api, patches, "full", { connections: fullConnections });
    return report(quiet, steady, full);
  } finally {
    await server.stop();
    await backend.stop();
  }
}

const row = ({ traffic, milliseconds, roundTrips, stale, ...load }: Effects | Loaded): readonly string[] => [
  traffic,
  number(milliseconds.length, 0),
  number(quantile(milliseconds, 0.5), 2),
  number(quantile(milliseconds, 0.99), 2),
  number(Math.max(...milliseconds), 2),
  number(quantile(roundTrips, 0.5), 2),
  number(quantile(roundTrips, 0.99), 2),
  String(stale),
  "requests" in load ? number(load.requests, 0) : "–",
  "failed" in load ? String(load.failed) : "–",
];

function report(quiet: Effects, steady: Loaded, full: Loaded): Part {
  const p99 = Math.max(quantile(quiet.milliseconds, 0.99), quantile(steady.milliseconds, 0.99));
  const failed = steady.failed + full.failed;
  return {
    title: "effect",
    how:
      "Milliseconds from the reply of a PATCH of a stage variable to the first answer of an HTTP_PROXY that shows it, the " +
      `answer's own round trip included: in quiet; beside a steady load of ${number(steadyRate, 0)} requests a second on ` +
      `${steadyConnections} connections; and beside a full load, ${fullConnections} connections as fast as they are answered, where it is ` +
      "mostly the time in the queue. Trip: the same request once more, when nothing has changed. Stale: requests sent after the reply that still ran on the stage of before.",
    columns: [
      "traffic",
      "PATCHes",
      "p50 ms",
      "p99 ms",
      "worst ms",
      "trip p50",
      "trip p99",
      "stale",
      "load requests",
      "failed",
    ],
    rows: [row(quiet), row(steady), row(full)],
    aims: [
      {
        what: `effect within ${mostMilliseconds} ms at p99, in quiet and under the steady load`,
        measured: `${number(p99, 2)} ms`,
        met: p99 <= mostMilliseconds,
      },
      {
        what: `not one failed request during ${number(full.milliseconds.length, 0)} PATCHes under each load`,
        measured: `${failed} of ${number(steady.requests + full.requests, 0)} failed`,
        met: failed === 0,
      },
    ],
    skipped: [],
  };
}
