/** Settings → store → planes, and the way back: what is started here stops in the opposite order. */
import { randomUUID } from "node:crypto";
import { handlers } from "./control/handlers.ts";
import { openPrivateKey } from "./control/operations/client-certificate.ts";
import { createControl, isManagement } from "./control/server.ts";
import { MemoryBucketSlots } from "./gateway/buckets/memory.ts";
import { SharedBuckets } from "./gateway/buckets/shared.ts";
import type { BucketSlab } from "./gateway/buckets/slab.ts";
import type { Exchange, Serve } from "./gateway/exchange.ts";
import { isInvocation } from "./gateway/gateway.ts";
import { createListener, type Listener } from "./gateway/http1/listener.ts";
import { createGatewayPlane, type GatewayPlane } from "./gateway/plane.ts";
import type { RedisLink } from "./gateway/redis/link.ts";
import { openShared } from "./gateway/redis/shared.ts";
import { createSharedMemory } from "./gateway/shared-memory.ts";
import { startExporters } from "./gateway/telemetry/metrics/exporters.ts";
import { Metrics } from "./gateway/telemetry/metrics/metrics.ts";
import type { Logs } from "./gateway/telemetry/sinks/log-sink.ts";
import { closeLogs, createLogs, droppedOf } from "./gateway/telemetry/sinks/logs.ts";
import { UsageSlots } from "./gateway/usage/slots.ts";
import { log } from "./log.ts";
import type { ClientCertificateDocument } from "./model/documents.ts";
import { SettingRefused, type Settings, settingsTable } from "./settings.ts";
import { UsageKeeper } from "./snapshot/keep-usage.ts";
import { createPublisher } from "./snapshot/publish.ts";
import { loadMasterKey } from "./store/master-key.ts";
import { openSqliteStore } from "./store/sqlite.ts";
import { startWorkerPool, type WorkerPool } from "./workers/pool.ts";

export interface Running {
  /** Base URL of the management API, e.g. `http://127.0.0.1:4566`. */
  readonly control: string;
  /** Base URL that serves the stages. */
  readonly gateway: string;
  /** Takes no new connection, lets requests under way finish for `drainTimeout`, then lets go of everything. */
  stop(): Promise<void>;
}

/** What is to be undone, the latest first. */
type Undo = () => Promise<unknown>;

/**
 * Starts everything. Rejects with a `SettingRefused` or a `StoreRefused` whose message is for the operator, and then
 * nothing is left running.
 */
export async function start(settings: Settings): Promise<Running> {
  refuseWhatIsNotBuilt(settings);
  const undo: Undo[] = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.toReversed()) await step();
  };
  try {
    const { control, gateway } = await startPlanes(settings, undo);
    return { control: urlOf(settings, control), gateway: urlOf(settings, gateway), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startPlanes(settings: Settings, undo: Undo[]): Promise<{ control: number; gateway: number }> {
  const masterKey = loadMasterKey(settings.dataDir, settings.masterKey);
  const listeners: Listener[] = [];
  let pool: WorkerPool | undefined;
  const metrics: Metrics = new Metrics({
    ask: async () => {
      metrics.collector.hear("main", { ...plane.drainMetrics(), ...loadOf(listeners), dropped: droppedOf(logs) });
      await pool?.reportMetrics();
    },
    isCounted: (labels) => plane.table.counts(labels),
  });
  const store = await openSqliteStore({ dataDir: settings.dataDir, masterKey, onCommit: metrics.countCommit });
  undo.push(() => store.close());

  const shared = settings.workers > 1;
  const memory = createSharedMemory(masterKey);
  const slots = new MemoryBucketSlots(memory.slab);
  const link = await openShared(settings, log);
  if (link !== undefined) undo.push(shareBuckets(settings, memory.slab, slots, link));
  const usage = new UsageSlots(memory.usageSlab);
  const openKey = (certificate: ClientCertificateDocument): string => openPrivateKey(certificate, masterKey);
  const publisher = createPublisher(store, { slots, usage, openPrivateKey: openKey, log });
  const logs = await startTelemetry(settings, metrics, undo);
  const keeper = new UsageKeeper({ store, publisher: publisher.apiKeys, usage, log });
  undo.push(() => keeper.stop());
  keeper.start();
  const plane = createGatewayPlane({ ...memory, settings, shared, link, log, logs, env: process.env });
  publisher.attach(plane.table.apply);
  undo.push(() => plane.close());

  const closeListeners = atOnce(undo);
  const listen = async (port: "controlPort" | "gatewayPort", serve: Serve): Promise<number> => {
    const options = { host: settings.host, port: settings[port], serve, log: onMistake };
    const listener = await createListener(options).catch(refusePort(settings, port));
    closeListeners.push(() => listener.close(settings.drainTimeout));
    listeners.push(listener);
    return listener.port;
  };

  let gateway: number;
  if (shared) {
    const options = { settings, memory, publisher, log, logs, metrics: metrics.collector };
    const threads = await startWorkerPool(options).catch(refusePort(settings, "gatewayPort"));
    pool = threads;
    closeListeners.push(() => threads.stop());
    store.subscribe(() => threads.inEffect());
    gateway = threads.port;
  } else {
    gateway = await listen("gatewayPort", plane.serve);
  }
  const services = {
    gatewayUrl: urlOf({ host: reachable(settings.host) }, gateway),
    gatewayServices: plane.services,
    flushUsage: () => keeper.flush(),
  };
  const manage = createControl({ store, handlers, settings, masterKey, ...services, metrics });
  return { control: await listen("controlPort", serveBoth(manage, plane)), gateway };
}

/** A place in the list for steps that are undone at once. */
function atOnce(undo: Undo[]): Undo[] {
  const steps: Undo[] = [];
  undo.push(() => Promise.all(steps.map((step) => step())));
  return steps;
}

/** The logs' destinations, and those that are told the metrics. */
async function startTelemetry(settings: Settings, metrics: Metrics, undo: Undo[]): Promise<Logs> {
  // Each waits for its own destination when it is closed, and none of them for long.
  const close = atOnce(undo);
  const logs = await createLogs({ settings, env: process.env, log });
  close.push(() => closeLogs(logs));
  const exporters = await startExporters({ metrics, settings, env: process.env, log });
  close.push(() => exporters.close());
  return logs;
}

/** The control port leads to stages too: by their paths and hosts, and by custom domain names. */
function serveBoth(manage: Serve, { serve, table: { domains } }: GatewayPlane): Serve {
  const isForDomain = (exchange: Exchange): boolean =>
    domains.find(exchange.host) !== undefined && !isManagement(exchange);
  return (exchange) => (isInvocation(exchange) || isForDomain(exchange) ? serve(exchange) : manage(exchange));
}

/** Shares token buckets with other nodes, until it is undone. */
function shareBuckets(
  { accountId, region }: Settings,
  slab: BucketSlab,
  slots: MemoryBucketSlots,
  link: RedisLink,
): Undo {
  const account = `${accountId}/${region}`;
  const buckets = new SharedBuckets({ slab, link, node: randomUUID(), slots, account });
  buckets.start();
  return async () => {
    buckets.stop();
    link.close();
  };
}

/** Of the connections that these listeners have. */
function loadOf(listeners: readonly Listener[]): { connections: number; inFlight: number } {
  const sum = (what: "connections" | "inFlight"): number =>
    listeners.reduce((total, listener) => total + listener[what], 0);
  return { connections: sum("connections"), inFlight: sum("inFlight") };
}

const onMistake = (error: unknown): void => log.error({ err: error }, "a connection was mishandled");

/** Settings that have their names and no implementation yet are refused, not ignored. */
function refuseWhatIsNotBuilt({ store }: Settings): void {
  if (store !== "sqlite") throw new SettingRefused("--store: PostgreSQL is not built yet. Leave it at sqlite.");
}

/** What a failure to listen means, and what to do. */
const listenFailures: Readonly<Record<string, string>> = {
  EADDRINUSE: "is taken by another program. Stop it, or give another",
  EACCES: "may not be opened by this user. Give one above 1023 with",
  EADDRNOTAVAIL: "cannot be opened, because this machine has no such address. Give another --host or",
  ENOTFOUND: "cannot be opened, because no such host is known. Give another --host or",
};

function refusePort(settings: Settings, name: "controlPort" | "gatewayPort"): (error: unknown) => never {
  return (error) => {
    const failure = listenFailures[(error as NodeJS.ErrnoException).code ?? ""];
    if (failure === undefined) throw error;
    const { flag } = settingsTable[name];
    throw new SettingRefused(`port ${settings[name]} on ${settings.host} ${failure} ${flag}.`, { cause: error });
  };
}

/** Where clients on this machine reach what listens on a host: on all addresses means on this one too. */
const reachable = (host: string): string => (host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host);

function urlOf({ host }: Pick<Settings, "host">, port: number): string {
  return `http://${host.includes(":") && !host.startsWith("[") ? `[${host}]` : host}:${port}`;
}
