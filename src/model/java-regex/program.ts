/** Syntax tree → a list of instructions for the matcher. Repetitions are written out, up to a bound. */
import { limits } from "../../limits.ts";
import { type CharSet, extraSteps } from "./char-set.ts";
import { RegexError } from "./parse.ts";
import type { Condition, Regex, RegexTree } from "./syntax.ts";

export type Instruction =
  /** `extra`: the steps that a test of the set takes beside the instruction's own. */
  | { readonly op: "set"; readonly set: CharSet; readonly extra: number }
  /** Goes on at both places, the first of them first. */
  | { op: "split"; first: number; second: number }
  | { op: "jump"; to: number }
  | { readonly op: "save"; readonly register: number }
  /** Back to the start of a loop, or out of it when nothing was taken since the register was saved. */
  | { readonly op: "repeat"; readonly register: number; readonly start: number; exit: number }
  /** As many characters of a set as there are, then fewer and fewer down to the least; or not fewer. */
  | {
      readonly op: "run";
      readonly set: CharSet;
      readonly extra: number;
      readonly least: number;
      readonly most: number;
      readonly gives: boolean;
    }
  | { readonly op: "condition"; readonly condition: Condition }
  | { readonly op: "look"; readonly program: Program; readonly isAhead: boolean; readonly isNegative: boolean }
  | { readonly op: "atomic"; readonly program: Program }
  | { readonly op: "again"; readonly group: number; readonly isCaseless: boolean }
  | { readonly op: "match" };

export interface Program {
  readonly instructions: readonly Instruction[];
}

export interface CompiledRegex extends Program {
  readonly groups: number;
  readonly names: ReadonlyMap<string, number>;
  readonly registers: number;
  /** The whole expression, when it is a plain text. */
  readonly literal: string | undefined;
  /** The text that every match begins with; may be empty. */
  readonly prefix: string;
}

class Writer {
  /** Groups have two registers each; loops have the ones behind them. */
  registers: number;
  #size = 0;

  constructor(groups: number) {
    this.registers = 2 * (groups + 1);
  }

  program(regex: Regex): Program {
    const instructions: Instruction[] = [];
    this.#write(instructions, regex);
    this.#add(instructions, { op: "match" });
    return { instructions };
  }

  #add<T extends Instruction>(out: Instruction[], instruction: T): T {
    if (++this.#size > limits.regexProgram) throw new RegexError("it is too large");
    out.push(instruction);
    return instruction;
  }

  #write(out: Instruction[], regex: Regex): void {
    switch (regex.kind) {
      case "set":
        this.#add(out, { op: "set", set: regex.set, extra: extraSteps(regex.set) });
        break;
      case "sequence":
        for (const part of regex.parts) this.#write(out, part);
        break;
      case "choice":
        this.#choice(out, regex.options);
        break;
      case "repeat":
        this.#repeat(out, regex);
        break;
      case "group":
        this.#add(out, { op: "save", register: 2 * regex.index });
        this.#write(out, regex.of);
        this.#add(out, { op: "save", register: 2 * regex.index + 1 });
        break;
      case "look": {
        const { isAhead, isNegative } = regex;
        this.#add(out, { op: "look", program: this.program(regex.of), isAhead, isNegative });
        break;
      }
      case "atomic":
        this.#add(out, { op: "atomic", program: this.program(regex.of) });
        break;
      case "again":
        this.#add(out, { op: "again", group: regex.group, isCaseless: regex.isCaseless });
        break;
      case "condition":
        this.#add(out, { op: "condition", condition: regex.condition });
    }
  }

  #choice(out: Instruction[], options: readonly Regex[]): void {
    const jumps: { to: number }[] = [];
    for (const [i, option] of options.entries()) {
      const isLast = i === options.length - 1;
      const split = isLast ? undefined : this.#add(out, { op: "split", first: out.length + 1, second: 0 });
      this.#write(out, option);
      if (split === undefined) continue;
      jumps.push(this.#add(out, { op: "jump", to: 0 }));
      split.second = out.length;
    }
    for (const jump of jumps) jump.to = out.length;
  }

  #repeat(out: Instruction[], regex: Extract<Regex, { kind: "repeat" }>): void {
    const { of, least, most, mode } = regex;
    if (of.kind === "set" && mode !== "lazy") {
      const { set } = of;
      this.#add(out, { op: "run", set, extra: extraSteps(set), least, most, gives: mode === "greedy" });
      return;
    }
    if (mode === "possessive") {
      const greedy: Regex = { ...regex, mode: "greedy" };
      this.#add(out, { op: "atomic", program: this.program(greedy) });
      return;
    }
    for (let i = 0; i < least; i++) this.#write(out, of);
    if (most === Infinity) this.#loop(out, of, mode === "lazy");
    else this.#optional(out, of, most - least, mode === "lazy");
  }

  #loop(out: Instruction[], of: Regex, isLazy: boolean): void {
    const register = this.registers++;
    const start = out.length;
    const split = this.#add(out, { op: "split", first: 0, second: 0 });
    this.#add(out, { op: "save", register });
    this.#write(out, of);
    const repeat = this.#add(out, { op: "repeat", register, start, exit: 0 });
    repeat.exit = out.length;
    this.#aim(split, start + 1, out.length, isLazy);
  }

  #optional(out: Instruction[], of: Regex, times: number, isLazy: boolean): void {
    const splits: { readonly split: { first: number; second: number }; readonly inner: number }[] = [];
    for (let i = 0; i < times; i++) {
      const split = this.#add(out, { op: "split", first: 0, second: 0 });
      splits.push({ split, inner: out.length });
      this.#write(out, of);
    }
    for (const { split, inner } of splits) this.#aim(split, inner, out.length, isLazy);
  }

  #aim(split: { first: number; second: number }, inner: number, after: number, isLazy: boolean): void {
    split.first = isLazy ? after : inner;
    split.second = isLazy ? inner : after;
  }
}

const literalOf = (regex: Regex): string | undefined => (regex.kind === "set" ? regex.literal : undefined);

/** The plain text at the beginning of an expression, and whether that is all of it. */
function prefixOf(root: Regex): { prefix: string; isAll: boolean } {
  const parts = root.kind === "sequence" ? root.parts : [root];
  const texts = parts.map(literalOf);
  const end = texts.indexOf(undefined);
  return { prefix: (end < 0 ? texts : texts.slice(0, end)).join(""), isAll: end < 0 };
}

export function writeProgram({ root, groups, names }: RegexTree): CompiledRegex {
  const writer = new Writer(groups);
  const { instructions } = writer.program(root);
  const { prefix, isAll } = prefixOf(root);
  return { instructions, groups, names, registers: writer.registers, literal: isAll ? prefix : undefined, prefix };
}
