/** Events for destinations that take them one by one: in lists, each as it came. */
import { limits } from "../../../limits.ts";
import { cutUtf8 } from "../utf8.ts";
import type { Queue } from "./log-sink.ts";

export interface LogEvent {
  /** Epoch milliseconds. */
  readonly time: number;
  readonly message: string;
  /** Of the message in UTF-8. */
  readonly bytes: number;
}

/** In the order of their times. */
export type Events = readonly LogEvent[];

/** What one batch may hold. */
export interface BatchRules {
  readonly events: number;
  /** Sum of the events' bytes, each with `eventOverhead`. */
  readonly bytes: number;
  readonly eventOverhead: number;
  /** A message that is longer is cut. */
  readonly eventBytes: number;
  /** Milliseconds from the earliest to the latest event. */
  readonly span: number;
}

const held = ({ bytes }: LogEvent): number => bytes + limits.logEventCost;

class EventQueue implements Queue<Events> {
  readonly #rules: BatchRules;
  #waiting: LogEvent[] = [];
  /** Of what waits, as the destination counts. */
  #bytes = 0;

  constructor(rules: BatchRules) {
    this.#rules = rules;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  get isFull(): boolean {
    return this.#bytes >= this.#rules.bytes || this.#waiting.length >= this.#rules.events;
  }

  add(message: string, time: number): number {
    const { eventBytes, eventOverhead } = this.#rules;
    const text = cutUtf8(message, eventBytes);
    const event = { time, message: text, bytes: Buffer.byteLength(text) };
    this.#waiting.push(event);
    this.#bytes += event.bytes + eventOverhead;
    return held(event);
  }

  put(batch: Events): number {
    return batch.reduce((sum, { message, time }) => sum + this.add(message, time), 0);
  }

  take(): Events {
    const { events, bytes: full, eventOverhead, span } = this.#rules;
    let count = 0;
    let bytes = 0;
    let earliest = Infinity;
    let latest = -Infinity;
    for (const event of this.#waiting) {
      earliest = Math.min(earliest, event.time);
      latest = Math.max(latest, event.time);
      const more = bytes + event.bytes + eventOverhead;
      if (count > 0 && (count >= events || more > full || latest - earliest > span)) break;
      bytes = more;
      count++;
    }
    this.#bytes -= bytes;
    const all = count === this.#waiting.length;
    const batch = all ? this.#waiting : this.#waiting.slice(0, count);
    this.#waiting = all ? [] : this.#waiting.slice(count);
    return batch.sort((a, b) => a.time - b.time);
  }

  release(batch: Events): number {
    return batch.reduce((sum, event) => sum + held(event), 0);
  }
}

/** What a carrier for such a destination makes its queues by. */
export const eventQueues = (rules: BatchRules) => (): Queue<Events> => new EventQueue(rules);
