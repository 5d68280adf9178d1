/** A store of one test, in memory, whose listeners are told at once, or when the test says so. */
import { changesOf, Image } from "../../src/store/image.ts";
import type { Documents, Kind } from "../../src/model/documents.ts";
import type { Change, ChangeListener, Reader, Store, Transaction } from "../../src/store/store.ts";

export class ToldStore implements Store {
  readonly #image = new Image();
  readonly #listeners = new Set<ChangeListener>();
  readonly #held: Change[] = [];
  /** Set, listeners hear of changes when `tell` is called. */
  holds = false;
  /** Set, transactions fail with it. */
  failure: Error | undefined = undefined;
  readonly failsUntil = 0;

  get present(): Reader {
    return this.#image;
  }

  put<K extends Kind>(kind: K, parent: string, id: string, after: Documents[K]): void {
    this.#run((tx) => tx.put(kind, parent, id, after));
  }

  delete(kind: Kind, parent: string, id: string): void {
    this.#run((tx) => tx.delete(kind, parent, id));
  }

  async transact<T>(work: (transaction: Transaction) => T): Promise<T> {
    await Promise.resolve();
    if (this.failure !== undefined) throw this.failure;
    return this.#run(work);
  }

  tell(): void {
    for (const change of this.#held.splice(0)) for (const listener of this.#listeners) void listener([change]);
  }

  subscribe(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #run<T>(work: (transaction: Transaction) => T): T {
    const { result, steps } = this.#image.run(work);
    this.#held.push(...changesOf(steps));
    if (!this.holds) this.tell();
    return result;
  }
}
