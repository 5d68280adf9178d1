/**
 * Which requests of a stage with active tracing are traced: the first of each second, and five of a hundred others, as
 * the default rule of X-Ray has it (facts/runtime.md 7).
 *
 * The threads of a process share the seconds in memory: a cell holds the last second that was taken by a request of the
 * stages that fall on it. A stage finds its cell by its name, so cells need no owner; stages that meet in one share it.
 */
import { limits } from "../../../limits.ts";
import { fnv1a } from "../../fnv.ts";

/** Sent to worker threads as it stands. */
export type SamplingSlab = SharedArrayBuffer;

export const createSamplingSlab = (): SamplingSlab =>
  new SharedArrayBuffer(limits.samplingCells * Int32Array.BYTES_PER_ELEMENT);

const fixedRate = 0.05;

export const samplingCell = (apiId: string, stageName: string): number =>
  fnv1a(`${apiId}/${stageName}`) % limits.samplingCells;

export class Sampler {
  readonly #seconds: Int32Array;
  readonly #random: () => number;

  /** `random`: from 0 up to, but not, 1. */
  constructor(slab: SamplingSlab, random: () => number = Math.random) {
    this.#seconds = new Int32Array(slab);
    this.#random = random;
  }

  /** `now`: epoch milliseconds. */
  samples(cell: number, now: number): boolean {
    const second = Math.floor(now / 1_000) | 0;
    const last = Atomics.load(this.#seconds, cell);
    if (last !== second && Atomics.compareExchange(this.#seconds, cell, last, second) === last) return true;
    return this.#random() < fixedRate;
  }
}
