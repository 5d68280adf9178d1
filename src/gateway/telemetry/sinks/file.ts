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
const timeLength = "2026-01-31T12:00:00.000Z".length;

/** Further lines of an event begin with a tab, so that no text can pass for another event. */
function inOneEvent(event: LogEvent): LogEvent {
  if (!event.message.includes("\n")) return event;
  const message = event.message.replaceAll("\n", "\n\t");
  return { ...event, message, bytes: Buffer.byteLength(message) };
}

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
    const bytes = this.#bytesOf(events);
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

  /** A line for each event. Each is encoded by itself: to join them first, and encode that, takes twice the time. */
  #bytesOf(events: readonly LogEvent[]): Buffer {
    const lines = events.map(inOneEvent);
    const perLine = this.#times ? timeLength + 2 : 1;
    const size = lines.reduce((sum, { bytes }) => sum + bytes + perLine, 0);
    const text = Buffer.allocUnsafe(size);
    let end = 0;
    for (const { time, message } of lines) {
      if (this.#times) end += text.write(`${this.#iso(time)} `, end, "latin1");
      end += text.write(message, end);
      text[end++] = newline;
    }
    // What was not written to is memory of others.
    return text.subarray(0, end);
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
    const added = await this.#endLine(file, name, size);
    try {
      for (let at = 0; at < bytes.length; at += (await file.write(bytes, at)).bytesWritten);
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
