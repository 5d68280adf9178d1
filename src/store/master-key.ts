/** The key that seals secrets at rest: from the setting, or a file in the data dir that is made once. */
import { randomBytes, randomUUID } from "node:crypto";
import { existsSync, linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { databasePath, orRefuse, prepareDataDir, syncFolder } from "./data-dir.ts";
import { StoreRefused } from "./store.ts";

const keyLength = 32;
/** What file systems without hard links answer. */
const linksMissing: ReadonlySet<string> = new Set(["EPERM", "ENOTSUP", "ENOSYS"]);

/**
 * The master key, 32 bytes: the setting's 64 hexadecimal digits if there are any, else what the file `master.key` has.
 * A data dir without a store gets a new one. Throws a `StoreRefused` when the file cannot be used.
 */
export function loadMasterKey(dataDir: string, settingHex: string): Buffer {
  if (settingHex !== "") return Buffer.from(settingHex, "hex");
  const folder = prepareDataDir(dataDir);
  const path = join(folder, "master.key");
  return orRefuse(path, () => {
    if (!existsSync(path)) makeKey(folder, path);
    return readKey(path);
  });
}

function readKey(path: string): Buffer {
  const mode = statSync(path).mode;
  if ((mode & 0o077) !== 0) {
    const shown = (mode & 0o777).toString(8);
    throw new StoreRefused(`${path} can be read by others (its mode is ${shown}). Make it 600: chmod 600 ${path}`);
  }
  const key = readFileSync(path);
  if (key.length !== keyLength) {
    throw new StoreRefused(`${path} must have ${keyLength} bytes, not ${key.length}. Put a backup in its place.`);
  }
  return key;
}

/** The file appears whole or not at all, and never in place of another that a second process has just made. */
function makeKey(folder: string, path: string): void {
  if (existsSync(databasePath(folder))) {
    throw new StoreRefused(
      `${path} is missing, and secrets of the store beside it are sealed with it. Put it back from a backup, or give ` +
        "the key that the store was made with by --master-key.",
    );
  }
  const temporary = `${path}.${randomUUID()}`;
  try {
    writeFileSync(temporary, randomBytes(keyLength), { mode: 0o600, flag: "wx", flush: true });
    putInPlace(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
  syncFolder(folder);
}

/** A link, unlike a rename, never replaces the file of a second process that starts at the same time. */
function putInPlace(temporary: string, path: string): void {
  try {
    linkSync(temporary, path);
  } catch (error) {
    if (existsSync(path)) return;
    if (!linksMissing.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
    renameSync(temporary, path);
  }
}
