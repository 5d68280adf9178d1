/** What each feature costs a request: CPU with it on, beside the same gateway with everything off. */
import { startServer } from "../test/support/server.ts";
import { missing } from "../test/support/tools.ts";
import { type NginxWork, startNginx } from "./peers/nginx.ts";
import { ControlClient, deployApi, portOf, replaces, unthrottled } from "./support/control.ts";
import { startPeer, withProcesses } from "./support/process.ts";
import { type Aim, type BenchOptions, median, number, type Part } from "./support/report.ts";
import { type Contender, cpuOf, measureInTurns, peer, type Scores, withoutWrk } from "./support/turns.ts";

/** A setting of the stage, on and off. */
interface Feature {
  readonly name: string;
  readonly on: readonly object[];
  readonly off: readonly object[];
  /** Microseconds that it may add. */
  readonly aim?: number;
}

const setting = (name: string): string => `/*/*/${name}`;
/** Removes the setting of every method. */
const noSetting = [{ op: "remove", path: "/*/*" }];

/** High enough never to be reached, so that every request takes a token and none is refused. */
const throttling = replaces({
  [setting("throttling/rateLimit")]: "1000000",
  [setting("throttling/burstLimit")]: "1000000",
});

const cluster = replaces({ "/cacheClusterEnabled": "true" });
const noCluster = replaces({ "/cacheClusterEnabled": "false" });
const caching = replaces({ [setting("caching/enabled")]: "true", [setting("caching/ttlInSeconds")]: "3600" });
const encryption = replaces({ [setting("caching/dataEncrypted")]: "true" });

const format =
  '{"requestId":"$context.requestId","ip":"$context.identity.sourceIp","requestTime":"$context.requestTime",' +
  '"httpMethod":"$context.httpMethod","path":"$context.path","status":"$context.status",' +
  '"protocol":"$context.protocol","responseLength":"$context.responseLength",' +
  '"responseLatency":"$context.responseLatency"}';
const accessLog = replaces({
  "/accessLogSettings/destinationArn": "arn:aws:logs:us-east-1:000000000000:log-group:bench",
  "/accessLogSettings/format": format,
});
const noAccessLog = [{ op: "remove", path: "/accessLogSettings" }];

const errorLog = replaces({ [setting("logging/loglevel")]: "ERROR" });
const infoLog = replaces({ [setting("logging/loglevel")]: "INFO" });
const dataTrace = replaces({ [setting("logging/dataTrace")]: "true" });

const metrics = replaces({ [setting("metrics/enabled")]: "true" });
const tracing = replaces({ "/tracingEnabled": "true" });
const noTracing = replaces({ "/tracingEnabled": "false" });

const nothing = "everything off";
const cachedHit = "cache hit, with throttling and access log";
const nginxHit = "nginx: proxy_cache, limit_req, JSON access_log";
const nginxHitWork: NginxWork = { limit: true, accessLog: true, cache: true };
/** Aim: CPU of the two rows above, as a multiple of nginx's. */
const mostTimesNginx = 1.6;

/** One row each; a feature is a few lines here. */
const table: readonly Feature[] = [
  { name: nothing, on: [], off: [] },
  { name: "throttling", on: throttling, off: noSetting, aim: 0.5 },
  { name: "access log, JSON", on: accessLog, off: noAccessLog, aim: 2 },
  { name: "execution log at ERROR, nothing fails", on: errorLog, off: noSetting },
  { name: "execution log at INFO", on: infoLog, off: noSetting },
  { name: "execution log at INFO, data trace", on: [...infoLog, ...dataTrace], off: noSetting },
  { name: "metrics of each method (a stage's are always on)", on: metrics, off: noSetting },
  { name: "tracing, 5 of 100 requests to a file", on: tracing, off: noTracing },
  { name: "cache hit", on: [...cluster, ...caching], off: [...noSetting, ...noCluster] },
  { name: "cache hit, encrypted", on: [...cluster, ...caching, ...encryption], off: [...noSetting, ...noCluster] },
  {
    name: cachedHit,
    on: [...cluster, ...caching, ...throttling, ...accessLog],
    off: [...noSetting, ...noCluster, ...noAccessLog],
  },
];

async function stagewright(backendPort: number): Promise<{ contenders: Contender[]; stop: () => Promise<unknown> }> {
  const server = await startServer([...unthrottled, "--cache-cluster-duration", "0"]);
  const client = new ControlClient(portOf(server.control));
  const role = { "/cloudwatchRoleArn": "arn:aws:iam::000000000000:role/logs" };
  await client.call("PATCH", "/account", { patchOperations: replaces(role) });
  const { stagePath, host } = await deployApi(client, `http://127.0.0.1:${backendPort}/`);
  const patch = (patchOperations: readonly object[]): Promise<unknown> =>
    client.call("PATCH", stagePath, { patchOperations });
  const contenders = table.map(({ name, on, off }): Contender => ({
    name,
    pid: server.pid,
    drive: { port: portOf(server.gateway), path: "/prod/", host },
    ready: () => patch(on),
    done: () => patch(off),
  }));
  return {
    contenders,
    stop: () => {
      client.close();
      return server.stop();
    },
  };
}

export async function features(options: BenchOptions): Promise<Part> {
  const withoutNginx = await missing("nginx", ["-v"]);
  return withProcesses(async (started) => {
    const backend = started(await startPeer("backend"));
    const { contenders } = started(await stagewright(backend.port));
    const nginx =
      withoutNginx === undefined ? [peer(nginxHit, started(await startNginx(backend.port, nginxHitWork)))] : [];
    const scores = await measureInTurns([...contenders, ...nginx], options, 5);
    const skipped = withoutNginx === undefined ? [] : [`nginx: ${withoutNginx}`];
    return report(scores, [...skipped, ...(await withoutWrk())]);
  });
}

function report(scores: Scores, skipped: readonly string[]): Part {
  const added = (name: string): number => cpuOf(scores, name) - cpuOf(scores, nothing);
  const aims = table.flatMap(({ name, aim }): Aim[] =>
    aim === undefined
      ? []
      : [
          {
            what: `${name} adds at most ${number(aim)} µs`,
            measured: `${number(added(name), 2)} µs`,
            met: added(name) <= aim,
          },
        ],
  );
  const times = cpuOf(scores, cachedHit) / cpuOf(scores, nginxHit);
  if (!Number.isNaN(times)) {
    const what = `${cachedHit}: at most ${number(mostTimesNginx)} × nginx's CPU for the same`;
    aims.push({ what, measured: `${number(times, 2)} ×`, met: times <= mostTimesNginx });
  }
  const failed = [...scores.values()].reduce((sum, score) => sum + score.failed, 0);
  aims.push({ what: "no request fails", measured: `${failed} failed`, met: failed === 0 });
  return {
    title: "features",
    how:
      "CPU microseconds of the serving process (user and system, all threads) per request, each feature by itself beside " +
      "the same gateway with everything off; 64 connections, a backend as in `gateway`, median of the rounds, in turns. " +
      "Logs go to the embedded files. Of nginx, one row: the same work for a cached answer.",
    columns: ["what is on", "CPU µs/request", "added", "requests/s"],
    rows: [...scores].map(([name, { perSecond }]) => [
      name,
      number(cpuOf(scores, name), 2),
      name === nothing || name === nginxHit ? "–" : number(added(name), 2),
      number(median(perSecond), 0),
    ]),
    aims,
    skipped,
  };
}
