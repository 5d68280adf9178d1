/** What the pool promises to who answers UpdateStage; what the threads do with traffic is in `test/workers.test.ts`. */
import { expect, onTestFinished, test } from "vitest";
import { createSharedMemory } from "../gateway/shared-memory.ts";
import { noLogs } from "../gateway/telemetry/sinks/log-sink.ts";
import { readSettings } from "../settings.ts";
import type { TableSink } from "../snapshot/publish.ts";
import type { TableMessage } from "../snapshot/table.ts";
import { startWorkerPool } from "./pool.ts";

const threads = 2;
/** A domain without mappings: all that it serves is the health check of custom domains. */
const domain = { kind: "putDomain", domainName: "shop.test", mappings: [] } as const satisfies TableMessage;

async function startPool() {
  const sinks = new Set<TableSink>();
  const attach = (sink: TableSink) => {
    sinks.add(sink);
    return () => void sinks.delete(sink);
  };
  const pool = await startWorkerPool({
    settings: readSettings(["--workers", String(threads), "--gateway-port", "0"], {}),
    memory: createSharedMemory(Buffer.alloc(32)),
    publisher: { attach },
    log: { error: () => undefined },
    logs: noLogs,
    metrics: { hear: () => undefined, leave: () => undefined },
  });
  onTestFinished(() => pool.stop());
  const publish = (message: TableMessage): void => {
    for (const sink of sinks) sink(message);
  };
  return { pool, sinks, publish };
}

test("a change is in effect when every thread has said so, and not before", async () => {
  const { pool, sinks, publish } = await startPool();
  expect(sinks.size).toBe(threads);
  expect(pool.inEffect()).toBeUndefined();
  publish(domain);
  publish({ kind: "deleteDomain", domainName: domain.domainName });
  publish(domain);
  // No thread can have answered within this turn.
  const inEffect = pool.inEffect();
  expect(inEffect).toBeInstanceOf(Promise);
  await inEffect;
  expect(pool.inEffect()).toBeUndefined();
});

test("who waits for a change waits for it on each thread, and for no later one", async () => {
  const { pool, sinks, publish } = await startPool();
  const [one] = sinks;
  one?.(domain);
  const ofOne = pool.inEffect();
  expect(ofOne).toBeInstanceOf(Promise);
  publish(domain);
  await Promise.all([ofOne, pool.inEffect()]);
  expect(pool.inEffect()).toBeUndefined();
});

test("a pool that stops leaves nobody waiting", async () => {
  const { pool, sinks, publish } = await startPool();
  publish(domain);
  const inEffect = pool.inEffect();
  await pool.stop();
  await inEffect;
  expect(sinks.size).toBe(0);
});
