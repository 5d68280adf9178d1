/** Features of a stage as patches that turn them on and off, and a gateway to measure them on. */
import { metricsPath } from "../../src/control/probes.ts";
import { startServer } from "../../test/support/server.ts";
import { type Api, ControlClient, deployApi, portOf, replaces, unthrottled } from "./control.ts";
import type { Contender } from "./turns.ts";
import type { Drive } from "./wrk.ts";

/** A setting of the stage, on and off. */
export interface Feature {
  readonly name: string;
  readonly on: readonly object[];
  readonly off: readonly object[];
}

/** The path of a setting, of every method or of another one than the benches call. */
const everyMethod = (name: string): string => `/*/*/${name}`;
const otherMethod = (name: string): string => `/other/GET/${name}`;
/** Removes the setting of every method. */
const noSetting = [{ op: "remove", path: "/*/*" }];
const noOtherSetting = [{ op: "remove", path: "/other/GET" }];

type PathOf = typeof everyMethod;

/** High enough never to be reached, so that every request takes a token and none is refused. */
const throttlingOf = (path: PathOf) =>
  replaces({ [path("throttling/rateLimit")]: "1000000", [path("throttling/burstLimit")]: "1000000" });
const cachingOf = (path: PathOf) =>
  replaces({ [path("caching/enabled")]: "true", [path("caching/ttlInSeconds")]: "3600" });
const logOf = (path: PathOf, level: string) => replaces({ [path("logging/loglevel")]: level });
const dataTraceOf = (path: PathOf) => replaces({ [path("logging/dataTrace")]: "true" });
const metricsOf = (path: PathOf) => replaces({ [path("metrics/enabled")]: "true" });

const cluster = replaces({ "/cacheClusterEnabled": "true" });
const noCluster = replaces({ "/cacheClusterEnabled": "false" });
const encryption = replaces({ [everyMethod("caching/dataEncrypted")]: "true" });

const format =
  '{"requestId":"$context.requestId","ip":"$context.identity.sourceIp","requestTime":"$context.requestTime",' +
  '"httpMethod":"$context.httpMethod","path":"$context.path","status":"$context.status",' +
  '"protocol":"$context.protocol","responseLength":"$context.responseLength",' +
  '"responseLatency":"$context.responseLatency"}';
const accessLogOn = replaces({
  "/accessLogSettings/destinationArn": "arn:aws:logs:us-east-1:000000000000:log-group:bench",
  "/accessLogSettings/format": format,
});
const accessLogOff = [{ op: "remove", path: "/accessLogSettings" }];

const tracingOn = replaces({ "/tracingEnabled": "true" });
const tracingOff = replaces({ "/tracingEnabled": "false" });

export const everythingOff: Feature = { name: "everything off", on: [], off: [] };
export const throttling: Feature = { name: "throttling", on: throttlingOf(everyMethod), off: noSetting };
export const accessLog: Feature = { name: "access log, JSON", on: accessLogOn, off: accessLogOff };
export const cachedHit: Feature = {
  name: "cache hit, with throttling and access log",
  on: [...cluster, ...cachingOf(everyMethod), ...throttling.on, ...accessLog.on],
  off: [...noSetting, ...noCluster, ...accessLogOff],
};

/** One row each, the baseline first; a feature is a line or two here. */
export const features: readonly Feature[] = [
  everythingOff,
  throttling,
  accessLog,
  { name: "execution log at ERROR, nothing fails", on: logOf(everyMethod, "ERROR"), off: noSetting },
  { name: "execution log at INFO", on: logOf(everyMethod, "INFO"), off: noSetting },
  {
    name: "execution log at INFO, data trace",
    on: [...logOf(everyMethod, "INFO"), ...dataTraceOf(everyMethod)],
    off: noSetting,
  },
  { name: "metrics of each method (a stage's are always on)", on: metricsOf(everyMethod), off: noSetting },
  { name: "tracing, 5 of 100 requests to a file", on: tracingOn, off: tracingOff },
  { name: "cache hit", on: [...cluster, ...cachingOf(everyMethod)], off: [...noSetting, ...noCluster] },
  {
    name: "cache hit, encrypted",
    on: [...cluster, ...cachingOf(everyMethod), ...encryption],
    off: [...noSetting, ...noCluster],
  },
  cachedHit,
];

/** What is off for the method that is called: all of a method's features are on for another one of the stage. */
export const onForAnotherMethod: Feature = {
  name: "all features of a method, on for another method",
  on: [
    ...cluster,
    ...cachingOf(otherMethod),
    ...throttlingOf(otherMethod),
    ...logOf(otherMethod, "INFO"),
    ...dataTraceOf(otherMethod),
    ...metricsOf(otherMethod),
  ],
  off: [...noOtherSetting, ...noCluster],
};

/** Everything that a request can use at once, for a load that lasts. */
export const everythingOn: readonly object[] = [
  ...cluster,
  ...replaces({ [everyMethod("caching/enabled")]: "true", [everyMethod("caching/ttlInSeconds")]: "1" }),
  ...throttling.on,
  ...accessLogOn,
  ...logOf(everyMethod, "INFO"),
  ...metricsOf(everyMethod),
  ...tracingOn,
];

export interface FeatureGateway {
  readonly server: Awaited<ReturnType<typeof startServer>>;
  readonly api: Api;
  readonly patch: (patchOperations: readonly object[]) => Promise<unknown>;
  /** What reaches its method. */
  readonly drive: Omit<Drive, "seconds">;
  /** Requests to the stage so far, as the gateway counts them. */
  readonly served: () => Promise<number>;
  /** Who is measured with a feature on. */
  readonly contender: (feature: Feature) => Contender;
  readonly stop: () => Promise<unknown>;
}

const servedLine = /^stagewright_stage_requests_total\{.*\} (\d+)$/gm;

const servedOf = (metrics: string): number =>
  [...metrics.matchAll(servedLine)].reduce((sum, [, count]) => sum + Number(count), 0);

/**
 * A gateway before a backend, or that answers MOCK where there is none, with a role for execution logs and a cache cluster
 * that is there at once.
 */
export async function startFeatureGateway(
  backendPort?: number,
  env: Readonly<Record<string, string>> = {},
): Promise<FeatureGateway> {
  const server = await startServer([...unthrottled, "--cache-cluster-duration", "0"], { env });
  const client = new ControlClient(portOf(server.control));
  const role = { "/cloudwatchRoleArn": "arn:aws:iam::000000000000:role/logs" };
  await client.call("PATCH", "/account", { patchOperations: replaces(role) });
  const api = await deployApi(client, backendPort === undefined ? undefined : `http://127.0.0.1:${backendPort}/`);
  const patch = (patchOperations: readonly object[]): Promise<unknown> =>
    client.call("PATCH", api.stagePath, { patchOperations });
  const drive = { port: portOf(server.gateway), path: "/prod/", host: api.host };
  return {
    server,
    api,
    patch,
    drive,
    served: async () => servedOf(await (await fetch(server.control + metricsPath)).text()),
    contender: ({ name, on, off }) => ({
      name,
      pid: server.pid,
      drive,
      ready: () => patch(on),
      done: () => patch(off),
    }),
    stop: () => {
      client.close();
      return server.stop();
    },
  };
}
