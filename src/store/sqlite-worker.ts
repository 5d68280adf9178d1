/**
 * The thread that owns the database, so that no fsync ever blocks the event loop that serves traffic. It hands over what
 * is stored, then makes batches durable: everything that waits when a commit begins goes into that one commit.
 */
import type { DatabaseSync } from "node:sqlite";
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import type { MessagePort } from "node:worker_threads";
import { limits } from "../limits.ts";
import { databasePath, orRefuse } from "./data-dir.ts";
import { closeDatabase, openDatabase } from "./database.ts";
import type { Batch, Outcome, Rows } from "./journal.ts";
import { StoreRefused } from "./store.ts";

/** What the thread is started with. */
export interface WorkerOptions {
  readonly dataDir: string;
  readonly masterKey: Uint8Array;
  readonly maximumPages: number | undefined;
}

/** What the thread says: a refusal; or all that is stored, in parts, then that it is ready, then outcomes. */
export type WorkerMessage = { readonly refused: string } | { readonly stored: Rows } | "ready" | Outcome;

/** What the thread is told: batches, and at last to end. */
export type WorkerOrder = Batch | "close";

function handOver(database: DatabaseSync, port: MessagePort): void {
  let stored: Rows = [];
  const send = (message: WorkerMessage): void => port.postMessage(message);
  for (const row of database.prepare("SELECT kind, parent, id, body FROM documents ORDER BY position").iterate()) {
    stored.push(String(row["kind"]), String(row["parent"]), String(row["id"]), String(row["body"]));
    if (stored.length >= limits.loadChunk * 4) {
      send({ stored });
      stored = [];
    }
  }
  send({ stored });
  send("ready");
}

/** Returns what makes batches durable, in one transaction of the database. */
function committer(database: DatabaseSync): (batches: readonly Batch[]) => void {
  const begin = database.prepare("BEGIN IMMEDIATE");
  const commit = database.prepare("COMMIT");
  const upsert = database.prepare(
    "INSERT INTO documents (kind, parent, id, body) VALUES (?, ?, ?, ?) " +
      "ON CONFLICT (kind, parent, id) DO UPDATE SET body = excluded.body",
  );
  const remove = database.prepare("DELETE FROM documents WHERE kind = ? AND parent = ? AND id = ?");
  const write = (rows: Rows): void => {
    for (let i = 0; i < rows.length; i += 4) {
      const [kind, parent, id, body] = [rows[i] ?? "", rows[i + 1] ?? "", rows[i + 2] ?? "", rows[i + 3] ?? null];
      if (body === null) remove.run(kind, parent, id);
      else upsert.run(kind, parent, id, body);
    }
  };
  return (batches) => {
    begin.run();
    try {
      for (const batch of batches) write(batch.rows);
      commit.run();
    } catch (error) {
      if (database.isTransaction) database.exec("ROLLBACK");
      throw error;
    }
  };
}

/** Everything that waits, up to the bound of one commit, beginning with the order that has come. */
function drain(port: MessagePort, first: WorkerOrder): WorkerOrder[] {
  const orders: WorkerOrder[] = [];
  let transactions = 0;
  for (let order: WorkerOrder | undefined = first; order !== undefined;) {
    orders.push(order);
    transactions += order === "close" ? 0 : order.transactions;
    if (transactions >= limits.commitBatch) break;
    order = receiveMessageOnPort(port)?.message;
  }
  return orders;
}

function serve(database: DatabaseSync, port: MessagePort, dataDir: string): void {
  const commit = committer(database);
  let failedEpoch = -1;
  const carryOut = (batches: readonly Batch[]): Outcome | undefined => {
    const last = batches.at(-1);
    if (last === undefined) return undefined;
    try {
      commit(batches);
      return { durable: last.last };
    } catch (error) {
      failedEpoch = last.epoch;
      return { failed: `The change could not be made durable: ${(error as Error).message}.`, epoch: last.epoch };
    }
  };
  port.on("message", (first: WorkerOrder) => {
    const orders = drain(port, first);
    // A batch of an epoch that has failed builds on what is lost: the other side is about to take it back.
    const batches = orders.filter((order) => order !== "close").filter((batch) => batch.epoch > failedEpoch);
    const outcome = carryOut(batches);
    if (outcome !== undefined) port.postMessage(outcome);
    if (orders.includes("close")) {
      closeDatabase(database, dataDir);
      port.close();
    }
  });
}

function start(port: MessagePort, { dataDir, masterKey, maximumPages }: WorkerOptions): void {
  try {
    const database = openDatabase({ dataDir, masterKey: Buffer.from(masterKey), maximumPages });
    orRefuse(databasePath(dataDir), () => handOver(database, port));
    serve(database, port, dataDir);
  } catch (error) {
    if (!(error instanceof StoreRefused)) throw error;
    port.postMessage({ refused: error.message } satisfies WorkerMessage);
    port.close();
  }
}

if (parentPort !== null) start(parentPort, workerData as WorkerOptions);
