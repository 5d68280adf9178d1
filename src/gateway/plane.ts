/** The gateway of one thread: its table of stages, its connections to endpoints, its view of the token buckets. */
import type { Settings } from "../settings.ts";
import { GatewayTable } from "../snapshot/table.ts";
import { type BucketSlab, MemoryBuckets } from "./buckets/memory.ts";
import type { Serve } from "./exchange.ts";
import { createGateway } from "./gateway.ts";
import { createUpstream } from "./integrate/upstream.ts";
import type { GatewayLog } from "./invocation.ts";

export interface PlaneOptions {
  readonly settings: Pick<Settings, "accountId" | "accountRateLimit" | "accountBurstLimit">;
  readonly slab: BucketSlab;
  /** Whether other threads take tokens from the slab too. */
  readonly shared: boolean;
  readonly log: GatewayLog;
}

export interface GatewayPlane {
  readonly table: GatewayTable;
  readonly serve: Serve;
  /** Ends the connections to endpoints, after the requests under way. */
  close(): Promise<void>;
}

export function createGatewayPlane({ settings, slab, shared, log }: PlaneOptions): GatewayPlane {
  const table = new GatewayTable();
  const upstream = createUpstream({ log: (error) => log.error({ err: error }, "an endpoint's answer was mishandled") });
  const serve = createGateway({ table, upstream, buckets: new MemoryBuckets(slab, shared), settings, log });
  return { table, serve, close: () => upstream.close() };
}
