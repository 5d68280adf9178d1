/**
 * Names in generated code. What they are made of (paths, operation names, names of models and parameters) is the caller's,
 * so nothing but ASCII letters and digits of it comes through.
 */

/** The words of a text: its runs of letters and digits. */
export const wordsOf = (text: string): readonly string[] => text.match(/[A-Za-z0-9]+/g) ?? [];

const raised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** `["pets", "petId"]` as `PetsPetId`. */
export const pascalCase = (words: readonly string[]): string => words.map(raised).join("");

/** `["pets", "petId"]` as `petsPetId`. */
export function camelCase(words: readonly string[]): string {
  const name = pascalCase(words);
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** Names that are given out once each, in any case: files of some systems know no other. */
export class UniqueNames {
  readonly #taken: Set<string>;
  /** The number that was tried last for a name, so that thousands of one name cost no more than others. */
  readonly #numbers = new Map<string, number>();

  /** `reserved`: names that are never given out. */
  constructor(reserved: readonly string[] = []) {
    this.#taken = new Set(reserved.map((name) => name.toLowerCase()));
  }

  /** The name, or the first of `name2`, `name3` and so on that is free. A digit in front gets `_` before it. */
  take(wanted: string): string {
    const name = /^\d/.test(wanted) ? `_${wanted}` : wanted;
    const key = name.toLowerCase();
    let number = this.#numbers.get(key) ?? 1;
    let free = name;
    while (this.#taken.has(free.toLowerCase())) free = `${name}${++number}`;
    this.#numbers.set(key, number);
    this.#taken.add(free.toLowerCase());
    return free;
  }
}
