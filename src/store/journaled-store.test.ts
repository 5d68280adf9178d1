import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { limits } from "../limits.ts";
import { Image } from "./image.ts";
import type { Batch, Outcome } from "./journal.ts";
import { JournaledStore } from "./journaled-store.ts";
import { StoreUnavailable } from "./store.ts";
import type { Store, Transaction } from "./store.ts";

/** A store whose journal does nothing by itself: the test says what becomes of each batch. */
function storeWithJournal() {
  const batches: Batch[] = [];
  const journal: { closed: boolean; tell: (outcome: Outcome) => void } = { closed: false, tell: () => undefined };
  const commits: number[] = [];
  const connect = (tell: (outcome: Outcome) => void) => {
    journal.tell = tell;
    return {
      append: (batch: Batch) => void batches.push(batch),
      close: async () => {
        journal.closed = true;
      },
    };
  };
  const store: Store = new JournaledStore(new Image(), connect, (transactions) => void commits.push(transactions));
  const fail = (epoch: number): void => journal.tell({ failed: "disk full", epoch });
  const durable = (last: number): void => journal.tell({ durable: last });
  return { store, batches, commits, journal, fail, durable };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const append = (id: string, text: string) => (tx: Transaction) => {
  const present = tx.get("deployment", "api", id)?.description ?? "";
  tx.put("deployment", "api", id, { id, createdDate: 0, description: present + text });
  return present + text;
};
const textOf = (id: string) => (tx: Transaction) => tx.get("deployment", "api", id)?.description;

const stored = (description: string): string => JSON.stringify({ id: "a", createdDate: 0, description });

function create(tx: Transaction): string {
  if (textOf("a")(tx) !== undefined) throw new Error("it is there");
  return append("a", "mine")(tx);
}

/** What has become of promises so far. */
function watch(promises: Record<string, Promise<unknown>>): Record<string, unknown> {
  const seen: Record<string, unknown> = {};
  for (const [name, promise] of Object.entries(promises)) {
    seen[name] = "waiting";
    promise.then(
      (value) => (seen[name] = value),
      (error: unknown) => (seen[name] = error instanceof StoreUnavailable ? "unavailable" : (error as Error).message),
    );
  }
  return seen;
}

describe("a journaled store", () => {
  test("sends the transactions of one turn of the event loop together, each with its rows in order", async () => {
    const { store, batches, durable } = storeWithJournal();
    const answers = Promise.all([store.transact(append("a", "1")), store.transact(append("a", "2"))]);
    expect(batches).toEqual([]);
    await turn();
    const later = store.transact((tx) => tx.delete("deployment", "api", "a"));
    await turn();
    const rows = ["deployment", "api", "a", stored("1"), "deployment", "api", "a", stored("12")];
    expect(batches).toEqual([
      { epoch: 0, last: 2, transactions: 2, rows },
      { epoch: 0, last: 3, transactions: 1, rows: ["deployment", "api", "a", null] },
    ]);
    durable(3);
    expect(await answers).toEqual(["1", "12"]);
    await later;
  });

  test("sends a batch at once when it is as large as a commit may be", () => {
    const { store, batches, durable } = storeWithJournal();
    for (let i = 0; i < limits.commitBatch * 2; i++) void store.transact(append("a", ""));
    expect(batches.map((batch) => batch.transactions)).toEqual([limits.commitBatch, limits.commitBatch]);
    durable(limits.commitBatch * 2);
  });

  test("tells of each commit how many transactions it made durable", async () => {
    const { store, commits, durable } = storeWithJournal();
    const all = Promise.all(["1", "2", "3"].map((text) => store.transact(append("a", text))));
    await turn();
    durable(2);
    durable(3);
    await all;
    expect(commits).toEqual([2, 1]);
  });

  test("answers what is durable and no more", async () => {
    const { store, durable } = storeWithJournal();
    const first = store.transact(append("a", "1"));
    const readOfFirst = store.transact(textOf("a"));
    await turn();
    const second = store.transact(append("a", "2"));
    const readOfSecond = store.transact(textOf("a"));
    await turn();
    const seen = watch({ first, readOfFirst, second, readOfSecond });
    await turn();
    expect(seen).toEqual({ first: "waiting", readOfFirst: "waiting", second: "waiting", readOfSecond: "waiting" });
    durable(1);
    await turn();
    expect(seen).toEqual({ first: "1", readOfFirst: "1", second: "waiting", readOfSecond: "waiting" });
    durable(2);
    await turn();
    expect(seen).toEqual({ first: "1", readOfFirst: "1", second: "12", readOfSecond: "12" });
    expect(await store.transact(textOf("a"))).toBe("12");
  });

  test("takes back all that is not durable when a batch fails, the latest first, and goes on in a new epoch", async () => {
    const { store, batches, fail, durable } = storeWithJournal();
    const kept = store.transact(append("a", "1"));
    await turn();
    durable(1);
    const inFailedBatch = store.transact(append("a", "2"));
    await turn();
    const inLaterBatch = store.transact(append("a", "3"));
    await turn();
    const notSentYet = store.transact(append("a", "4"));
    const seen = watch({ kept, inFailedBatch, inLaterBatch, notSentYet });
    fail(0);
    expect(store.present.get("deployment", "api", "a")?.description).toBe("1");
    await turn();
    const lost = "unavailable";
    expect(seen).toEqual({ kept: "1", inFailedBatch: lost, inLaterBatch: lost, notSentYet: lost });
    expect(batches.length).toBe(3);
    const next = store.transact(append("a", "5"));
    await turn();
    expect(batches.at(-1)).toMatchObject({ epoch: 1, last: 5, transactions: 1 });
    // The journal says the same of the later batch of the old epoch: that is known already.
    fail(0);
    durable(5);
    expect(await next).toBe("15");
  });

  test("reads and refusals that saw what was taken back are done again", async () => {
    const { store, fail } = storeWithJournal();
    const write = store.transact(append("a", "1"));
    const read = store.transact(textOf("a"));
    const refusal = store.transact((tx) => {
      if (textOf("a")(tx) !== undefined) throw new Error("it is there");
      return "made";
    });
    const seen = watch({ write, read, refusal });
    await turn();
    fail(0);
    await turn();
    expect(seen).toEqual({ write: "unavailable", read: undefined, refusal: "made" });
  });

  test("a refusal that becomes a write when it is done again is durable before it is answered", async () => {
    const { store, fail, durable } = storeWithJournal();
    const seen = watch({
      first: store.transact(create),
      second: store.transact(create),
      third: store.transact(create),
    });
    await turn();
    fail(0);
    await turn();
    expect(seen).toEqual({ first: "unavailable", second: "waiting", third: "waiting" });
    durable(2);
    await turn();
    expect(seen).toEqual({ first: "unavailable", second: "mine", third: "it is there" });
  });

  test("takes changes to fail for a while after one did, until one is durable, or for good with the journal gone", async () => {
    const { store, journal, fail, durable } = storeWithJournal();
    expect(store.failsUntil).toBe(0);
    const before = Date.now();
    const lost = store.transact(append("a", "lost"));
    await turn();
    fail(0);
    await expect(lost).rejects.toThrow(StoreUnavailable);
    expect(store.failsUntil).toBeGreaterThanOrEqual(before + limits.storeFailureAge);
    const until = store.failsUntil;
    fail(0);
    expect(store.failsUntil).toBe(until);
    const made = store.transact(append("a", "made"));
    await turn();
    durable(2);
    await made;
    expect(store.failsUntil).toBe(0);
    journal.tell({ broken: "gone" });
    expect(store.failsUntil).toBe(Infinity);
  });

  test("once the journal is gone reads are served and changes are refused", async () => {
    const { store, journal, durable } = storeWithJournal();
    const first = store.transact(append("a", "1"));
    await turn();
    durable(1);
    const second = store.transact(append("a", "2"));
    const seen = watch({ first, second });
    journal.tell({ broken: "gone" });
    await expect(store.transact(append("a", "3"))).rejects.toThrow(new StoreUnavailable("gone"));
    expect(await store.transact(textOf("a"))).toBe("1");
    expect(seen).toEqual({ first: "1", second: "unavailable" });
    await store.close();
  });

  test("closing waits for an outcome of everything, good or bad", async () => {
    const { store, journal, fail } = storeWithJournal();
    const write = store.transact(append("a", "1"));
    const seen = watch({ write, closing: store.close() });
    await turn();
    expect([journal.closed, seen["closing"]]).toEqual([false, "waiting"]);
    fail(0);
    await turn();
    expect([journal.closed, seen]).toEqual([true, { write: "unavailable", closing: undefined }]);
  });

  test("with failures at any moment, what is answered is what is there", async () => {
    const deed = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom("put", "delete", "throw") },
      { weight: 2, arbitrary: fc.constantFrom("turn", "one durable") },
      { weight: 1, arbitrary: fc.constantFrom("fail", "all durable") },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(deed, fc.constantFrom("a", "b", "c")), { maxLength: 60 }), carryOut),
      { numRuns: 300, seed: 11 },
    );
  });
});

/** Drives a store and a journal that is a plain list of rows; at the end both must agree with what was acknowledged. */
async function carryOut(deeds: readonly (readonly [deed: string, id: string])[]): Promise<void> {
  const { store, batches, fail, durable } = storeWithJournal();
  /** What a disk would have: ids in order of creation. */
  const onDisk = new Map<string, string>();
  let epoch = 0;
  const commit = (batch: Batch): void => {
    for (let i = 0; i < batch.rows.length; i += 4) {
      const [, , id, body] = batch.rows.slice(i, i + 4) as [string, string, string, string | null];
      if (body === null) onDisk.delete(id);
      else onDisk.set(id, body);
    }
    durable(batch.last);
  };
  const commitNext = (): boolean => {
    const batch = batches.shift();
    if (batch !== undefined && batch.epoch === epoch) commit(batch);
    return batch !== undefined;
  };
  const present = (): (readonly [string, string])[] =>
    [...store.present.all("deployment")].map(([, id, document]) => [id, JSON.stringify(document)]);
  let counter = 0;
  for (const [what, id] of deeds) {
    if (what === "put") store.transact(append(id, String(counter++))).catch(() => undefined);
    if (what === "delete") store.transact((tx) => tx.delete("deployment", "api", id)).catch(() => undefined);
    if (what === "throw") store.transact((tx) => refuse(tx, id)).catch(() => undefined);
    if (what === "turn") await turn();
    if (what === "one durable") commitNext();
    if (what === "all durable") while (commitNext());
    if (what === "fail") {
      fail(epoch++);
      expect(present()).toEqual([...onDisk]);
    }
  }
  await turn();
  while (commitNext());
  expect(present()).toEqual([...onDisk]);
}

function refuse(tx: Transaction, id: string): void {
  tx.delete("deployment", "api", id);
  append(id, "x")(tx);
  throw new Error("refused");
}
