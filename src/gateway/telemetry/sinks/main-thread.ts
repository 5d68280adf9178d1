/** From a thread that serves traffic to the main thread, which has the destinations: one writer for each file or stream. */
import { limits } from "../../../limits.ts";
import { type Batch, type Carrier, delivered, type Delivery, type Logs, type Queue } from "./log-sink.ts";

/** A batch on its way to the main thread, which answers when it has taken it. */
export interface LogPosting {
  readonly log: keyof Logs;
  readonly name: string;
  readonly batch: Batch;
}

/** Posts one batch; resolves when the main thread has it. */
export type PostLogs = (posting: LogPosting) => Promise<void>;

export class MainThreadCarrier<B extends Batch> implements Carrier<B> {
  readonly pause = limits.logFilePause;
  readonly newQueue: () => Queue<B>;
  readonly #log: keyof Logs;
  readonly #post: PostLogs;

  /** `newQueue`: as the main thread's carrier has it, which sends the batch as it is. */
  constructor(log: keyof Logs, newQueue: () => Queue<B>, post: PostLogs) {
    this.#log = log;
    this.newQueue = newQueue;
    this.#post = post;
  }

  async send(name: string, batch: B): Promise<Delivery<B>> {
    await this.#post({ log: this.#log, name, batch });
    return delivered;
  }

  close(): void {}
}

/** In the main thread: gives what came to its sink. */
export function takePosting(logs: Logs, { log, name, batch }: LogPosting): void {
  logs[log].take(name, batch);
}
