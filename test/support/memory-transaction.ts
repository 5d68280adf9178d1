/** A store of one test: the store's own image of the documents, without durability, for handlers that are functions of it. */
import type { OperationContext } from "../../src/control/operation.ts";
import { limits } from "../../src/limits.ts";
import { deepFreeze, Image } from "../../src/store/image.ts";
import type { Transaction } from "../../src/store/store.ts";

export { deepFreeze };

/** A transaction over an empty store. */
export const memoryTransaction = (): Transaction => new Image();

/** The context of a handler under test: account 123456789012 in us-east-1, at 2026-01-02T03:04:05Z. */
export function contextFor(tx: Transaction, overrides: Partial<OperationContext> = {}): OperationContext {
  return {
    tx,
    accountId: "123456789012",
    region: "us-east-1",
    now: Date.UTC(2026, 0, 2, 3, 4, 5),
    accountRateLimit: limits.accountRate,
    accountBurstLimit: limits.accountBurst,
    cacheClusterDuration: 250,
    masterKey: Buffer.alloc(32, 7),
    gatewayUrl: "http://127.0.0.1:8080",
    flushUsage: () => Promise.resolve(),
    ...overrides,
  };
}
