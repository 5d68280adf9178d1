/**
 * The store: documents by kind, parent and id, changed in transactions that are durable when they are answered.
 *
 * The work of a transaction is a synchronous function of what is stored, free of side effects: an implementation may run
 * it again (after losing a race with another node), and none can be interleaved with another.
 */
import type { Documents, Kind } from "../model/documents.ts";

export interface Reader {
  /** The document, or undefined. It is frozen. */
  get<K extends Kind>(kind: K, parent: string, id: string): Documents[K] | undefined;
  /** All documents of one parent, in order of creation. */
  list<K extends Kind>(kind: K, parent: string): readonly Documents[K][];
  /** Every document of a kind, with its parent and id. */
  all<K extends Kind>(kind: K): Iterable<readonly [parent: string, id: string, document: Documents[K]]>;
}

export interface Transaction extends Reader {
  /** Stores a document, new or in place of the present one. */
  put<K extends Kind>(kind: K, parent: string, id: string, document: Documents[K]): void;
  /** Removes a document; nothing happens when there is none. */
  delete(kind: Kind, parent: string, id: string): void;
}

/** One document that a committed transaction put (`after`) or removed (`after` undefined). */
export interface Change<K extends Kind = Kind> {
  readonly kind: K;
  readonly parent: string;
  readonly id: string;
  readonly before: Documents[K] | undefined;
  readonly after: Documents[K] | undefined;
}

/**
 * Told of each committed transaction's changes, in commit order, before its caller is answered; a caller waits for the
 * promise of a listener that returns one. Must neither throw nor reject.
 */
export type ChangeListener = (changes: readonly Change[]) => Promise<void> | undefined | void;

export interface Store {
  /**
   * Runs the work and makes what it did durable. Rejects with what the work threw, and then nothing has changed; rejects
   * with a `StoreUnavailable` when it could not be made durable, and then nothing has changed either.
   *
   * A transaction that wrote nothing resolves when everything it may have seen is durable.
   */
  transact<T>(work: (transaction: Transaction) => T): Promise<T>;
  /**
   * Epoch milliseconds: until then a change is taken to fail as the last one did, since nobody knows before the next one is
   * made; 0 when it did not fail, Infinity when none can be made any more.
   */
  readonly failsUntil: number;
  /** The present documents, those of transactions under way included: for start-up and for what is not answered to anyone. */
  readonly present: Reader;
  /** Adds a listener; returns what removes it. */
  subscribe(listener: ChangeListener): () => void;
  /** Waits for what is under way, then lets go of the data. */
  close(): Promise<void>;
}

/** The change could not be made durable (disk full, input/output error, connection lost). Nothing was changed. */
export class StoreUnavailable extends Error {
  override readonly name = "StoreUnavailable";
}

/** The store cannot be opened; the message says why and what to do, and is shown to the operator as it stands. */
export class StoreRefused extends Error {
  override readonly name = "StoreRefused";
}
