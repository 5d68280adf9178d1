/** CPU of one proxied request: the gateway beside nginx and two Node proxies, before the same constant backend. */
import { startServer } from "../test/support/server.ts";
import { missing } from "../test/support/tools.ts";
import { type NginxWork, startNginx } from "./peers/nginx.ts";
import { ControlClient, deployApi, portOf, replaces, unthrottled } from "./support/control.ts";
import { startPeer, withProcesses } from "./support/process.ts";
import { type Aim, type BenchOptions, median, number, type Part } from "./support/report.ts";
import { type Contender, cpuOf, measureInTurns, peer, type Scores, withoutWrk } from "./support/turns.ts";

/** Aim: CPU of HTTP_PROXY with throttling, as a multiple of nginx's for the same work. */
const mostTimesNginx = 3;

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

export async function gateway(options: BenchOptions): Promise<Part> {
  const withoutNginx = await missing("nginx", ["-v"]);
  return withProcesses(async (started) => {
    const backend = started(await startPeer("backend"));
    const contenders: Contender[] = [];
    if (withoutNginx === undefined) {
      for (const [name, work] of nginxes) contenders.push(peer(name, started(await startNginx(backend.port, work))));
    }
    contenders.push(...started(await stagewright(backend.port)).contenders);
    const toBackend = String(backend.port);
    contenders.push(peer("Node http + undici dispatch", started(await startPeer("node-undici", toBackend))));
    contenders.push(peer("Node http + pipe", started(await startPeer("node-pipe", toBackend))));
    const scores = await measureInTurns(contenders, options, 3);
    return report(scores, [...(withoutNginx === undefined ? [] : [`nginx: ${withoutNginx}`]), ...(await withoutWrk())]);
  });
}

function report(scores: Scores, skipped: readonly string[]): Part {
  const nginx = cpuOf(scores, yardstick);
  const times = cpuOf(scores, "Stagewright, throttling on") / nginx;
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
      number(cpuOf(scores, name)),
      Number.isNaN(nginx) ? "–" : number(cpuOf(scores, name) / nginx, 2),
      number(median(perSecond), 0),
      String(broken),
    ]),
    aims,
    skipped,
  };
}
