/** One rendering: its variables, its output, and what it may still spend. */
import { limits } from "../../limits.ts";
import { Fault } from "./error.ts";
import type { Value } from "./value.ts";

/** Evaluates a part of a template. */
export type Evaluate = (run: Run) => Value;

/** Why a block ended: its own end, `#break`, `#break` of a certain loop, `#stop`. */
export type Signal = 0 | 1 | 2 | 3;
export const ENDED = 0;
export const BROKEN = 1;
export const LEFT = 2;
export const STOPPED = 3;

/** Writes a part of a template. */
export type Render = (run: Run) => Signal;

/**
 * A macro's call. An argument is evaluated in the caller's frame each time that it is read; what the macro calls, and
 * blocks that it prints, see its parameters too.
 */
export interface Frame {
  /** By name: the place among what is given. */
  readonly parameters: ReadonlyMap<string, number>;
  readonly given: readonly (Evaluate | undefined)[];
  readonly caller: Frame | undefined;
  /** Values that its parameters were set to. */
  readonly values: (Value | undefined)[];
}

export class Run {
  /** By the place that the compiler gave each name. */
  readonly slots: Value[];
  out = "";
  /** Where in the source the rendering is: for the error's line and column. */
  at = 0;
  frame: Frame | undefined = undefined;
  #calls = 0;
  #steps = 0;
  #characters = 0;

  constructor(slots: Value[]) {
    this.slots = slots;
  }

  /** Counts work against the budget. */
  step(count = 1): void {
    this.#steps += count;
    if (this.#steps > limits.templateSteps) throw new Fault("The template takes too many steps");
  }

  /** Counts a text that was read through. */
  scan(length: number): void {
    this.step(1 + (length >>> 5));
  }

  /** Counts a text that was made. */
  made(text: string): string {
    this.#characters += text.length;
    if (this.#characters > limits.templateCharacters) throw new Fault("The template makes too much text");
    this.step(1 + (text.length >>> 5));
    return text;
  }

  /** Refuses a text that would be too long before it is made. */
  reserve(length: number): void {
    if (this.#characters + length > limits.templateCharacters) throw new Fault("The template makes too much text");
  }

  write(text: string): void {
    this.out += text;
    if (this.out.length > limits.payload) throw new Fault("The template's output is too long");
  }

  /** Runs something one level deeper: a macro's body, or a block that was defined. */
  enter<T>(frame: Frame | undefined, work: () => T): T {
    if (this.#calls >= limits.templateCalls) throw new Fault("The template calls itself too deeply");
    const before = this.frame;
    this.#calls++;
    this.frame = frame;
    const result = work();
    this.frame = before;
    this.#calls--;
    return result;
  }

  /** What a part of the template writes, as a text. */
  capture(work: () => void): string {
    const before = this.out;
    this.out = "";
    work();
    const text = this.out;
    this.out = before;
    return text;
  }
}
