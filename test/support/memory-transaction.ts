/** A store of one test: the documents in plain maps, without durability, for handlers that are functions of both. */
import type { OperationContext } from "../../src/control/operation.ts";
import type { Documents, Kind } from "../../src/model/documents.ts";
import type { Transaction } from "../../src/store/store.ts";

/** Freezes a value and everything in it, so that a test fails where a handler changes what is stored. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) deepFreeze(member);
  }
  return value;
}

/** A transaction over an empty store. Documents are frozen when they are put, as the store does. */
export function memoryTransaction(): Transaction {
  const parents = new Map<string, Map<string, unknown>>();
  const documentsOf = (kind: Kind, parent: string): Map<string, unknown> => {
    const key = JSON.stringify([kind, parent]);
    const present = parents.get(key) ?? new Map<string, unknown>();
    parents.set(key, present);
    return present;
  };
  return {
    get: <K extends Kind>(kind: K, parent: string, id: string) =>
      documentsOf(kind, parent).get(id) as Documents[K] | undefined,
    list: <K extends Kind>(kind: K, parent: string) => [...documentsOf(kind, parent).values()] as Documents[K][],
    *all<K extends Kind>(kind: K) {
      for (const [key, documents] of parents) {
        const [found, parent] = JSON.parse(key) as [Kind, string];
        if (found !== kind) continue;
        for (const [id, document] of documents) yield [parent, id, document as Documents[K]] as const;
      }
    },
    put: (kind, parent, id, document) => {
      documentsOf(kind, parent).set(id, deepFreeze(document));
    },
    delete: (kind, parent, id) => {
      documentsOf(kind, parent).delete(id);
    },
  };
}

/** The context of a handler under test: account 123456789012 in us-east-1, at 2026-01-02T03:04:05Z. */
export function contextFor(tx: Transaction, overrides: Partial<OperationContext> = {}): OperationContext {
  return {
    tx,
    accountId: "123456789012",
    region: "us-east-1",
    now: Date.UTC(2026, 0, 2, 3, 4, 5),
    cacheClusterDuration: 250,
    masterKey: Buffer.alloc(32, 7),
    ...overrides,
  };
}
