/** What each feature costs a request: CPU with it on, beside the same gateway with everything off. */
import { missing } from "../test/support/tools.ts";
import { type NginxWork, startNginx } from "./peers/nginx.ts";
import { startPeer, withProcesses } from "./support/process.ts";
import { type Aim, type BenchOptions, median, number, type Part } from "./support/report.ts";
import { cachedHit, everythingOff, features as table, startFeatureGateway } from "./support/stage-features.ts";
import { cpuOf, measureInTurns, peer, type Scores, withoutWrk } from "./support/turns.ts";

const nginxHit = "nginx: proxy_cache, limit_req, JSON access_log";
const nginxHitWork: NginxWork = { limit: true, accessLog: true, cache: true };
/** Aim: CPU of a cache hit with throttling and access log, as a multiple of nginx's for the same. */
const mostTimesNginx = 1.6;

export async function features(options: BenchOptions): Promise<Part> {
  const withoutNginx = await missing("nginx", ["-v"]);
  return withProcesses(async (started) => {
    const backend = started(await startPeer("backend"));
    const { contender } = started(await startFeatureGateway(backend.port));
    const nginx =
      withoutNginx === undefined ? [peer(nginxHit, started(await startNginx(backend.port, nginxHitWork)))] : [];
    const scores = await measureInTurns([...table.map(contender), ...nginx], options, 5);
    const skipped = withoutNginx === undefined ? [] : [`nginx: ${withoutNginx}`];
    return report(scores, [...skipped, ...(await withoutWrk())]);
  });
}

function report(scores: Scores, skipped: readonly string[]): Part {
  const added = (name: string): number => cpuOf(scores, name) - cpuOf(scores, everythingOff.name);
  const aims: Aim[] = [];
  const times = cpuOf(scores, cachedHit.name) / cpuOf(scores, nginxHit);
  if (!Number.isNaN(times)) {
    const what = `${cachedHit.name}: at most ${number(mostTimesNginx)} × nginx's CPU for the same`;
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
      name === everythingOff.name || name === nginxHit ? "–" : number(added(name), 2),
      number(median(perSecond), 0),
    ]),
    aims,
    skipped,
  };
}
