/**
 * Which of two answers under one key is the fresher: that of the call of the endpoint which began later. A refresh takes a
 * turn of its own. Once it has brought an answer, no answer counts any more that was asked for before it, on any thread.
 *
 * The turns stand in memory that threads share, in cells that keys find by their hash, so that cells need no owner. Keys
 * that meet in one take each other's answers for overtaken now and then, which costs them a call.
 */
import { limits } from "../../limits.ts";
import { fnv1a } from "../fnv.ts";

/** Sent to worker threads as it stands. */
export type TurnSlab = SharedArrayBuffer;

/** The numbers of a cell: turns that were taken, and the latest of those that brought an answer. */
const cell = { taken: 0, kept: 1 } as const;
const numbersPerCell = 2;

export const createTurnSlab = (): TurnSlab =>
  new SharedArrayBuffer(limits.cacheTurns * numbersPerCell * Int32Array.BYTES_PER_ELEMENT);

/** Where a call stands among those of all nodes that share a cache. */
export interface SharedTurn {
  /** The content of the cluster that it began with. */
  readonly content: string;
  readonly number: number;
  /** When it began, epoch milliseconds. */
  readonly begunAt: number;
}

/** One call of the endpoint, or several that may be taken for the first of them. */
export class Turn {
  readonly #cells: Int32Array;
  readonly #at: number;
  readonly #number: number;
  /** Undefined where nothing is shared, and where the shared cache could not be asked. */
  shared: SharedTurn | undefined = undefined;

  constructor(cells: Int32Array, at: number, number: number) {
    this.#cells = cells;
    this.#at = at;
    this.#number = number;
  }

  /** Whether a call that began later has brought an answer. */
  get isOvertaken(): boolean {
    return this.#isBefore(Atomics.load(this.#cells, this.#at + cell.kept));
  }

  /** The call has brought an answer. False when it is overtaken: then the answer must not be kept. */
  keep(): boolean {
    for (;;) {
      const kept = Atomics.load(this.#cells, this.#at + cell.kept);
      if (this.#isBefore(kept)) return false;
      if (Atomics.compareExchange(this.#cells, this.#at + cell.kept, kept, this.#number) === kept) return true;
    }
  }

  /** Numbers go round: of two, the later is less than half of all numbers ahead. */
  #isBefore(other: number): boolean {
    return ((other - this.#number) | 0) > 0;
  }
}

export class Turns {
  readonly #cells: Int32Array;

  constructor(slab: TurnSlab = createTurnSlab()) {
    this.#cells = new Int32Array(slab);
  }

  /** The turn of a call that begins now. */
  begin(key: string): Turn {
    const at = this.#cellOf(key);
    return new Turn(this.#cells, at, Atomics.load(this.#cells, at + cell.taken));
  }

  /** The turn of a call that was asked for whatever is kept. */
  refresh(key: string): Turn {
    const at = this.#cellOf(key);
    return new Turn(this.#cells, at, (Atomics.add(this.#cells, at + cell.taken, 1) + 1) | 0);
  }

  #cellOf(key: string): number {
    return (fnv1a(key) % (this.#cells.length / numbersPerCell)) * numbersPerCell;
  }
}
