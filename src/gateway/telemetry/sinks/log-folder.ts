/**
 * The room that log files have together. Groups come and go with their stages, and nobody deletes a group by hand here, so
 * the files that were written to longest ago make room for others.
 */
import { readdir, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { limits } from "../../../limits.ts";
import { isLogFile } from "./log-files.ts";

export interface LogRoom {
  readonly files: number;
  readonly bytes: number;
}

interface Kept {
  readonly path: string;
  readonly size: number;
  /** Epoch milliseconds. */
  readonly writtenAt: number;
}

const room: LogRoom = { files: limits.logFolderFiles, bytes: limits.logFolderSize };

/** The part of the room that is kept free: so it need not be made for every file. */
const spare = 0.1;

const nothing = (): void => undefined;

/** One for all that write into a folder. */
export class LogFolder {
  readonly path: string;
  readonly #room: LogRoom;
  /** What may be added before the folder has to be looked at. */
  #files = 0;
  #bytes = 0;
  #sweeping: Promise<void> | undefined = undefined;
  /** By name of the file: when the last work that came is over. Never rejects. */
  readonly #atWork = new Map<string, Promise<void>>();

  constructor(path: string, limit: LogRoom = room) {
    this.path = path;
    this.#room = limit;
  }

  /**
   * Does what concerns a file when nobody else is at it: a log group and a delivery stream of one name have one file.
   * Resolves and rejects as the work does.
   */
  async alone<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.#atWork.get(name) ?? Promise.resolve();
    const done = before.then(work);
    const over = done.then(nothing, nothing);
    this.#atWork.set(name, over);
    try {
      return await done;
    } finally {
      if (this.#atWork.get(name) === over) this.#atWork.delete(name);
    }
  }

  /** Told of everything that is written; resolves when there is room again. Never rejects. */
  async wrote(bytes: number, isNewFile: boolean): Promise<void> {
    this.#bytes -= bytes;
    if (isNewFile) this.#files--;
    if (this.#bytes >= 0 && this.#files >= 0) return;
    await (this.#sweeping ??= this.#sweep());
  }

  /** What cannot be looked at or removed is left, and the folder is looked at again after another tenth of the room. */
  async #sweep(): Promise<void> {
    const { files: maximum, bytes: size } = this.#room;
    const left = await this.#makeRoom().catch(() => ({ files: 0, bytes: 0 }));
    this.#files = Math.max(left.files, Math.floor(maximum * spare));
    this.#bytes = Math.max(left.bytes, Math.floor(size * spare));
    this.#sweeping = undefined;
  }

  /** Resolves with the room that is left. */
  async #makeRoom(): Promise<LogRoom> {
    const kept = await this.#oldestFirst();
    let files = this.#room.files - kept.length;
    let bytes = this.#room.bytes - kept.reduce((sum, { size }) => sum + size, 0);
    for (const { path, size } of kept) {
      if (files >= this.#room.files * spare && bytes >= this.#room.bytes * spare) break;
      if (!(await isRemoved(path))) continue;
      files++;
      bytes += size;
    }
    return { files, bytes };
  }

  async #oldestFirst(): Promise<readonly Kept[]> {
    const names = await readdir(this.path);
    const kept: Kept[] = [];
    for (const name of names.filter(isLogFile)) {
      const path = join(this.path, name);
      const found = await stat(path).catch(() => undefined);
      if (found !== undefined) kept.push({ path, size: found.size, writtenAt: found.mtimeMs });
    }
    return kept.sort((a, b) => a.writtenAt - b.writtenAt);
  }
}

const isRemoved = (path: string): Promise<boolean> =>
  unlink(path).then(
    () => true,
    () => false,
  );
