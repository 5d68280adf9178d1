/** The gateway of one thread: its table of stages, its connections to endpoints, its view of the token buckets. */
import type { Settings } from "../settings.ts";
import type { Environment } from "../settings.ts";
import { ApiKeyTable } from "../snapshot/api-keys.ts";
import { GatewayTable, type StageListener } from "../snapshot/table.ts";
import { MemoryBuckets } from "./buckets/memory.ts";
import { Caching } from "./cache/caching.ts";
import type { SigningSettings } from "./caller.ts";
import { MemoryResponseCache } from "./cache/memory.ts";
import { RedisResponseCache } from "./cache/redis.ts";
import type { Serve } from "./exchange.ts";
import { createGateway, createServices } from "./gateway.ts";
import { createUpstream } from "./integrate/upstream.ts";
import type { GatewayLog, GatewayServices } from "./invocation.ts";
import type { RedisLink } from "./redis/link.ts";
import type { SharedMemory } from "./shared-memory.ts";
import { type DrainedMetrics, MetricsRegistry } from "./telemetry/metrics/registry.ts";
import type { Logs } from "./telemetry/sinks/log-sink.ts";
import { Sampler, samplingRule } from "./telemetry/tracing/sampler.ts";
import { Tracer } from "./telemetry/tracing/tracer.ts";
import { UsageMeter } from "./usage/meter.ts";

export interface PlaneOptions extends SharedMemory {
  readonly settings: SigningSettings &
    Pick<Settings, "accountRateLimit" | "accountBurstLimit" | "cacheMemory" | "workers">;
  /** Whether other threads take tokens from the slab too. */
  readonly shared: boolean;
  /** To the Redis that several nodes share; undefined for one that is alone. */
  readonly link: RedisLink | undefined;
  readonly log: GatewayLog;
  readonly logs: Logs;
  readonly env: Environment;
}

export interface GatewayPlane {
  readonly table: GatewayTable;
  readonly serve: Serve;
  /** What its requests share: for those too that come from no socket, such as test invocations. */
  readonly services: GatewayServices;
  /** What was counted since the last time. */
  drainMetrics(): DrainedMetrics;
  /** Ends the connections to endpoints, after the requests under way. */
  close(): Promise<void>;
}

const bytesPerMegabyte = 1_048_576;

/** A thread's part of the memory for cached answers; with several, the main thread serves too, on the control port. */
function cacheBytes({ cacheMemory, workers }: Pick<Settings, "cacheMemory" | "workers">): number {
  const threads = workers > 1 ? workers + 1 : 1;
  return Math.floor((cacheMemory * bytesPerMegabyte) / threads);
}

export function createGatewayPlane(options: PlaneOptions): GatewayPlane {
  const { settings, slab, shared, cacheSecret, link, log, logs, env } = options;
  const cache = link === undefined ? new MemoryResponseCache(cacheBytes(settings)) : new RedisResponseCache(link);
  const caching = new Caching(cache, cacheSecret, options.turnSlab);
  const metrics = new MetricsRegistry();
  const apiKeys = new ApiKeyTable(options.apiKeySecret, settings);
  const onStage: StageListener = (...change) => {
    caching.onStage(...change);
    services.authorizers.kept.onStage(...change);
  };
  const table = new GatewayTable(settings, onStage, metrics, apiKeys);
  const upstream = createUpstream({ log: (error) => log.error({ err: error }, "an endpoint's answer was mishandled") });
  const buckets = new MemoryBuckets(slab, shared);
  const tracer = new Tracer({ settings, sampler: new Sampler(options.samplingSlab, samplingRule(env)), logs });
  const usage = new UsageMeter(options.usageSlab, shared);
  const services = createServices({ upstream, buckets, apiKeys, usage, caching, settings, log, logs, tracer, env });
  return {
    table,
    serve: createGateway({ table, services }),
    services,
    drainMetrics: () => metrics.drain((apiId, stageName) => table.serves(apiId, stageName)),
    close: () => upstream.close(),
  };
}
