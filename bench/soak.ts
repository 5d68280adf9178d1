/** Memory under a load that lasts, with every feature on: it must stay where it is. */
import { setTimeout as delay } from "node:timers/promises";
import { ControlClient, portOf } from "./support/control.ts";
import { residentBytes } from "./support/cpu.ts";
import { heapBytes, inspectable } from "./support/heap.ts";
import { failures, type LoadResult, startLoad } from "./support/load.ts";
import { startPeer, withProcesses } from "./support/process.ts";
import { type BenchOptions, median, number, type Part } from "./support/report.ts";
import { everythingOn, type FeatureGateway, startFeatureGateway } from "./support/stage-features.ts";

const seconds = { whole: 600, quick: 60 };
/** How often memory is looked at, in one run. */
const looks = 20;
const requestsPerSecond = 2_000;
/** Different answers, each of which is cached for a second: half of the requests hit. */
const cacheKeys = 1_000;
/** What the last third may use more than the first third: a collection never leaves quite the same. */
const mostGrowth = 0.05;

interface Look {
  readonly second: number;
  /** Bytes: the heap after a collection, and what the process holds. */
  readonly heap: number;
  readonly resident: number;
}

/** Makes the query parameter `k` a part of the cache's key, and serves that. */
async function keyedByQuery({ server, api }: FeatureGateway): Promise<void> {
  const client = new ControlClient(portOf(server.control));
  try {
    const path = `/restapis/${api.restApiId}`;
    const { rootResourceId } = await client.call("GET", path);
    const method = `${path}/resources/${String(rootResourceId)}/methods/GET`;
    const parameter = "method.request.querystring.k";
    const add = (where: string, value: string) => [{ op: "add", path: `/${where}/${parameter}`, value }];
    await client.call("PATCH", method, { patchOperations: add("requestParameters", "false") });
    await client.call("PATCH", `${method}/integration`, { patchOperations: add("cacheKeyParameters", "") });
    await client.call("POST", `${path}/deployments`, { stageName: "prod" });
  } finally {
    client.close();
  }
}

/** Looks at the memory at even intervals, with a PATCH between two looks. */
async function watch({ server, patch }: FeatureGateway, lasts: number): Promise<Look[]> {
  const found: Look[] = [];
  const begun = performance.now();
  for (let i = 1; i <= looks; i++) {
    await delay(Math.max(0, begun + (i * lasts * 1_000) / looks - performance.now()));
    await patch([{ op: "replace", path: "/variables/look", value: String(i) }]);
    const heap = await heapBytes(server.output());
    found.push({ second: (performance.now() - begun) / 1_000, heap, resident: residentBytes(server.pid) });
  }
  return found;
}

export async function soak({ quick }: BenchOptions): Promise<Part> {
  const lasts = quick ? seconds.quick : seconds.whole;
  return withProcesses(async (started) => {
    const backend = started(await startPeer("backend"));
    const gateway = started(await startFeatureGateway(backend.port, inspectable));
    await keyedByQuery(gateway);
    await gateway.patch(everythingOn);
    const { host } = gateway.api;
    const requests = Array.from({ length: cacheKeys }, (_, k) =>
      Buffer.from(`GET /prod/?k=${k} HTTP/1.1\r\nHost: ${host}\r\n\r\n`),
    );
    const port = portOf(gateway.server.gateway);
    const load = await startLoad({ port, connections: 64, requests, rate: requestsPerSecond });
    const found = await watch(gateway, lasts);
    return report(found, await load.stop());
  });
}

function report(found: readonly Look[], result: LoadResult): Part {
  const third = Math.floor(found.length / 3);
  const heapOf = (some: readonly Look[]): number => median(some.map(({ heap }) => heap));
  const growth = heapOf(found.slice(-third)) / heapOf(found.slice(0, third)) - 1;
  const failed = failures(result);
  return {
    title: "soak",
    how:
      `${number(requestsPerSecond, 0)} requests a second over ${number(cacheKeys, 0)} cache keys that live for a second, with throttling, ` +
      "caching, access log, execution log at INFO, metrics of the method and tracing on, and a PATCH of the stage before " +
      "each look. Heap after a forced collection; resident memory as the system counts it.",
    columns: ["after s", "heap MB", "resident MB"],
    rows: found.map(({ second, heap, resident }) => [
      number(second, 0),
      number(heap / 2 ** 20),
      number(resident / 2 ** 20),
    ]),
    aims: [
      {
        what: `the heap of the last third at most ${number(mostGrowth * 100, 0)} % above that of the first third`,
        measured: `${number(growth * 100)} % after ${number(result.requests, 0)} requests`,
        met: growth <= mostGrowth,
      },
      { what: "no request fails", measured: `${failed} failed`, met: failed === 0 },
    ],
    skipped: [],
  };
}
