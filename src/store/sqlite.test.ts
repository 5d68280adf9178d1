import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteStore } from "./sqlite.ts";
import { storeContract } from "./store.contract.ts";

const masterKey = Buffer.alloc(32, 7);

storeContract("a SQLite store", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "stagewright-store-"));
  return {
    open: () => openSqliteStore({ dataDir, masterKey }),
    remove: () => rm(dataDir, { recursive: true }),
  };
});
