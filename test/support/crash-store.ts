/**
 * A process that is to be killed: it opens the store of a data dir and, in as many loops as it is told, runs transactions
 * that each write two documents of the loop's own and one that all loops share. Each durable one is told on stdout, as
 * the loop's number and its count.
 *
 * Arguments: the data dir, the number of loops.
 */
import type { Transaction } from "../../src/store/store.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import { countIn, crashKey, halves, padding, sharedId } from "./crash-documents.ts";

const [dataDir = "", loops = "1"] = process.argv.slice(2);
const store = await openSqliteStore({ dataDir, masterKey: crashKey });

function increment(tx: Transaction, parent: string, id: string): number {
  const count = countIn(tx, parent, id) + 1;
  tx.put("documentationVersion", parent, id, { version: String(count), description: padding, createdDate: 0 });
  return count;
}

async function run(loop: string): Promise<never> {
  for (;;) {
    const count = await store.transact((tx) => {
      increment(tx, sharedId, sharedId);
      increment(tx, halves[0], loop);
      return increment(tx, halves[1], loop);
    });
    await new Promise((resolve) => process.stdout.write(`${loop} ${count}\n`, resolve));
  }
}

await Promise.all(Array.from({ length: Number(loops) }, (_, loop) => run(String(loop))));
