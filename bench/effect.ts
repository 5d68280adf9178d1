/** From a PATCH's reply to its effect in traffic, in quiet and under load, and what load notices of it: nothing. */
import { type RunningServer, startServer } from "../test/support/server.ts";
import { type Api, ControlClient, deployApi, portOf } from "./support/control.ts";
import { Connection } from "./support/connection.ts";
import { failures, startLoad } from "./support/load.ts";
import { startPeer } from "./support/process.ts";
import { type BenchOptions, number, type Part, quantile } from "./support/report.ts";

const mostMilliseconds = 5;
const patchesUnderLoad = 1_000;
/** Requests a second of the load beside the PATCHes, and its connections. */
const loadRate = 1_000;
const loadConnections = 16;
/** A PATCH whose effect is not seen within so many requests counts as never seen. */
const mostProbes = 1_000;

interface Effects {
  /** Milliseconds from the PATCH's reply to the first answer that shows it. */
  readonly milliseconds: readonly number[];
  /** Requests sent after the reply that still showed the stage of before. */
  readonly stale: number;
}

const getRequest = (host: string): Buffer => Buffer.from(`GET /prod/ HTTP/1.1\r\nHost: ${host}\r\n\r\n`);

/** PATCHes the variable in the integration's URI again and again, and asks after each until the answer shows it. */
async function measureEffects(server: RunningServer, api: Api, patches: number, prefix: string): Promise<Effects> {
  const control = new ControlClient(portOf(server.control));
  const traffic = new Connection(portOf(server.gateway));
  const request = getRequest(api.host);
  const milliseconds: number[] = [];
  let stale = 0;
  for (let i = 0; i < patches; i++) {
    const release = `${prefix}-${i}`;
    await control.patchStage(api, { "/variables/release": release });
    const replied = performance.now();
    let probes = 0;
    while (!(await traffic.exchange(request)).body.includes(`/${release}"`)) {
      if (++probes === mostProbes) throw new Error(`${release} was never seen in traffic`);
    }
    milliseconds.push(performance.now() - replied);
    stale += probes;
  }
  control.close();
  traffic.close();
  return { milliseconds, stale };
}

export async function effect({ quick }: BenchOptions): Promise<Part> {
  const backend = await startPeer("backend", "echo");
  const server = await startServer();
  try {
    const setUp = new ControlClient(portOf(server.control));
    const api = await deployApi(setUp, `http://127.0.0.1:${backend.port}/\${stageVariables.release}`);
    await setUp.patchStage(api, { "/variables/release": "first" });
    setUp.close();
    const quiet = await measureEffects(server, api, quick ? 100 : 500, "quiet");
    const load = await startLoad({
      port: portOf(server.gateway),
      connections: loadConnections,
      requests: [getRequest(api.host)],
      rate: loadRate,
    });
    const loaded = await measureEffects(server, api, quick ? 200 : patchesUnderLoad, "loaded");
    const traffic = await load.stop();
    return report(quiet, loaded, traffic.requests, failures(traffic));
  } finally {
    await server.stop();
    await backend.stop();
  }
}

function report(quiet: Effects, loaded: Effects, requests: number, failed: number): Part {
  const p99 = Math.max(quantile(quiet.milliseconds, 0.99), quantile(loaded.milliseconds, 0.99));
  const row = (name: string, { milliseconds, stale }: Effects): readonly string[] => [
    name,
    String(milliseconds.length),
    number(quantile(milliseconds, 0.5), 2),
    number(quantile(milliseconds, 0.99), 2),
    number(Math.max(...milliseconds), 2),
    String(stale),
  ];
  return {
    title: "effect",
    how:
      "Milliseconds from the reply of a PATCH of a stage variable to the first answer of an HTTP_PROXY that shows it, the " +
      `answer's own round trip included; alone, and beside ${number(loadRate, 0)} requests a second on ${loadConnections} connections. ` +
      "Stale: requests sent after the reply that still ran on the stage of before.",
    columns: ["traffic", "PATCHes", "p50 ms", "p99 ms", "worst ms", "stale"],
    rows: [row("quiet", quiet), row("under load", loaded)],
    aims: [
      {
        what: `effect within ${mostMilliseconds} ms at p99`,
        measured: `${number(p99, 2)} ms`,
        met: p99 <= mostMilliseconds,
      },
      {
        what: `not one failed request during ${number(loaded.milliseconds.length, 0)} PATCHes under load`,
        measured: `${failed} of ${number(requests, 0)} failed`,
        met: failed === 0,
      },
    ],
    skipped: [],
  };
}
