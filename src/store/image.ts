/**
 * The documents in memory: the one truth that transactions read and change, synchronously and one at a time. What a
 * transaction does is logged as steps, so that it can be taken back: at once when its work throws, or later when it could
 * not be made durable.
 */
import type { Documents, Kind } from "../model/documents.ts";
import type { Change, Reader, Transaction } from "./store.ts";

type AnyDocument = Documents[Kind];

/** A document in its place: positions grow with creation and are kept when the document is replaced. */
interface Entry {
  readonly position: number;
  readonly document: AnyDocument;
}

/** The documents of one kind and one parent, by id, in order of position. */
type Siblings = Map<string, Entry>;

/** One put or delete, as it was done. */
export interface Step {
  readonly kind: Kind;
  readonly parent: string;
  readonly id: string;
  readonly before: Entry | undefined;
  readonly after: Entry | undefined;
}

/** Freezes a document with all its parts. What is frozen already is taken to be so all the way down. */
export function deepFreeze<T extends object>(value: T): T {
  if (Object.isFrozen(value)) return value;
  Object.freeze(value);
  // Every document comes this way, and documents are plain data: no list of the members is made.
  for (const name in value) {
    const member: unknown = value[name];
    if (typeof member === "object" && member !== null) deepFreeze(member);
  }
  return value;
}

export class Image implements Reader {
  readonly #kinds = new Map<Kind, Map<string, Siblings>>();
  #nextPosition = 0;
  #busy = false;

  get<K extends Kind>(kind: K, parent: string, id: string): Documents[K] | undefined {
    return this.#kinds.get(kind)?.get(parent)?.get(id)?.document as Documents[K] | undefined;
  }

  list<K extends Kind>(kind: K, parent: string): readonly Documents[K][] {
    const siblings = this.#kinds.get(kind)?.get(parent);
    return siblings === undefined ? [] : Array.from(siblings.values(), (entry) => entry.document as Documents[K]);
  }

  *all<K extends Kind>(kind: K): Iterable<readonly [string, string, Documents[K]]> {
    for (const [parent, siblings] of this.#kinds.get(kind) ?? []) {
      for (const [id, entry] of siblings) yield [parent, id, entry.document as Documents[K]];
    }
  }

  /** Puts a document, outside of any transaction when the store is read from disk. Returns what was done. */
  put(kind: Kind, parent: string, id: string, document: AnyDocument): Step {
    const before = this.#kinds.get(kind)?.get(parent)?.get(id);
    const after = { position: before?.position ?? this.#nextPosition++, document: deepFreeze(document) };
    this.#siblings(kind, parent).set(id, after);
    return { kind, parent, id, before, after };
  }

  /** Removes a document; undefined when there was none. */
  delete(kind: Kind, parent: string, id: string): Step | undefined {
    const before = this.#kinds.get(kind)?.get(parent)?.get(id);
    if (before === undefined) return undefined;
    this.#drop(kind, parent, id);
    return { kind, parent, id, before, after: undefined };
  }

  /** Runs the work and returns its result with the steps that it took. When it throws, nothing has changed. */
  run<T>(work: (transaction: Transaction) => T): { readonly result: T; readonly steps: readonly Step[] } {
    if (this.#busy) throw new Error("A transaction was begun inside a transaction.");
    this.#busy = true;
    const transaction = new ImageTransaction(this);
    try {
      const result = work(transaction);
      if (result instanceof Promise) throw new TypeError("The work of a transaction must be synchronous.");
      return { result, steps: transaction.end() };
    } catch (error) {
      this.undo(transaction.end());
      throw error;
    } finally {
      this.#busy = false;
    }
  }

  /** Takes steps back, the last one first. They must be the latest of all steps that still stand. */
  undo(steps: readonly Step[]): void {
    const disordered = new Set<Siblings>();
    for (const { kind, parent, id, before, after } of steps.toReversed()) {
      if (before === undefined) {
        this.#drop(kind, parent, id);
        continue;
      }
      const siblings = this.#siblings(kind, parent);
      siblings.set(id, before);
      if (after === undefined) disordered.add(siblings);
    }
    for (const siblings of disordered) restoreOrder(siblings);
  }

  #siblings(kind: Kind, parent: string): Siblings {
    const parents = this.#kinds.get(kind) ?? new Map<string, Siblings>();
    this.#kinds.set(kind, parents);
    const siblings = parents.get(parent) ?? new Map<string, Entry>();
    return parents.set(parent, siblings).get(parent) ?? siblings;
  }

  #drop(kind: Kind, parent: string, id: string): void {
    const parents = this.#kinds.get(kind);
    const siblings = parents?.get(parent);
    siblings?.delete(id);
    if (siblings?.size === 0) parents?.delete(parent);
  }
}

/** A Map keeps its keys as they came; one that was taken out and put back stands at the end until this. */
function restoreOrder(siblings: Siblings): void {
  const entries = [...siblings].sort(([, a], [, b]) => a.position - b.position);
  siblings.clear();
  for (const [id, entry] of entries) siblings.set(id, entry);
}

/** What the work of one transaction sees; of no use once the work has ended. */
class ImageTransaction implements Transaction {
  readonly #image: Image;
  readonly #steps: Step[] = [];
  #ended = false;

  constructor(image: Image) {
    this.#image = image;
  }

  get<K extends Kind>(kind: K, parent: string, id: string): Documents[K] | undefined {
    return this.#open().get(kind, parent, id);
  }

  list<K extends Kind>(kind: K, parent: string): readonly Documents[K][] {
    return this.#open().list(kind, parent);
  }

  all<K extends Kind>(kind: K): Iterable<readonly [string, string, Documents[K]]> {
    return this.#open().all(kind);
  }

  put<K extends Kind>(kind: K, parent: string, id: string, document: Documents[K]): void {
    this.#steps.push(this.#open().put(kind, parent, id, document));
  }

  delete(kind: Kind, parent: string, id: string): void {
    const step = this.#open().delete(kind, parent, id);
    if (step !== undefined) this.#steps.push(step);
  }

  end(): readonly Step[] {
    this.#ended = true;
    return this.#steps;
  }

  #open(): Image {
    if (this.#ended) throw new Error("A transaction was used after its work had ended.");
    return this.#image;
  }
}

/** What steps come to: one change a document, from what it was before the first to what it is after the last. */
export function changesOf(steps: readonly Step[]): readonly Change[] {
  if (steps.length === 1) return steps.map(changeOf);
  const net = new Map<string, Step>();
  for (const step of steps) {
    // The length tells where the parent ends, whatever is in it.
    const key = `${step.kind} ${step.parent.length} ${step.parent} ${step.id}`;
    const first = net.get(key);
    net.delete(key);
    net.set(key, first === undefined ? step : { ...step, before: first.before });
  }
  return [...net.values()].map(changeOf).filter((change) => change.before !== change.after);
}

function changeOf({ kind, parent, id, before, after }: Step): Change {
  return { kind, parent, id, before: before?.document, after: after?.document };
}
