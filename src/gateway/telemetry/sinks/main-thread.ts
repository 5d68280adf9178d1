/** From a thread that serves traffic to the main thread, which has the destinations: one writer for each file or stream. */
import { limits } from "../../../limits.ts";
import { eventQueues, type Events } from "./event-queue.ts";
import { type Carrier, delivered, type Delivery, type Logs } from "./log-sink.ts";

/** Events on their way to the main thread, which answers when it has taken them. */
export interface LogPosting {
  readonly log: keyof Logs;
  readonly name: string;
  /** Times and messages in turn. */
  readonly events: readonly (number | string)[];
}

/** Posts one batch; resolves when the main thread has it. */
export type PostLogs = (posting: LogPosting) => Promise<void>;

export class MainThreadCarrier implements Carrier<Events> {
  readonly newQueue = eventQueues({
    events: 10_000,
    bytes: limits.logHandOver,
    eventOverhead: 1,
    eventBytes: limits.deliveryRecord,
    span: Infinity,
  });
  readonly pause = limits.logFilePause;
  readonly #log: keyof Logs;
  readonly #post: PostLogs;

  constructor(log: keyof Logs, post: PostLogs) {
    this.#log = log;
    this.#post = post;
  }

  async send(name: string, events: Events): Promise<Delivery<Events>> {
    await this.#post({ log: this.#log, name, events: events.flatMap(({ time, message }) => [time, message]) });
    return delivered;
  }

  close(): void {}
}

/** In the main thread: gives what came to its sink. */
export function takePosting(logs: Logs, { log, name, events }: LogPosting): void {
  for (let i = 0; i < events.length; i += 2) logs[log].write(name, String(events[i + 1]), Number(events[i]));
}
