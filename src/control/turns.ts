/** Costly work, some of it at a time: who comes later waits, and who comes when too many wait is sent away. */
import { Fault } from "../errors.ts";

export class Turns {
  readonly #atOnce: number;
  readonly #queue: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** `queue`: how many may wait. */
  constructor(atOnce: number, queue: number) {
    this.#atOnce = atOnce;
    this.#queue = queue;
  }

  /** Does the work when it is its turn, in the order of the calls. Rejects with a TooManyRequestsException, or as the work does. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#atOnce) await this.#wait();
    else this.#running++;
    try {
      return await work();
    } finally {
      // The turn goes to who waits, or is free.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }

  #wait(): Promise<void> {
    if (this.#waiting.length >= this.#queue) {
      throw new Fault("TooManyRequestsException", "Too many requests of this kind are under way", 1);
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
