/** The files of an SDK as a zip. The same files make the same bytes. */
import { strToU8, zipSync } from "fflate";

/** Path within the zip → text. */
export type SdkFiles = ReadonlyMap<string, string>;

/** The first moment that the format knows, in the machine's own time, which is what it keeps. */
const epoch = new Date(1980, 0, 1);

/** Folders and files by harmless names: nothing that is unpacked can leave its folder. */
const harmless = /^[A-Za-z0-9_$-][A-Za-z0-9_.$-]*(?:\/[A-Za-z0-9_$-][A-Za-z0-9_.$-]*)*$/;

/** Throws for a path that could lead out of the folder in which it is unpacked: no name that callers give may come so far. */
export function zipOf(files: SdkFiles): Uint8Array {
  for (const path of files.keys()) if (!harmless.test(path)) throw new Error(`not a path for a zip: ${path}`);
  const entries = Array.from(files, ([path, text]) => [path, strToU8(text)] as const);
  return zipSync(Object.fromEntries(entries), { mtime: epoch, level: 6 });
}
