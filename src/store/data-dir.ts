/** The folder that everything is kept in: made when it is not there, and refused in clear words when it can't be used. */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { StoreRefused } from "./store.ts";

/** What went wrong → what it means and what to do. Keys are Node's error codes and SQLite's result codes. */
const reasons: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  ["EEXIST", "it is a file, not a folder, or a link that leads nowhere. Give another --data-dir"],
  ["ENOTDIR", "something on its path is a file, not a folder. Give another --data-dir"],
  ["ENOENT", "a folder cannot be made there. Give another --data-dir"],
  ["EACCES", "this user may not write there. Let it, or give another --data-dir"],
  ["EPERM", "this user may not write there. Let it, or give another --data-dir"],
  ["EROFS", "the file system is read-only. Make it writable, or give another --data-dir"],
  ["ENOSPC", "the disk is full. Make room and start again"],
  ["EDQUOT", "the disk quota is used up. Make room and start again"],
  [8, "it is read-only for this user. Make it writable, or give another --data-dir"],
  [10, "the disk reported an input/output error. Check the disk"],
  [11, "it is damaged. Put a backup in its place, or move it away to start empty"],
  [13, "the disk is full. Make room and start again"],
  [14, "it cannot be opened or made. Check who owns it and that it is a file, or give another --data-dir"],
  [
    3850,
    "it cannot be locked: it is read-only for this user, or its file system has no locks. Give another --data-dir",
  ],
  [26, "it is damaged, or is not a store. Put a backup in its place, or move it away to start empty"],
]);

/** SQLite's extended result code of an error, if it is one of SQLite's; the low byte is the primary code. */
export function sqliteCode(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown }).errcode;
  return typeof code === "number" ? code : undefined;
}

function reasonOf(error: unknown): string | undefined {
  const code = sqliteCode(error);
  if (code === undefined) return reasons.get((error as NodeJS.ErrnoException).code);
  return reasons.get(code) ?? reasons.get(code & 0xff);
}

/** The refusal for a failure at this path. Nothing has been changed when it is thrown. */
export function refusal(path: string, error: unknown): StoreRefused {
  if (error instanceof StoreRefused) return error;
  const detail = error instanceof Error ? error.message : String(error);
  const reason = reasonOf(error);
  const why = reason === undefined ? detail : `${reason} (${detail})`;
  return new StoreRefused(`${path} cannot be used: ${why}.`, { cause: error });
}

/** Runs what touches a path; whatever it throws becomes the refusal for it. */
export function orRefuse<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw refusal(path, error);
  }
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/**
 * Makes the folder and those above it, durably, where they are not there. Node's own way of making several tries for good
 * where a file system has no room for folders of others, as `/proc` has none.
 */
function makeFolder(path: string): void {
  if (isFolder(path)) return;
  const above = dirname(path);
  if (statSync(above, { throwIfNoEntry: false }) === undefined && above !== path) makeFolder(above);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process may have been faster.
    if (isFolder(path)) return;
    throw error;
  }
  syncFolder(above);
}

/** Makes the folder, for its owner alone, if it is not there. Returns its absolute path. Throws a `StoreRefused`. */
export function prepareDataDir(dataDir: string): string {
  const path = resolve(dataDir);
  return orRefuse(`The data dir ${path}`, () => {
    makeFolder(path);
    return path;
  });
}

/** Makes durable which files a folder has. */
export function syncFolder(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** The database in a data dir. */
export const databasePath = (dataDir: string): string => join(dataDir, "store.sqlite");

/** Says which process holds a data dir. It locks nothing: the lock is the database's own, which dies with its process. */
const holderPath = (dataDir: string): string => join(dataDir, "stagewright.pid");

const noRoom: ReadonlySet<unknown> = new Set(["ENOSPC", "EDQUOT"]);

/** Without room for it there is none: a disk that has come to be full keeps nobody from what is on it. */
export function writeHolder(dataDir: string): void {
  try {
    writeFileSync(holderPath(dataDir), `${process.pid}\n`, { mode: 0o600 });
  } catch (error) {
    if (!noRoom.has((error as NodeJS.ErrnoException).code)) throw error;
    removeHolder(dataDir);
  }
}

/** To be called while the data dir is still held. */
export function removeHolder(dataDir: string): void {
  rmSync(holderPath(dataDir), { force: true });
}

/** The refusal of a data dir that another process holds. */
export function heldByAnother(dataDir: string): StoreRefused {
  let holder = "another process";
  try {
    const pid = readFileSync(holderPath(dataDir), "utf8").trim();
    if (/^\d+$/.test(pid)) holder = `the process ${pid}`;
  } catch {
    // It has just begun or is about to end; the refusal stands all the same.
  }
  return new StoreRefused(`The data dir ${dataDir} is in use by ${holder}. Stop it first, or give another --data-dir.`);
}
