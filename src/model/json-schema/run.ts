/** One value under validation: what is wrong with it, and what it may still cost to find out. */
import { limits } from "../../limits.ts";
import type { SchemaProgram } from "./syntax.ts";

/** Validation takes more than it may: a schema can be made to ask for more than anyone waits for. */
class Exhausted extends Error {}

const tooMuch = "instance takes too long to validate";

export class Run {
  readonly #violations: string[] = [];
  #failures = 0;
  #stepsLeft: number = limits.validationSteps;
  #depth = 0;

  /** Pays for work; ends the run when there was too much. */
  readonly spend = (steps: number): void => {
    this.#stepsLeft -= steps;
    if (this.#stepsLeft < 0) throw new Exhausted();
  };

  /** Says that the value is wrong. Only the first violations are kept. */
  fail(describe: () => string): void {
    this.#failures++;
    if (this.#violations.length >= limits.validationViolations) return;
    const text = describe();
    this.#violations.push(
      text.length > limits.validationViolationLength ? `${text.slice(0, limits.validationViolationLength)}…` : text,
    );
  }

  validate({ checks }: SchemaProgram, value: unknown): void {
    this.spend(1);
    if (++this.#depth > limits.validationDepth) throw new Exhausted();
    for (const check of checks) check(value, this);
    this.#depth--;
  }

  /** Whether a value is valid, without a word about it when it is not. */
  passes(program: SchemaProgram, value: unknown): boolean {
    const [failures, violations] = [this.#failures, this.#violations.length];
    this.validate(program, value);
    const passed = this.#failures === failures;
    this.#failures = failures;
    this.#violations.length = violations;
    return passed;
  }

  /** What is wrong with a value; empty when it is valid. */
  violationsOf(program: SchemaProgram, value: unknown): readonly string[] {
    try {
      this.validate(program, value);
    } catch (error) {
      if (!(error instanceof Exhausted)) throw error;
      return [tooMuch];
    }
    return this.#violations;
  }
}
