/** What is sent somewhere every now and then. */

export interface MetricsExporter {
  /** Sends what there is a last time. Never rejects. */
  close(): Promise<void>;
}

/** Does something every `interval` milliseconds, never twice at once, and once more at the end. Failures go to `onFailure`. */
export class Repeated implements MetricsExporter {
  readonly #work: (last: boolean) => Promise<void>;
  readonly #onFailure: (error: unknown) => void;
  readonly #timer: NodeJS.Timeout;
  #underWay: Promise<void> | undefined = undefined;

  constructor(interval: number, work: (last: boolean) => Promise<void>, onFailure: (error: unknown) => void) {
    this.#work = work;
    this.#onFailure = onFailure;
    this.#timer = setInterval(() => void this.#run(), interval).unref();
  }

  #run(): Promise<void> {
    this.#underWay ??= this.#work(false)
      .catch(this.#onFailure)
      .finally(() => {
        this.#underWay = undefined;
      });
    return this.#underWay;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#underWay;
    await this.#work(true).catch(this.#onFailure);
  }
}
