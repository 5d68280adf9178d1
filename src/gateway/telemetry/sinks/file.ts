/** Logs as files of the data dir: one a group, appended in batches, rotated by size. */
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { limits } from "../../../limits.ts";
import { lineQueues, type Lines, newline } from "./line-queue.ts";
import { type Carrier, delivered, type Delivery, type Queue } from "./log-sink.ts";
import { logFiles, rotate } from "./log-files.ts";
import type { LogFolder } from "./log-folder.ts";

export interface FileCarrierOptions {
  readonly folder: LogFolder;
  /** Whether each event begins with its time, which access logs leave to their formats. */
  readonly times: boolean;
  /** A file that would become larger is rotated first. */
  readonly fileSize?: number;
}

const bytesOf = (buffers: readonly Uint8Array[]): number => buffers.reduce((sum, { length }) => sum + length, 0);

export class FileCarrier implements Carrier<Lines> {
  readonly pause = limits.logFilePause;
  readonly newQueue: () => Queue<Lines>;
  readonly #folder: LogFolder;
  readonly #fileSize: number;
  /** Names whose file is known to end with a whole line. */
  readonly #whole = new Set<string>();

  constructor({ folder, times, fileSize = limits.logFileSize }: FileCarrierOptions) {
    this.#fileSize = fileSize;
    this.#folder = folder;
    this.newQueue = lineQueues(times);
  }

  async send(name: string, lines: Lines): Promise<Delivery<Lines>> {
    const buffers = lines.buffers.map(({ buffer, end }) => buffer.subarray(0, end));
    const isNew = await this.#folder.alone(name, () => this.#write(name, buffers));
    await this.#folder.wrote(bytesOf(buffers), isNew);
    return delivered;
  }

  /** Resolves with whether the file is a new one. */
  async #write(name: string, buffers: readonly Uint8Array[]): Promise<boolean> {
    let file = await this.#open(name);
    try {
      let { size } = await file.stat();
      if (size > 0 && size + bytesOf(buffers) > this.#fileSize) {
        await file.close();
        await rotate(this.#folder.path, name);
        file = await this.#open(name);
        size = 0;
      }
      await this.#append(file, name, size, buffers);
      return size === 0;
    } finally {
      await file.close();
    }
  }

  async #open(name: string): Promise<FileHandle> {
    const [path] = logFiles(this.#folder.path, name) as [string];
    try {
      return await open(path, "a+", 0o600);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      await mkdir(this.#folder.path, { recursive: true, mode: 0o700 });
      return open(path, "a+", 0o600);
    }
  }

  /** All of it or nothing: what a full disk took in part is taken back, because the batch comes again. */
  async #append(file: FileHandle, name: string, size: number, buffers: readonly Uint8Array[]): Promise<void> {
    const added = await this.#endLine(file, name, size);
    try {
      const { bytesWritten } = await file.writev(buffers);
      if (bytesWritten === bytesOf(buffers)) return;
      const left = Buffer.concat(buffers).subarray(bytesWritten);
      for (let at = 0; at < left.length; at += (await file.write(left, at)).bytesWritten);
    } catch (error) {
      await file.truncate(size + added);
      throw error;
    }
  }

  /** Ends half a line that a process which was killed may have left; resolves with the bytes that it took. */
  async #endLine(file: FileHandle, name: string, size: number): Promise<number> {
    if (this.#whole.has(name)) return 0;
    let added = 0;
    if (size > 0) {
      const last = await file.read(Buffer.alloc(1), 0, 1, size - 1);
      if (last.buffer[0] !== newline) added = (await file.write("\n")).bytesWritten;
    }
    if (this.#whole.size >= limits.logNames) this.#whole.clear();
    this.#whole.add(name);
    return added;
  }

  close(): void {
    this.#whole.clear();
  }
}
