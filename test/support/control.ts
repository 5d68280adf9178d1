/** A control plane of one test: in memory, without a socket, with the handlers that the test gives. */
import { limits } from "../../src/limits.ts";
import type { ControlMetrics } from "../../src/control/probes.ts";
import { createControl } from "../../src/control/server.ts";
import { handlers } from "../../src/control/handlers.ts";
import type { Handlers } from "../../src/control/operation.ts";
import type { Serve } from "../../src/gateway/exchange.ts";
import type { GatewayServices } from "../../src/gateway/invocation.ts";
import type { Store } from "../../src/store/store.ts";
import { gatewayOf } from "./gateway-fixture.ts";
import { memoryTransaction } from "./memory-transaction.ts";

export interface TestControl {
  readonly serve: Serve;
  /** What createControl reported: what was not the caller's fault. */
  readonly failures: readonly unknown[];
}

export interface TestControlOptions {
  readonly handlers?: Partial<Handlers>;
  readonly transact?: Store["transact"];
  /** In place of one in memory that takes nothing back. */
  readonly store?: Store;
  readonly failsUntil?: Store["failsUntil"];
  readonly now?: () => number;
  readonly metrics?: ControlMetrics;
  /** Those of a gateway whose endpoint is a `FakeUpstream` when not given. */
  readonly gatewayServices?: GatewayServices;
}

/** The given handlers stand in for those of the table. */
export function testControl(options: TestControlOptions = {}): TestControl {
  const tx = memoryTransaction();
  const failures: unknown[] = [];
  const store: Store = options.store ?? {
    transact: options.transact ?? (async (work) => await work(tx)),
    failsUntil: options.failsUntil ?? 0,
    present: tx,
    subscribe: () => () => undefined,
    close: () => Promise.resolve(),
  };
  const serve = createControl({
    store,
    handlers: { ...handlers, ...options.handlers },
    settings: {
      accountId: "123456789012",
      region: "us-east-1",
      accessKeyId: "test",
      secretAccessKey: "test",
      cacheClusterDuration: 250,
      accountRateLimit: limits.accountRate,
      accountBurstLimit: limits.accountBurst,
    },
    masterKey: Buffer.alloc(32, 7),
    gatewayUrl: "http://127.0.0.1:8080",
    gatewayServices: options.gatewayServices ?? gatewayOf({ snapshots: {} }).services,
    ...(options.now !== undefined && { now: options.now }),
    ...(options.metrics !== undefined && { metrics: options.metrics }),
    onFailure: (error) => failures.push(error),
  });
  return { serve, failures };
}
