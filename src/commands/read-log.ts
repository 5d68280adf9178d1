/** A group's log files as events, the oldest first, through rotations. */
import { type FileHandle, open } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { logFiles } from "../gateway/telemetry/sinks/log-files.ts";

export interface LoggedEvent {
  /** ISO 8601, where the file has it. */
  readonly time: string | undefined;
  readonly message: string;
}

const pollPause = 200;
const pieceLength = 65_536;

interface OpenFile {
  readonly handle: FileHandle;
  readonly inode: number;
}

/** The group's files that are not read yet, the oldest first: those up to, and without, the file of this inode. */
async function openFiles(folder: string, group: string, known: number | undefined): Promise<OpenFile[]> {
  const found: OpenFile[] = [];
  // From the newest to the oldest: what is rotated meanwhile is met again, never missed.
  for (const path of logFiles(folder, group)) {
    const handle = await open(path, "r").catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
    });
    if (handle === undefined) continue;
    const { ino: inode } = await handle.stat();
    const isKnown = inode === known;
    if (isKnown || found.some((file) => file.inode === inode)) await handle.close();
    else found.unshift({ handle, inode });
    if (isKnown) break;
  }
  return found;
}

const timed = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) /;

/** Makes events of a file's bytes; lines that begin with a tab go on with the event before them. */
class EventReader {
  readonly #decoder = new TextDecoder();
  /** Pieces of a line that has not ended. */
  #line: string[] = [];
  #event: string[] = [];

  take(bytes: Uint8Array): LoggedEvent[] {
    const text = this.#decoder.decode(bytes, { stream: true });
    if (!text.includes("\n")) {
      this.#line.push(text);
      return [];
    }
    const lines = (this.#line.join("") + text).split("\n");
    this.#line = [lines.pop() ?? ""];
    const events: LoggedEvent[] = [];
    for (const line of lines) {
      if (line.startsWith("\t") && this.#event.length > 0) {
        this.#event.push(line.slice(1));
        continue;
      }
      events.push(...this.flush());
      this.#event = [line];
    }
    return events;
  }

  /** The event that might have gone on, when nothing more is there. */
  flush(): LoggedEvent[] {
    if (this.#event.length === 0) return [];
    const text = this.#event.join("\n");
    this.#event = [];
    const time = timed.exec(text)?.[1];
    return [{ time, message: time === undefined ? text : text.slice(time.length + 1) }];
  }
}

/** Everything that is in a file from where the handle stands. */
async function* readToEnd({ handle }: OpenFile, reader: EventReader): AsyncGenerator<LoggedEvent[]> {
  const piece = new Uint8Array(pieceLength);
  for (;;) {
    const { bytesRead } = await handle.read(piece, 0, piece.length);
    const events = bytesRead === 0 ? reader.flush() : reader.take(piece.subarray(0, bytesRead));
    if (events.length > 0) yield events;
    if (bytesRead === 0) return;
  }
}

/** All of the group's files, once there are any. */
async function awaitFiles(folder: string, group: string): Promise<OpenFile[]> {
  for (;;) {
    const files = await openFiles(folder, group, undefined);
    if (files.length > 0) return files;
    await delay(pollPause);
  }
}

/** Whether the group has a file. */
export async function hasLog(folder: string, group: string): Promise<boolean> {
  const files = await openFiles(folder, group, undefined);
  for (const { handle } of files) await handle.close();
  return files.length > 0;
}

/**
 * Yields some events at a time; nothing at all when the group has no file. With `follow` it waits for one, and goes on until
 * it is ended.
 */
export async function* readLog(folder: string, group: string, follow: boolean): AsyncGenerator<LoggedEvent[]> {
  let files = follow ? await awaitFiles(folder, group) : await openFiles(folder, group, undefined);
  let reader = new EventReader();
  try {
    while (files.length > 0) {
      const [file] = files as [OpenFile];
      yield* readToEnd(file, reader);
      if (files.length === 1) {
        if (!follow) return;
        const newer = await openFiles(folder, group, file.inode);
        files.push(...newer);
        // What was written between the last read and the rotation.
        if (newer.length > 0) yield* readToEnd(file, reader);
      }
      if (files.length > 1) {
        await file.handle.close();
        files = files.slice(1);
        reader = new EventReader();
      } else await delay(pollPause);
    }
  } finally {
    for (const { handle } of files) await handle.close();
  }
}
