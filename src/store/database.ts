/**
 * Opens the database of a data dir for one process alone, checks that it is ours, whole, of a format that we know and
 * sealed with the given key, and brings its format up to date. Nothing is written before all of that holds.
 */
import { chmodSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { limits } from "../limits.ts";
import {
  databasePath,
  heldByAnother,
  orRefuse,
  removeHolder,
  sqliteCode,
  syncFolder,
  writeHolder,
} from "./data-dir.ts";
import { formatVersion, migrate, migrations } from "./migrations.ts";
import { open, seal, SealBroken } from "./seal.ts";
import { StoreRefused } from "./store.ts";

const sqliteBusy = 5;
/** `PRAGMA application_id`: tells our databases from others', "Stgw" in ASCII. */
const applicationId = 0x53746777;
/** Sealed into each database, so that a wrong master key shows at once and not when a secret is needed. */
const marker = { fact: "sealed-marker", text: "stagewright", purpose: "store-marker" } as const;

export interface DatabaseOptions {
  /** Absolute path of a folder that is there. */
  readonly dataDir: string;
  /** 32 bytes. */
  readonly masterKey: Buffer;
  /** A bound on the database's size, in pages of 4096 bytes. */
  readonly maximumPages?: number | undefined;
}

/** Throws a `StoreRefused` that says why it can't be opened. */
export function openDatabase(options: DatabaseOptions): DatabaseSync {
  const path = databasePath(options.dataDir);
  return orRefuse(path, () => {
    const database = lockedDatabase(options.dataDir);
    try {
      check(database, path, options.masterKey);
      prepare(database, options);
      writeHolder(options.dataDir);
      syncFolder(options.dataDir);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

/** Brings what is in the write-ahead log into the database itself and lets go of the data dir. */
export function closeDatabase(database: DatabaseSync, dataDir: string): void {
  removeHolder(dataDir);
  database.close();
}

/**
 * The database with an exclusive lock that lasts until it is closed or its process dies (a POSIX lock, kept by the
 * kernel). Two processes that make a new database at once can each hold half of the lock; the pauses let one through.
 */
function lockedDatabase(dataDir: string): DatabaseSync {
  for (let attempt = 1; ; attempt++) {
    const database = new DatabaseSync(databasePath(dataDir), { timeout: 0 });
    try {
      database.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; ROLLBACK");
      return database;
    } catch (error) {
      database.close();
      if (((sqliteCode(error) ?? 0) & 0xff) !== sqliteBusy) throw error;
      if (attempt >= limits.lockAttempts) throw heldByAnother(dataDir);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Math.random() * limits.lockPause);
    }
  }
}

function check(database: DatabaseSync, path: string, masterKey: Buffer): void {
  const version = formatVersion(database);
  if (version > migrations.length) {
    throw new StoreRefused(
      `${path} was written by a newer Stagewright: it has format ${version}, and this one knows formats up to ` +
        `${migrations.length}. Start the newer one, or give another --data-dir. Nothing was changed.`,
    );
  }
  const made = database.prepare("PRAGMA application_id").get()?.["application_id"] === applicationId;
  const tables = Number(database.prepare("SELECT count(*) AS count FROM sqlite_schema").get()?.["count"]);
  if (!made && (version > 0 || tables > 0)) {
    throw new StoreRefused(`${path} is a database of something else. Give another --data-dir. Nothing was changed.`);
  }
  const fault = database.prepare("PRAGMA quick_check(1)").get()?.["quick_check"];
  if (fault !== "ok") {
    throw new StoreRefused(
      `${path} is damaged (${String(fault)}). Put a backup in its place, or move it away to start empty.`,
    );
  }
  if (version > 0) checkMarker(database, path, masterKey);
}

function checkMarker(database: DatabaseSync, path: string, masterKey: Buffer): void {
  const sealed = database.prepare("SELECT value FROM facts WHERE name = ?").get(marker.fact)?.["value"];
  try {
    if (open(String(sealed), masterKey, marker.purpose) === marker.text) return;
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error;
  }
  throw new StoreRefused(
    `${path} was sealed with another master key. Give that key by --master-key, or put its file master.key back. ` +
      "Nothing was changed.",
  );
}

function prepare(database: DatabaseSync, { dataDir, masterKey, maximumPages }: DatabaseOptions): void {
  const version = formatVersion(database);
  if (maximumPages !== undefined) database.exec(`PRAGMA max_page_count = ${maximumPages}`);
  // Before there is a write-ahead log, which takes its mode from here.
  if (version === 0) chmodSync(databasePath(dataDir), 0o600);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  // Nothing is written that is there already, so that what was kept can be read on a disk that has come to be full.
  if (version === migrations.length) return;
  database.exec(`BEGIN IMMEDIATE; PRAGMA application_id = ${applicationId}`);
  migrate(database);
  if (version === 0) {
    const sealed = seal(marker.text, masterKey, marker.purpose);
    database.prepare("INSERT INTO facts (name, value) VALUES (?, ?)").run(marker.fact, sealed);
  }
  database.exec("COMMIT");
}
