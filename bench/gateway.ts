/** CPU of one proxied request: the gateway beside nginx and two Node proxies, before the same constant backend. */
import { startServer } from "../test/support/server.ts";
import { missing } from "../test/support/tools.ts";
import { type NginxWork, startNginx } from "./peers/nginx.ts";
import { ControlClient, deployApi, portOf, replaces, unthrottled } from "./support/control.ts";
import { cpuMicroseconds } from "./support/cpu.ts";
import { type Started, startPeer } from "./support/process.ts";
import { type Aim, type BenchOptions, median, number, type Part } from "./support/report.ts";
import { type Drive, type Driven, driveWithOwn, driveWithWrk, wrkPresent } from "./support/wrk.ts";

/** Aim: CPU of HTTP_PROXY with throttling, as a multiple of nginx's for the same work. */
const mostTimesNginx = 3;

interface Contender {
  readonly name: string;
  readonly pid: number;
  readonly drive: Omit<Drive, "seconds">;
  /** Run before each of its measurements. */
  readonly ready?: () => Promise<unknown>;
}

interface Score {
  readonly cpu: number[];
  readonly perSecond: number[];
  failed: number;
}

const emptyScore = (): Score => ({ cpu: [], perSecond: [], failed: 0 });

/** The first is what others are measured against: the same limit, and less of the rest. */
const yardstick = "nginx, limit_req";
const nginxes: readonly (readonly [name: string, work: NginxWork])[] = [
  [yardstick, { limit: true }],
  ["nginx, limit_req, ids, forwarded headers", { limit: true, headers: true }],
  ["nginx, plain", {}],
];

/** High enough never to be reached, so that every request passes the bucket and none is refused. */
const highLimits = replaces({ "/*/*/throttling/rateLimit": "1000000", "/*/*/throttling/burstLimit": "1000000" });
/** No setting of the stage's own; it comes after the other, so there is one to remove. */
const noLimits = [{ op: "remove", path: "/*/*" }];

async function stagewright(backendPort: number): Promise<{ contenders: Contender[]; stop: () => Promise<unknown> }> {
  const server = await startServer(unthrottled);
  const client = new ControlClient(portOf(server.control));
  const { stagePath, host } = await deployApi(client, `http://127.0.0.1:${backendPort}/`);
  const contender = (name: string, patchOperations: readonly object[]): Contender => ({
    name,
    pid: server.pid,
    drive: { port: portOf(server.gateway), path: "/prod/", host },
    ready: () => client.call("PATCH", stagePath, { patchOperations }),
  });
  return {
    contenders: [contender("Stagewright, throttling on", highLimits), contender("Stagewright, plain", noLimits)],
    stop: () => {
      client.close();
      return server.stop();
    },
  };
}

const peer = (name: string, { pid, port }: Started): Contender => ({
  name,
  pid,
  drive: { port, path: "/", host: "127.0.0.1" },
});

async function measure(contender: Contender, seconds: number, drive: (order: Drive) => Promise<Driven>, score: Score) {
  await contender.ready?.();
  await drive({ ...contender.drive, seconds: 1 });
  const before = cpuMicroseconds(contender.pid);
  const driven = await drive({ ...contender.drive, seconds });
  score.cpu.push((cpuMicroseconds(contender.pid) - before) / driven.requests);
  score.perSecond.push(driven.perSecond);
  score.failed += driven.failed;
}

/** Everything is measured in turns, round after round, so that a disturbance does not fall on one alone. */
async function measureAll(contenders: readonly Contender[], options: BenchOptions, withWrk: boolean) {
  const scores = new Map(contenders.map(({ name }) => [name, emptyScore()]));
  for (let round = 0; round < (options.quick ? 1 : 3); round++) {
    for (const contender of contenders) {
      const score = scores.get(contender.name);
      if (score !== undefined)
        await measure(contender, options.quick ? 1 : 4, withWrk ? driveWithWrk : driveWithOwn, score);
    }
  }
  return scores;
}

export async function gateway(options: BenchOptions): Promise<Part> {
  const withoutNginx = await missing("nginx", ["-v"]);
  const withWrk = await wrkPresent();
  const stops: (() => Promise<unknown>)[] = [];
  const started = <T extends { stop: () => Promise<unknown> }>(process: T): T => {
    stops.push(process.stop);
    return process;
  };
  try {
    const backend = started(await startPeer("backend"));
    const contenders: Contender[] = [];
    if (withoutNginx === undefined) {
      for (const [name, work] of nginxes) contenders.push(peer(name, started(await startNginx(backend.port, work))));
    }
    contenders.push(...started(await stagewright(backend.port)).contenders);
    const toBackend = String(backend.port);
    contenders.push(peer("Node http + undici dispatch", started(await startPeer("node-undici", toBackend))));
    contenders.push(peer("Node http + pipe", started(await startPeer("node-pipe", toBackend))));
    const scores = await measureAll(contenders, options, withWrk);
    return report(scores, [
      ...(withoutNginx === undefined ? [] : [`nginx: ${withoutNginx}`]),
      ...(withWrk ? [] : ["wrk is not on this machine: the load came from bench/support/load-process.ts"]),
    ]);
  } finally {
    for (const stop of stops.toReversed()) await stop();
  }
}

function report(scores: ReadonlyMap<string, Score>, skipped: readonly string[]): Part {
  const cpuOf = (name: string): number => median(scores.get(name)?.cpu ?? []);
  const nginx = cpuOf(yardstick);
  const times = cpuOf("Stagewright, throttling on") / nginx;
  const failed =
    (scores.get("Stagewright, throttling on")?.failed ?? 0) + (scores.get("Stagewright, plain")?.failed ?? 0);
  const aims: Aim[] = [{ what: "no request of the gateway fails", measured: `${failed} failed`, met: failed === 0 }];
  if (!Number.isNaN(times)) {
    aims.unshift({
      what: `HTTP_PROXY with throttling at most ${number(mostTimesNginx)} × nginx's CPU per request`,
      measured: `${number(times, 2)} ×`,
      met: times <= mostTimesNginx,
    });
  }
  return {
    title: "gateway",
    how:
      "CPU microseconds of the proxying process (user and system, all threads) per request; 64 connections, 58 bytes of " +
      "JSON from a raw-socket backend, median of the rounds, everything in turns. Stagewright forwards headers and makes " +
      "ids in every row; the yardstick is nginx with the limit alone.",
    columns: ["who", "CPU µs/request", "× nginx", "requests/s", "failed"],
    rows: [...scores].map(([name, { perSecond, failed: broken }]) => [
      name,
      number(cpuOf(name)),
      Number.isNaN(nginx) ? "–" : number(cpuOf(name) / nginx, 2),
      number(median(perSecond), 0),
      String(broken),
    ]),
    aims,
    skipped,
  };
}
