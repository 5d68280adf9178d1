/** The embedded store: documents in memory, durable in a SQLite database that a thread of its own writes. */
import { Worker } from "node:worker_threads";
import { databasePath, prepareDataDir, refusal } from "./data-dir.ts";
import { Image } from "./image.ts";
import { type CommitListener, JournaledStore } from "./journaled-store.ts";
import { readRows } from "./journal.ts";
import type { Journal, Outcome } from "./journal.ts";
import type { WorkerMessage, WorkerOptions, WorkerOrder } from "./sqlite-worker.ts";
import { StoreRefused } from "./store.ts";
import type { Store } from "./store.ts";

export interface SqliteOptions {
  /** The folder that the database is kept in; made if it is not there. */
  readonly dataDir: string;
  /** 32 bytes (store/master-key.ts). */
  readonly masterKey: Buffer;
  /** A bound on the database's size, in pages of 4096 bytes; without it the disk is the bound. */
  readonly maximumPages?: number;
  readonly onCommit?: CommitListener;
}

/**
 * Opens the store of a data dir, which no other process can use from then on. Rejects with a `StoreRefused` when it can't
 * be used; nothing in it has changed then.
 */
export async function openSqliteStore(options: SqliteOptions): Promise<Store> {
  const dataDir = prepareDataDir(options.dataDir);
  const workerData: WorkerOptions = {
    dataDir,
    // A copy: a Buffer may be a part of a larger one, and all of that would be handed over.
    masterKey: Uint8Array.from(options.masterKey),
    maximumPages: options.maximumPages,
  };
  const worker = new Worker(new URL("./sqlite-worker.ts", import.meta.url), { workerData, name: "store" });
  const image = new Image();
  try {
    await load(worker, image);
  } catch (error) {
    await worker.terminate();
    throw refusal(databasePath(dataDir), error);
  }
  return new JournaledStore(image, (tell) => workerJournal(worker, tell), options.onCommit);
}

/** Fills the image with what the thread hands over. Rejects with what the thread refuses, or with what broke it. */
function load(worker: Worker, image: Image): Promise<void> {
  return new Promise((resolve, reject) => {
    const hear = (message: WorkerMessage): void => {
      if (message === "ready") {
        worker.off("message", hear);
        resolve();
      } else if ("refused" in message) {
        reject(new StoreRefused(message.refused));
      } else if ("stored" in message) {
        try {
          readRows(message.stored, (kind, parent, id, document) => image.put(kind, parent, id, document));
        } catch (error) {
          reject(new Error("a document in it is damaged", { cause: error }));
        }
      }
    };
    worker.on("message", hear);
    worker.once("error", reject);
    worker.once("exit", () => reject(new Error("its thread ended before it was open")));
  });
}

/** The journal that a thread keeps. When the thread ends unbidden, the journal is broken for good. */
export function workerJournal(worker: Worker, tell: (outcome: Outcome) => void): Journal {
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread has no origin
  const send = (order: WorkerOrder): void => worker.postMessage(order);
  let reason = "it ended";
  let closing = false;
  worker.on("message", tell);
  worker.on("error", (error) => {
    reason = error instanceof Error ? error.message : String(error);
  });
  worker.once("exit", () => {
    end();
    if (!closing)
      tell({ broken: `The store's thread is gone (${reason}); changes are possible again after a restart.` });
  });
  return {
    append: send,
    close() {
      closing = true;
      send("close");
      return ended;
    },
  };
}
