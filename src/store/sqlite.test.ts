import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Outcome } from "./journal.ts";
import { openSqliteStore, workerJournal } from "./sqlite.ts";
import { sample, storeContract } from "./store.contract.ts";
import { StoreRefused, StoreUnavailable } from "./store.ts";
import type { Store } from "./store.ts";

const masterKey = Buffer.alloc(32, 7);

storeContract("a SQLite store", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "stagewright-store-"));
  return {
    open: () => openSqliteStore({ dataDir, masterKey }),
    remove: () => rm(dataDir, { recursive: true }),
  };
});

const idsOf = (store: Store, half: "first half" | "second half"): string[] =>
  [...store.present.all("documentationVersion")].filter(([parent]) => parent === half).map(([, id]) => id);

describe("a SQLite store", () => {
  let dataDir: string;
  const opened: Store[] = [];
  const open = async (maximumPages?: number): Promise<Store> => {
    const limit = maximumPages === undefined ? {} : { maximumPages };
    const store = await openSqliteStore({ dataDir, masterKey, ...limit });
    opened.push(store);
    return store;
  };
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "stagewright-store-"));
  });
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
    await rm(dataDir, { recursive: true });
  });

  const large = "x".repeat(8_000);
  const put = (store: Store, id: string): Promise<void> =>
    store.transact((tx) => {
      tx.put("documentationVersion", "first half", id, sample(id + large));
      tx.put("documentationVersion", "second half", id, sample(id + large));
    });

  test("on a full disk refuses changes, keeps what was answered and only that, and goes on when there is room", async () => {
    let store = await open(100);
    const kept: string[] = [];
    const refusals: unknown[] = [];
    const began = Date.now();
    const failing: number[] = [];
    const write = (id: string): Promise<unknown> =>
      put(store, id).then(
        () => kept.push(id),
        (error: unknown) => {
          refusals.push(error);
          failing.push(store.failsUntil);
        },
      );
    await write("first");
    // Many at once, over many turns, so that others wait and gather behind the one that fails. All of them may be one batch.
    const writes: Promise<unknown>[] = [];
    for (let i = 0; i < 90; i++) {
      writes.push(write(`early ${i}`));
      if (i % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(writes);
    expect(kept.length).toBeGreaterThan(0);
    expect(refusals.length).toBeGreaterThan(0);
    for (const refusal of refusals) {
      expect(refusal).toBeInstanceOf(StoreUnavailable);
      expect((refusal as Error).message).toContain("full");
    }
    expect(idsOf(store, "first half")).toEqual(kept);
    expect(idsOf(store, "second half")).toEqual(kept);
    for (const until of failing) expect(until).toBeGreaterThan(began);

    const [gone = ""] = kept.splice(0, 1);
    await store.transact((tx) => {
      tx.delete("documentationVersion", "first half", gone);
      tx.delete("documentationVersion", "second half", gone);
    });
    const refusedSoFar = refusals.length;
    await write("late");
    expect(refusals.length).toBe(refusedSoFar);
    expect(store.failsUntil).toBe(0);

    await store.close();
    store = await open();
    expect(idsOf(store, "first half")).toEqual(kept);
    expect(idsOf(store, "second half")).toEqual(kept);
  });

  test("is refused while another holds the data dir, and opens when that one is closed", async () => {
    const first = await open();
    await put(first, "a");
    await expect(open()).rejects.toThrow(StoreRefused);
    await expect(open()).rejects.toThrow(`in use by the process ${process.pid}`);
    await put(first, "b");
    await first.close();
    expect(idsOf(await open(), "first half")).toEqual(["a", "b"]);
  });

  test("is opened by exactly one of several that begin at once in an empty data dir", async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 4 }, () => open()));
    expect(outcomes.map((outcome) => outcome.status).toSorted()).toEqual([
      "fulfilled",
      ...Array<string>(3).fill("rejected"),
    ]);
  });

  test("is refused when a document in it is damaged", async () => {
    const store = await open();
    await put(store, "a");
    await store.close();
    const database = new DatabaseSync(join(dataDir, "store.sqlite"));
    database.exec("UPDATE documents SET body = '{'");
    database.close();
    await expect(open()).rejects.toThrow("a document in it is damaged");
    // The refusal lets go of the data dir: there is nothing to wait for.
    await expect(open()).rejects.toThrow("a document in it is damaged");
  });

  test("is refused when the data dir is below a file", async () => {
    const file = join(dataDir, "file");
    await writeFile(file, "");
    await expect(openSqliteStore({ dataDir: join(file, "x"), masterKey })).rejects.toThrow("is a file, not a folder");
  });

  test("keeps the master key's own 32 bytes to itself", async () => {
    const store = await open();
    await store.close();
    const bytes = await readFile(join(dataDir, "store.sqlite"));
    expect(bytes.includes(masterKey)).toBe(false);
  });

  test.each([
    ["ends", "process.exit(0)", "it ended"],
    ["throws", "throw new Error('out of order')", "out of order"],
  ])("refuses changes for good, and can be closed, when its thread %s", async (_, code, reason) => {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const journal = workerJournal(new Worker(code, { eval: true }), resolve);
    journal.append({ epoch: 0, last: 1, transactions: 1, rows: [] });
    expect(await promise).toEqual({ broken: expect.stringContaining(reason) as string });
    await journal.close();
  });
});
