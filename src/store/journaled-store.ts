/**
 * A store whose truth is an image in memory and whose durability is a journal's affair. Transactions run at once against
 * the image, those of one turn of the event loop go to the journal together, and each is answered when the journal says
 * that it is on disk. When the journal fails, everything not yet on disk is taken back, the latest first.
 */
import { limits } from "../limits.ts";
import { changesOf } from "./image.ts";
import type { Image, Step } from "./image.ts";
import { appendStep } from "./journal.ts";
import type { Journal, Outcome, Rows } from "./journal.ts";
import { StoreUnavailable } from "./store.ts";
import type { ChangeListener, Reader, Store, Transaction } from "./store.ts";

/** Someone who is answered later. */
interface Waiter {
  /** What they asked has come to be durable. */
  readonly settle: () => void;
  /** It has not, and what it did or saw has been taken back. */
  readonly fail: (error: StoreUnavailable) => void;
}

/** A transaction that is not durable yet. */
interface Pending extends Waiter {
  readonly sequence: number;
  readonly steps: readonly Step[];
  /** Those who wrote nothing, but may have seen what this transaction wrote. */
  readonly readers: Waiter[];
}

/** Told of each commit, and of how many transactions it made durable. Must not throw. */
export type CommitListener = (transactions: number) => void;

export class JournaledStore implements Store {
  readonly #image: Image;
  readonly #journal: Journal;
  readonly #onCommit: CommitListener;
  readonly #listeners = new Set<ChangeListener>();
  #pending: Pending[] = [];
  #sequence = 0;
  #epoch = 0;
  /** What runs in this turn of the event loop and is not with the journal yet. */
  #rows: Rows = [];
  #gathered = 0;
  #broken: StoreUnavailable | undefined;
  #closing: Promise<void> | undefined;
  #drained: (() => void) | undefined;
  #failsUntil = 0;

  /** `connect` is given the function to tell outcomes to, in order; it must not be called before `connect` returns. */
  constructor(
    image: Image,
    connect: (tell: (outcome: Outcome) => void) => Journal,
    onCommit: CommitListener = () => undefined,
  ) {
    this.#image = image;
    this.#onCommit = onCommit;
    this.#journal = connect((outcome) => this.#hear(outcome));
  }

  get failsUntil(): number {
    return this.#failsUntil;
  }

  get present(): Reader {
    return this.#image;
  }

  transact<T>(work: (transaction: Transaction) => T): Promise<T> {
    if (this.#closing !== undefined) return Promise.reject(new StoreUnavailable("The store is closed."));
    return new Promise((resolve, reject) => this.#attempt(work, resolve, reject));
  }

  subscribe(listener: ChangeListener): () => void {
    const own: ChangeListener = (changes) => listener(changes);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  close(): Promise<void> {
    this.#closing ??= this.#drain().then(() => this.#journal.close());
    return this.#closing;
  }

  #attempt<T>(
    work: (transaction: Transaction) => T,
    resolve: (result: T) => void,
    reject: (reason: unknown) => void,
  ): void {
    let steps: readonly Step[] = [];
    let settle: () => void;
    try {
      const done = this.#image.run(work);
      this.#gather(done.steps);
      steps = done.steps;
      settle = () => resolve(done.result);
    } catch (error) {
      settle = () => reject(error);
    }
    if (steps.length > 0) {
      this.#pending.push({ sequence: this.#sequence, steps, settle, fail: reject, readers: [] });
      return;
    }
    // A result and a refusal alike may come from what others wrote; if that is taken back, this was a dream and runs again.
    const lastSeen = this.#pending.at(-1);
    if (lastSeen === undefined) settle();
    else lastSeen.readers.push({ settle, fail: () => this.#attempt(work, resolve, reject) });
  }

  /** Gives the steps a place in the journal. Throws when they can't have one, and then they have been taken back. */
  #gather(steps: readonly Step[]): void {
    if (steps.length === 0) return;
    const before = this.#rows.length;
    try {
      if (this.#broken !== undefined) throw this.#broken;
      for (const step of steps) appendStep(this.#rows, step);
    } catch (error) {
      this.#rows.length = before;
      this.#image.undo(steps);
      throw error;
    }
    this.#sequence++;
    this.#gathered++;
    if (this.#gathered === 1) setImmediate(() => this.#flush());
    else if (this.#gathered >= limits.commitBatch) this.#flush();
  }

  #flush(): void {
    if (this.#gathered === 0) return;
    const batch = { epoch: this.#epoch, last: this.#sequence, transactions: this.#gathered, rows: this.#rows };
    this.#rows = [];
    this.#gathered = 0;
    this.#journal.append(batch);
  }

  #hear(outcome: Outcome): void {
    if ("durable" in outcome) {
      this.#failsUntil = 0;
      this.#settle(outcome.durable);
    } else if ("broken" in outcome) {
      this.#failsUntil = Infinity;
      this.#broken = new StoreUnavailable(outcome.broken);
      this.#takeBack(this.#broken);
    } else if (outcome.epoch === this.#epoch) {
      this.#epoch++;
      this.#failsUntil = Date.now() + limits.storeFailureAge;
      this.#takeBack(new StoreUnavailable(outcome.failed));
    }
    if (this.#pending.length === 0) this.#drained?.();
  }

  #settle(durable: number): void {
    const later = this.#pending.findIndex((pending) => pending.sequence > durable);
    const settled = this.#pending.splice(0, later < 0 ? this.#pending.length : later);
    this.#onCommit(settled.length);
    for (const { steps, settle, readers } of settled) {
      const answer = (): void => {
        settle();
        for (const reader of readers) reader.settle();
      };
      const listening = this.#tell(steps);
      if (listening.length === 0) answer();
      else void Promise.allSettled(listening).then(answer);
    }
  }

  #takeBack(error: StoreUnavailable): void {
    const lost = this.#pending;
    this.#pending = [];
    this.#rows = [];
    this.#gathered = 0;
    for (const { steps } of lost.toReversed()) this.#image.undo(steps);
    for (const waiter of lost) waiter.fail(error);
    for (const reader of lost.flatMap((pending) => pending.readers)) reader.fail(error);
  }

  /** Tells the listeners, and returns the promises of those that need time. */
  #tell(steps: readonly Step[]): Promise<void>[] {
    if (this.#listeners.size === 0) return [];
    const changes = changesOf(steps);
    const listening: Promise<void>[] = [];
    for (const listener of this.#listeners) {
      try {
        const promise = listener(changes);
        if (promise instanceof Promise) listening.push(promise.catch(warn));
      } catch (error) {
        warn(error);
      }
    }
    return listening;
  }

  #drain(): Promise<void> {
    this.#flush();
    if (this.#pending.length === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#drained = resolve;
    });
  }
}

/** The transaction is on disk and its caller must hear so; a listener that throws is a mistake of our own. */
function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : new Error(String(error)));
}
