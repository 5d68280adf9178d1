/**
 * What is wrong with a definition that is imported: errors, which refuse it as a whole, and warnings, of which its owner
 * is told. All are gathered first, so that one answer names all (facts/control.md 1.1).
 */
import { badRequest, Fault } from "../../errors.ts";
import { limits } from "../../limits.ts";

/** Refusals that are the definition's fault. */
const told: ReadonlySet<number> = new Set([400, 404, 409]);

const listed = (heading: string, texts: readonly string[]): string => `${heading}\n\t${texts.join("\n\t")}`;

/** Throws when there are warnings: for a caller who wants none. */
export function refuseWarnings(warnings: readonly string[]): void {
  if (warnings.length > 0) throw badRequest(listed("Warnings found during import:", warnings));
}

export class Problems {
  readonly #errors: string[] = [];
  readonly #warnings: string[];

  /** `warnings`: those that there are already. */
  constructor(warnings: readonly string[] = []) {
    this.#warnings = [...warnings];
  }

  get warnings(): readonly string[] {
    return this.#warnings;
  }

  warn(text: string): void {
    if (this.#warnings.length < limits.importProblems) this.#warnings.push(text.slice(0, limits.echoedValue));
  }

  /** Throws when this is the last that is told: nothing is gained by looking for more. */
  error(text: string): void {
    this.#errors.push(text.slice(0, limits.echoedValue));
    if (this.#errors.length >= limits.importProblems) this.check(false);
  }

  /** Does the work; a refusal becomes an error that begins with `what`, and the result is undefined. */
  attempt<T>(what: string, work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof Fault) || !told.has(error.status)) throw error;
      this.error(`${what}: ${error.message}`);
      return undefined;
    }
  }

  /** Throws when there are errors, and when there are warnings that are not to be. */
  check(failOnWarnings: boolean): void {
    const [errors, warnings] = [this.#errors, this.#warnings];
    if (errors.length > 0) {
      const also = warnings.length > 0 ? `\n${listed("Additionally, these warnings were found:", warnings)}` : "";
      throw badRequest(listed("Errors found during import:", errors) + also);
    }
    if (failOnWarnings) refuseWarnings(warnings);
  }
}
