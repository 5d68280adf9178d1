/** The sink before every carrier: a bounded queue for each name, batches, and retries that nobody waits for. */
import { setTimeout as delay } from "node:timers/promises";
import { limits } from "../../../limits.ts";
import { type Batch, BatchRefused, type Carrier, type Delivery, type LogSink, type Queue } from "./log-sink.ts";
import type { OperatorLog } from "../../../operator-log.ts";

/** Events of one name that wait for their batch. */
interface Lane<B extends Batch> {
  readonly name: string;
  readonly queue: Queue<B>;
  /** Starts the delivery of what came since the last one. */
  timer: NodeJS.Timeout | undefined;
  delivery: Promise<void> | undefined;
  /** Whether the last attempt failed; the operator is told when that changes. */
  failing: boolean;
}

export interface ShipperBounds {
  /** Bytes of memory of all events that are not delivered yet; the event that reaches it is the last. */
  readonly logQueueBytes: number;
  /** Milliseconds before the first retry, and at most before any. */
  readonly logRetryPause: number;
  readonly logRetryPauseMaximum: number;
  /** Milliseconds for what is left on closing. */
  readonly logFlushTimeout: number;
  /** Milliseconds between two reports of dropped events. */
  readonly logReportPause: number;
}

export class Shipper<B extends Batch> implements LogSink {
  readonly #carrier: Carrier<B>;
  readonly #log: OperatorLog;
  readonly #bounds: ShipperBounds;
  readonly #lanes = new Map<string, Lane<B>>();
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

  constructor(carrier: Carrier<B>, log: OperatorLog, bounds: ShipperBounds = limits) {
    this.#carrier = carrier;
    this.#log = log;
    this.#bounds = bounds;
  }

  write(name: string, message: string, time: number): void {
    const lane = this.#admit(name, 1);
    if (lane === undefined) return;
    this.#held += lane.queue.add(message, time);
    this.#soon(lane);
  }

  take(name: string, batch: Batch): void {
    const lane = this.#admit(name, batch.length);
    if (lane === undefined) return;
    // Who fills batches for this carrier makes queues as it does.
    this.#held += lane.queue.put(batch as B);
    this.#soon(lane);
  }

  /** The lane of so many events that come; undefined where they are dropped. */
  #admit(name: string, count: number): Lane<B> | undefined {
    if (!this.#closed && this.#held < this.#bounds.logQueueBytes) return this.#lanes.get(name) ?? this.#open(name);
    this.#drop(name, count);
    return undefined;
  }

  /** Delivers what waits at once where it fills a batch, else after a pause. */
  #soon(lane: Lane<B>): void {
    if (lane.delivery !== undefined) return;
    if (lane.queue.isFull) this.#deliver(lane);
    else lane.timer ??= setTimeout(() => this.#deliver(lane), this.#carrier.pause);
  }

  #open(name: string): Lane<B> {
    const lane: Lane<B> = {
      name,
      queue: this.#carrier.newQueue(),
      timer: undefined,
      delivery: undefined,
      failing: false,
    };
    this.#lanes.set(name, lane);
    return lane;
  }

  #deliver(lane: Lane<B>): void {
    clearTimeout(lane.timer);
    lane.timer = undefined;
    lane.delivery ??= this.#empty(lane).finally(() => {
      lane.delivery = undefined;
      if (lane.queue.isEmpty) this.#lanes.delete(lane.name);
      else if (this.#closed) this.#deliver(lane);
      else lane.timer = setTimeout(() => this.#deliver(lane), this.#carrier.pause);
    });
  }

  /** Sends what waits, batch after batch, as long as there is enough for one. Never rejects. */
  async #empty(lane: Lane<B>): Promise<void> {
    const { queue } = lane;
    do {
      const batch = queue.take();
      await this.#send(lane, batch);
      this.#held -= queue.release(batch);
    } while (!queue.isEmpty && (this.#closed || queue.isFull));
  }

  /** Tries until the batch is taken, refused for good, or the time to close is over. Never rejects. */
  async #send(lane: Lane<B>, batch: B): Promise<void> {
    let left = batch;
    for (let attempt = 0; ; attempt++) {
      let reason: unknown = "only a part was taken";
      try {
        const { again, refused } = await this.#attempt(lane.name, left);
        if (refused > 0) this.#drop(lane.name, refused);
        if (again === undefined || again.length === 0) {
          this.#works(lane);
          return;
        }
        left = again;
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
  #attempt(name: string, batch: B): Promise<Delivery<B>> {
    const { signal } = this.#abort;
    const noTime = new Error("there was no time left");
    if (signal.aborted) return Promise.reject(noTime);
    return new Promise((resolve, reject) => {
      const giveUp = (): void => reject(noTime);
      signal.addEventListener("abort", giveUp, { once: true });
      this.#carrier
        .send(name, batch, signal)
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

  #fails(lane: Lane<B>, reason: unknown): void {
    if (lane.failing) return;
    lane.failing = true;
    this.#log.error({ err: reason, log: lane.name }, "a log cannot be written; its events wait, within a bound");
  }

  #works(lane: Lane<B>): void {
    if (!lane.failing) return;
    lane.failing = false;
    this.#log.info({ log: lane.name }, "a log can be written again");
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
