/** Logs as files of the data dir: one a group, appended in batches, rotated by size. */
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { limits } from "../../../limits.ts";
import { type BatchRules, type Carrier, delivered, type Delivery, type LogEvent } from "./log-sink.ts";
import { logFiles, rotate } from "./log-files.ts";
import type { LogFolder } from "./log-folder.ts";

export interface FileCarrierOptions {
  readonly folder: LogFolder;
  /** Whether each event begins with its time, which access logs leave to their formats. */
  readonly times: boolean;
  /** A file that would become larger is rotated first. */
  readonly fileSize?: number;
}

/** `2026-01-31T12:00:00.000Z`, made anew only when the second is another one. */
export function isoTimes(): (time: number) => string {
  let second = Number.NaN;
  let text = "";
  return (time) => {
    const current = Math.floor(time / 1_000);
    if (current !== second) {
      second = current;
      text = new Date(current * 1_000).toISOString().slice(0, -"000Z".length);
    }
    return `${text}${String(time - current * 1_000).padStart(3, "0")}Z`;
  };
}

const newline = 0x0a;

export class FileCarrier implements Carrier {
  readonly rules: BatchRules = {
    events: 10_000,
    bytes: limits.logFileBatch,
    eventOverhead: 1,
    eventBytes: limits.logEvent,
    span: Infinity,
    pause: limits.logFilePause,
  };
  readonly #folder: LogFolder;
  readonly #times: boolean;
  readonly #fileSize: number;
  readonly #iso = isoTimes();
  /** Names whose file is known to end with a whole line. */
  readonly #whole = new Set<string>();

  constructor({ folder, times, fileSize = limits.logFileSize }: FileCarrierOptions) {
    this.#fileSize = fileSize;
    this.#folder = folder;
    this.#times = times;
  }

  async send(name: string, events: readonly LogEvent[]): Promise<Delivery> {
    const bytes = Buffer.from(this.#textOf(events));
    let file = await this.#open(name);
    let { size } = await file.stat();
    try {
      if (size > 0 && size + bytes.length > this.#fileSize) {
        await file.close();
        await rotate(this.#folder.path, name);
        file = await this.#open(name);
        size = 0;
      }
      await this.#append(file, name, size, bytes);
    } finally {
      await file.close();
    }
    await this.#folder.wrote(bytes.length, size === 0);
    return delivered;
  }

  /** One line an event; further lines of an event begin with a tab, so that no text can pass for another event. */
  #textOf(events: readonly LogEvent[]): string {
    let text = "";
    for (const { time, message } of events) {
      const line = message.includes("\n") ? message.replaceAll("\n", "\n\t") : message;
      text += this.#times ? `${this.#iso(time)} ${line}\n` : `${line}\n`;
    }
    return text;
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
  async #append(file: FileHandle, name: string, size: number, bytes: Buffer): Promise<void> {
    await this.#endLine(file, name, size);
    const { size: before } = await file.stat();
    try {
      for (let at = 0; at < bytes.length; at += (await file.write(bytes, at)).bytesWritten);
    } catch (error) {
      await file.truncate(before);
      throw error;
    }
  }

  /** A process that was killed may have left half a line. */
  async #endLine(file: FileHandle, name: string, size: number): Promise<void> {
    if (this.#whole.has(name)) return;
    if (size > 0) {
      const last = await file.read(Buffer.alloc(1), 0, 1, size - 1);
      if (last.buffer[0] !== newline) await file.write("\n");
    }
    if (this.#whole.size >= limits.logNames) this.#whole.clear();
    this.#whole.add(name);
  }

  close(): void {
    this.#whole.clear();
  }
}
