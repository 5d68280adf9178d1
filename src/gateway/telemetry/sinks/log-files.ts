/** Log files of a data dir: how they are called after their groups, and how they are rotated. */
import { createHash } from "node:crypto";
import { readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { limits } from "../../../limits.ts";

/** The folder of a data dir that has them. */
export const logFolder = (dataDir: string): string => join(dataDir, "logs");

const extension = ".log";
/** A file system's names have 255 bytes at most; the rest is for the extension, the rotation and what tells names apart. */
const longestName = 200;

/**
 * A group's file: its name, percent-encoded but for letters, digits, `-`, `_` and `.`, so that slashes and colons are
 * safe everywhere. One that is too long is cut, and ends in `~` and a part of its hash.
 */
export function logFileName(group: string): string {
  const encoded = encodeURIComponent(group).replaceAll(/[!'()*~]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  });
  if (encoded.length <= longestName) return encoded + extension;
  const hash = createHash("sha256").update(group).digest("hex").slice(0, 16);
  return `${encoded.slice(0, longestName - hash.length - 1)}~${hash}${extension}`;
}

/** The files of a group, the newest first; not all of them need be there. */
export function logFiles(folder: string, group: string): readonly string[] {
  const newest = join(folder, logFileName(group));
  return Array.from({ length: limits.logFiles }, (_, index) => (index === 0 ? newest : `${newest}.${index}`));
}

/** Whether a file of the folder is one of a group's. */
export const isLogFile = (name: string): boolean => /\.log(?:\.\d{1,3})?$/.test(name);

/** Each file takes the place of the next older one; the oldest goes. The newest is not there afterwards. */
export async function rotate(folder: string, group: string): Promise<void> {
  const files = logFiles(folder, group);
  for (let index = files.length - 1; index > 0; index--) {
    await rename(files[index - 1] as string, files[index] as string).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
    });
  }
}

/** The groups that have a file, in order; those with cut names as they are cut. Empty when there is no such folder. */
export async function loggedGroups(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  return names
    .filter((name) => name.endsWith(extension))
    .map((name) => decodeName(name.slice(0, -extension.length)))
    .sort();
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
