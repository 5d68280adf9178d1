/** The sink before every carrier: a bounded queue for each name, batches, and retries that nobody waits for. */
import { setTimeout as delay } from "node:timers/promises";
import { limits } from "../../../limits.ts";
import type { GatewayLog } from "../../invocation.ts";
import { BatchRefused, type Carrier, type Delivery, type LogEvent, type LogSink } from "./log-sink.ts";
import { cutUtf8 } from "../utf8.ts";

/** Events of one name that wait for their batch. */
interface Lane {
  readonly name: string;
  waiting: LogEvent[];
  /** Of what waits, as the carrier counts. */
  bytes: number;
  /** Starts the delivery of what came since the last one. */
  timer: NodeJS.Timeout | undefined;
  delivery: Promise<void> | undefined;
  /** Whether the last attempt failed; the operator is told when that changes. */
  failing: boolean;
}

export interface ShipperBounds {
  /** Bytes of all events that are not delivered yet, each with what it costs beside its text. */
  readonly logQueueBytes: number;
  /** Milliseconds before the first retry, and at most before any. */
  readonly logRetryPause: number;
  readonly logRetryPauseMaximum: number;
  /** Milliseconds for what is left on closing. */
  readonly logFlushTimeout: number;
  /** Milliseconds between two reports of dropped events. */
  readonly logReportPause: number;
}

/** What an event costs in memory beside its text. */
const eventCost = 128;

export class Shipper implements LogSink {
  readonly #carrier: Carrier;
  readonly #log: GatewayLog;
  readonly #bounds: ShipperBounds;
  readonly #lanes = new Map<string, Lane>();
  readonly #abort = new AbortController();
  /** Ends pauses between attempts: on closing, everything is tried at once. */
  readonly #hurry = new AbortController();
  /** Bytes of all events that are not delivered yet. */
  #held = 0;
  #closed = false;
  /** Not told to the operator yet. */
  readonly #dropped = new Map<string, number>();
  /** Events that were not delivered and never will be, from the start. */
  dropped = 0;
  #report: NodeJS.Timeout | undefined = undefined;

  constructor(carrier: Carrier, log: GatewayLog, bounds: ShipperBounds = limits) {
    this.#carrier = carrier;
    this.#log = log;
    this.#bounds = bounds;
  }

  write(name: string, message: string, time: number): void {
    const { eventBytes, eventOverhead, bytes: full, events } = this.#carrier.rules;
    // A character has at most three bytes: most texts need not be measured to be known to fit.
    const text = message.length * 3 > eventBytes ? cutUtf8(message, eventBytes) : message;
    const bytes = Buffer.byteLength(text);
    if (this.#closed || this.#held + bytes + eventCost > this.#bounds.logQueueBytes) {
      this.#drop(name, 1);
      return;
    }
    this.#held += bytes + eventCost;
    const lane = this.#lanes.get(name) ?? this.#open(name);
    lane.waiting.push({ time, message: text, bytes });
    lane.bytes += bytes + eventOverhead;
    if (lane.delivery !== undefined) return;
    if (lane.bytes >= full || lane.waiting.length >= events) this.#deliver(lane);
    else lane.timer ??= setTimeout(() => this.#deliver(lane), this.#carrier.rules.pause);
  }

  #open(name: string): Lane {
    const lane: Lane = { name, waiting: [], bytes: 0, timer: undefined, delivery: undefined, failing: false };
    this.#lanes.set(name, lane);
    return lane;
  }

  #deliver(lane: Lane): void {
    clearTimeout(lane.timer);
    lane.timer = undefined;
    lane.delivery ??= this.#empty(lane).finally(() => {
      lane.delivery = undefined;
      if (lane.waiting.length === 0) this.#lanes.delete(lane.name);
      else if (this.#closed) this.#deliver(lane);
      else lane.timer = setTimeout(() => this.#deliver(lane), this.#carrier.rules.pause);
    });
  }

  /** Sends what waits, batch after batch, as long as there is enough for one. Never rejects. */
  async #empty(lane: Lane): Promise<void> {
    do {
      const batch = this.#takeBatch(lane);
      await this.#send(lane, batch);
      for (const { bytes } of batch) this.#held -= bytes + eventCost;
    } while (lane.waiting.length > 0 && (this.#closed || lane.bytes >= this.#carrier.rules.bytes));
  }

  /** The first events that fit in one batch, in the order of their times. */
  #takeBatch(lane: Lane): LogEvent[] {
    const { events, bytes: full, eventOverhead, span } = this.#carrier.rules;
    let count = 0;
    let bytes = 0;
    let earliest = Infinity;
    let latest = -Infinity;
    for (const event of lane.waiting) {
      earliest = Math.min(earliest, event.time);
      latest = Math.max(latest, event.time);
      const more = bytes + event.bytes + eventOverhead;
      if (count > 0 && (count >= events || more > full || latest - earliest > span)) break;
      bytes = more;
      count++;
    }
    lane.bytes -= bytes;
    const batch = count === lane.waiting.length ? lane.waiting : lane.waiting.slice(0, count);
    lane.waiting = count === lane.waiting.length ? [] : lane.waiting.slice(count);
    return batch.sort((a, b) => a.time - b.time);
  }

  /** Tries until the batch is taken, refused for good, or the time to close is over. Never rejects. */
  async #send(lane: Lane, batch: readonly LogEvent[]): Promise<void> {
    let left = batch;
    for (let attempt = 0; ; attempt++) {
      let reason: unknown = "only a part was taken";
      try {
        const { again, refused } = await this.#attempt(lane.name, left);
        if (refused > 0) this.#drop(lane.name, refused);
        left = again;
        if (left.length === 0) {
          this.#works(lane);
          return;
        }
      } catch (error) {
        reason = error;
      }
      this.#fails(lane, reason);
      if (reason instanceof BatchRefused || this.#abort.signal.aborted) {
        this.#drop(lane.name, left.length);
        return;
      }
      await this.#pause(attempt);
    }
  }

  /** One attempt; a destination that does not answer is given up with everything else when the time to close is over. */
  #attempt(name: string, events: readonly LogEvent[]): Promise<Delivery> {
    const { signal } = this.#abort;
    return new Promise((resolve, reject) => {
      const giveUp = (): void => reject(new Error("there was no time left"));
      if (signal.aborted) giveUp();
      signal.addEventListener("abort", giveUp, { once: true });
      this.#carrier
        .send(name, events, signal)
        .finally(() => signal.removeEventListener("abort", giveUp))
        .then(resolve, reject);
    });
  }

  /** Doubles with each attempt, and is not the same for all who failed at one moment. Never rejects. */
  async #pause(attempt: number): Promise<void> {
    const longest = Math.min(this.#bounds.logRetryPause * 2 ** attempt, this.#bounds.logRetryPauseMaximum);
    const pause = this.#closed ? this.#bounds.logRetryPause : longest * (0.5 + Math.random() / 2);
    const signal = this.#closed ? this.#abort.signal : this.#hurry.signal;
    await delay(pause, undefined, { signal }).catch(() => undefined);
  }

  #fails(lane: Lane, reason: unknown): void {
    if (lane.failing) return;
    lane.failing = true;
    this.#log.error({ err: reason, log: lane.name }, "a log cannot be written; its events wait, within a bound");
  }

  #works(lane: Lane): void {
    if (!lane.failing) return;
    lane.failing = false;
    this.#log.error({ log: lane.name }, "a log can be written again");
  }

  /** The operator hears of dropped events once in a while, not for each. */
  #drop(name: string, count: number): void {
    this.dropped += count;
    this.#dropped.set(name, (this.#dropped.get(name) ?? 0) + count);
    this.#report ??= setTimeout(() => this.#tellDropped(), this.#bounds.logReportPause).unref();
  }

  #tellDropped(): void {
    clearTimeout(this.#report);
    this.#report = undefined;
    for (const [name, dropped] of this.#dropped) this.#log.error({ log: name, dropped }, "log events were dropped");
    this.#dropped.clear();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#hurry.abort();
    const deadline = setTimeout(() => this.#abort.abort(), this.#bounds.logFlushTimeout);
    for (const lane of this.#lanes.values()) this.#deliver(lane);
    while (this.#lanes.size > 0) {
      await Promise.all([...this.#lanes.values()].map(async ({ delivery }) => delivery));
    }
    clearTimeout(deadline);
    this.#carrier.close();
    this.#tellDropped();
  }
}
