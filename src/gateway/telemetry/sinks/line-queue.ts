/**
 * Events for files: each is a line of a buffer as soon as it comes, and the buffers are used again. So nothing of it is left
 * for the collector of garbage, and a batch is written as it is.
 */
import { limits } from "../../../limits.ts";
import { cutUtf8 } from "../utf8.ts";
import type { Batch, Queue } from "./log-sink.ts";

/** A buffer whose beginning is whole lines. */
export interface LineBuffer {
  readonly buffer: Uint8Array;
  /** Where the next line goes. */
  readonly end: number;
  readonly lines: number;
}

/** One that more lines may come to. */
interface Filling extends LineBuffer {
  readonly buffer: Buffer;
  end: number;
  lines: number;
}

export interface Lines extends Batch {
  readonly buffers: readonly LineBuffer[];
}

/** What ends a line. */
export const newline = 0x0a;
const timeLength = "2026-01-31T12:00:00.000Z ".length;

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

const iso = isoTimes();

/** Further lines of an event begin with a tab, so that no text can pass for another event. */
const inOneEvent = (message: string): string => (message.includes("\n") ? message.replaceAll("\n", "\n\t") : message);

/** Bytes of a queue's first buffer, of its second and of all others: most groups have few lines. */
const sizes = [4_096, 16_384, 65_536] as const;
const [, , largest] = sizes;
const buffersOfBatch = limits.logFileBatch / largest;

/** Buffers of the largest size that were written and can be filled again. */
class SpareBuffers {
  readonly #buffers: Buffer[] = [];

  take(): Buffer {
    return this.#buffers.pop() ?? Buffer.allocUnsafeSlow(largest);
  }

  /** Those of other threads are not buffers any more. */
  put(buffer: Uint8Array): void {
    if (Buffer.isBuffer(buffer) && buffer.length === largest && this.#buffers.length < limits.logSpareBuffers)
      this.#buffers.push(buffer);
  }
}

const memoryOf = (buffers: readonly LineBuffer[]): number =>
  buffers.reduce((sum, { buffer }) => sum + buffer.length, 0);

class LineQueue implements Queue<Lines> {
  readonly #times: boolean;
  readonly #spares: SpareBuffers;
  /** The oldest first. */
  #buffers: LineBuffer[] = [];
  /** The last of them, unless it came as it is. */
  #current: Filling | undefined = undefined;
  /** Whether the last batch had buffers of the largest size: the next one will, too. */
  #busy = false;

  constructor(times: boolean, spares: SpareBuffers) {
    this.#times = times;
    this.#spares = spares;
  }

  get isEmpty(): boolean {
    return this.#buffers.length === 0;
  }

  /** One more than a batch has: the last is not full yet. */
  get isFull(): boolean {
    return this.#buffers.length > buffersOfBatch;
  }

  add(message: string, time: number): number {
    const text = inOneEvent(cutUtf8(message, limits.logEvent));
    // A character has at most three bytes, so those of most texts need not be counted.
    const most = (text.length * 3 > largest ? Buffer.byteLength(text) : text.length * 3) + timeLength + 1;
    let current = this.#current;
    let held = 0;
    if (current === undefined || current.buffer.length - current.end < most) {
      current = this.#open(most);
      held = current.buffer.length;
    }
    const { buffer } = current;
    let { end } = current;
    if (this.#times) end += buffer.write(`${iso(time)} `, end, "latin1");
    end += buffer.write(text, end);
    buffer[end++] = newline;
    current.end = end;
    current.lines++;
    return held;
  }

  #open(bytes: number): Filling {
    const opened = { buffer: this.#newBuffer(bytes), end: 0, lines: 0 };
    this.#buffers.push(opened);
    this.#current = opened;
    return opened;
  }

  #newBuffer(bytes: number): Buffer {
    const size = this.#busy ? largest : (sizes[this.#buffers.length] ?? largest);
    if (size === largest && bytes <= size) return this.#spares.take();
    return Buffer.allocUnsafeSlow(Math.max(size, bytes));
  }

  put({ buffers }: Lines): number {
    this.#buffers.push(...buffers);
    this.#current = undefined;
    return memoryOf(buffers);
  }

  take(): Lines {
    const buffers = this.#buffers.splice(0, buffersOfBatch);
    if (this.#buffers.length === 0) this.#current = undefined;
    this.#busy = buffers.length >= sizes.length;
    return { buffers, length: buffers.reduce((sum, { lines }) => sum + lines, 0) };
  }

  release({ buffers }: Lines): number {
    for (const { buffer } of buffers) this.#spares.put(buffer);
    return memoryOf(buffers);
  }
}

/** What a carrier to files makes its queues by. `times`: whether each event begins with its time. */
export function lineQueues(times: boolean): () => Queue<Lines> {
  const spares = new SpareBuffers();
  return () => new LineQueue(times, spares);
}
