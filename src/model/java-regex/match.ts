/**
 * Java's regular expressions, matched under a budget: backtracking with its own stack, so that no expression and no text
 * can stall the process or overflow its stack. Every step is counted by the caller, who ends what takes too many.
 */
import { limits } from "../../limits.ts";
import { isInWord } from "./char-set.ts";
import { parseRegex, RegexError } from "./parse.ts";
import { type CompiledRegex, type Instruction, type Program, writeProgram } from "./program.ts";
import type { Condition } from "./syntax.ts";

/** Counts steps; throws when there have been too many. */
export type Spend = (steps: number) => void;

/** Where the whole and each group matched: start and end by turns, -1 for a group that did not. */
export type Match = readonly number[];

const isWordAt = (text: string, at: number): boolean => isInWord(text.codePointAt(at));
const isLineEndAt = (text: string, at: number): boolean => "\n\r\u0085\u2028\u2029".includes(text.charAt(at) || " ");
/** A line end that nothing follows. */
const isFinal = (text: string, at: number): boolean =>
  at === text.length ||
  (isLineEndAt(text, at) &&
    at + (text.startsWith("\r\n", at) ? 2 : 1) === text.length &&
    !(text.charAt(at) === "\n" && text.charAt(at - 1) === "\r"));

const conditions: Readonly<Record<Condition, (text: string, at: number) => boolean>> = {
  begin: (_text, at) => at === 0,
  end: (text, at) => at === text.length,
  finalEnd: isFinal,
  lineBegin: (text, at) =>
    at === 0 ||
    (at < text.length && isLineEndAt(text, at - 1) && !(text.charAt(at - 1) === "\r" && text.charAt(at) === "\n")),
  lineEnd: (text, at) =>
    at === text.length || (isLineEndAt(text, at) && !(text.charAt(at) === "\n" && text.charAt(at - 1) === "\r")),
  word: (text, at) => isWordAt(text, at - 1) !== isWordAt(text, at),
  notWord: (text, at) => isWordAt(text, at - 1) === isWordAt(text, at),
};

/** What a place on the stack stands for: going on elsewhere, a register's old value, or a run that gives one back. */
const goOn = -1;
const giveBack = -2;

class Matcher {
  readonly #text: string;
  readonly #spend: Spend;
  registers: number[];

  constructor(text: string, registers: number, spend: Spend) {
    this.#text = text;
    this.#spend = spend;
    this.registers = Array.from({ length: registers }, () => -1);
  }

  /** The end of the match that begins here, or -1. `mustEnd`: where it has to end, if anywhere. */
  run({ instructions }: Program, from: number, mustEnd = -1): number {
    const stack: number[] = [];
    let pc = 0;
    let at = from;
    let steps = 0;
    for (;;) {
      if (++steps === 1_024) {
        this.#spend(steps);
        steps = 0;
        if (stack.length > 3 * limits.regexChoices) throw new RegexError("it needs too many choices");
      }
      const instruction = instructions[pc] as Instruction;
      if (instruction.op === "match" && (mustEnd < 0 || at === mustEnd)) {
        this.#spend(steps);
        return at;
      }
      const next = instruction.op === "match" ? -1 : this.#perform(instruction, pc, at, stack);
      if (next >= 0) {
        at = next;
        pc = this.#after(instruction, pc, at);
        continue;
      }
      const back = this.#back(stack);
      if (back < 0) {
        this.#spend(steps);
        return -1;
      }
      pc = back;
      at = this.#resumed;
    }
  }

  /** The place in the program behind an instruction that matched. */
  #after(instruction: Instruction, pc: number, at: number): number {
    if (instruction.op === "jump") return instruction.to;
    if (instruction.op === "split") return instruction.first;
    if (instruction.op !== "repeat") return pc + 1;
    return this.registers[instruction.register] === at ? instruction.exit : instruction.start;
  }

  #resumed = 0;

  /** Undoes what was done up to the last choice; the place in the program to go on at, or -1. */
  #back(stack: number[]): number {
    while (stack.length > 0) {
      const value = stack.pop() as number;
      const place = stack.pop() as number;
      const kind = stack.pop() as number;
      if (kind >= 0) {
        this.registers[kind] = value;
      } else if (kind === goOn) {
        this.#resumed = value;
        return place;
      } else {
        // A run: its least end lies below, then its present end.
        const least = stack.pop() as number;
        const end = value - (this.#isPair(value - 2, least) ? 2 : 1);
        if (end > least) stack.push(least, giveBack, place, end);
        this.#resumed = end;
        return place;
      }
    }
    return -1;
  }

  /** Whether the two places from here on are one character. */
  #isPair(at: number, least: number): boolean {
    return at >= least && (this.#text.codePointAt(at) ?? 0) > 0xffff;
  }

  #save(stack: number[], register: number, value: number): void {
    stack.push(register, 0, this.registers[register] as number);
    this.registers[register] = value;
  }

  /** Where to go on after an instruction, or -1 when it does not match. */
  #perform(instruction: Instruction, pc: number, at: number, stack: number[]): number {
    switch (instruction.op) {
      case "set":
        return this.#one(instruction, at);
      case "split":
        stack.push(goOn, instruction.second, at);
        return at;
      case "save":
        this.#save(stack, instruction.register, at);
        return at;
      case "run":
        return this.#many(instruction, pc, at, stack);
      case "condition":
        return conditions[instruction.condition](this.#text, at) ? at : -1;
      case "look":
        return this.#look(instruction, at, stack);
      case "atomic":
        return this.#kept(stack, () => this.run(instruction.program, at));
      case "again":
        return this.#again(instruction.group, instruction.isCaseless, at);
      case "jump":
      case "repeat":
      case "match":
        break;
    }
    return at;
  }

  #one({ set, extra }: Extract<Instruction, { op: "set" | "run" }>, at: number): number {
    if (extra > 0) this.#spend(extra);
    const code = this.#text.codePointAt(at);
    if (code === undefined || !set(code)) return -1;
    return at + (code > 0xffff ? 2 : 1);
  }

  #many(instruction: Extract<Instruction, { op: "run" }>, pc: number, from: number, stack: number[]): number {
    const { least, most, gives } = instruction;
    let at = from;
    let count = 0;
    let leastEnd = least === 0 ? from : -1;
    while (count < most) {
      const next = this.#one(instruction, at);
      if (next < 0) break;
      at = next;
      if (++count === least) leastEnd = at;
    }
    this.#spend(1 + (count >>> 3));
    if (count < least) return -1;
    if (gives && at > leastEnd) stack.push(leastEnd, giveBack, pc + 1, at);
    return at;
  }

  /** Runs an inner program; registers that it changed are put back when the outer one goes back. */
  #kept(stack: number[], inner: () => number): number {
    this.#spend(this.registers.length >>> 2);
    const before = [...this.registers];
    const end = inner();
    if (end < 0) this.registers = before;
    else
      before.forEach((value, register) => void (value !== this.registers[register] && stack.push(register, 0, value)));
    return end;
  }

  #look({ program, isAhead, isNegative }: Extract<Instruction, { op: "look" }>, at: number, stack: number[]): number {
    const isThere = this.#kept(stack, () => (isAhead ? this.run(program, at) : this.#behind(program, at))) >= 0;
    return isThere === isNegative ? -1 : at;
  }

  #behind(program: Program, at: number): number {
    for (let from = at; from >= 0; from--) {
      this.#spend(1);
      if (this.run(program, from, at) >= 0) return at;
    }
    return -1;
  }

  #again(group: number, isCaseless: boolean, at: number): number {
    const [start = -1, end = -1] = this.registers.slice(2 * group, 2 * group + 2);
    if (start < 0 || end < 0) return -1;
    this.#spend(1 + ((end - start) >>> 5));
    const wanted = this.#text.slice(start, end);
    const found = this.#text.slice(at, at + wanted.length);
    const isSame = isCaseless ? found.toLowerCase() === wanted.toLowerCase() : found === wanted;
    return isSame ? at + wanted.length : -1;
  }
}

/** One expression, ready to be matched. */
export class JavaRegex {
  readonly #compiled: CompiledRegex;

  private constructor(compiled: CompiledRegex) {
    this.#compiled = compiled;
  }

  /** Throws a `RegexError`. Expressions that were compiled lately are remembered. */
  static compile(source: string): JavaRegex {
    const present = remembered.get(source);
    if (present !== undefined) return present;
    const regex = new JavaRegex(writeProgram(parseRegex(source)));
    if (remembered.size >= limits.regexCache) remembered.delete(remembered.keys().next().value ?? "");
    remembered.set(source, regex);
    return regex;
  }

  /** The expression as a plain text, when it is one. */
  get literal(): string | undefined {
    return this.#compiled.literal;
  }

  get groups(): number {
    return this.#compiled.groups;
  }

  groupNamed(name: string): number | undefined {
    return this.#compiled.names.get(name);
  }

  /** Whether the whole text matches. */
  matches(text: string, spend: Spend): boolean {
    return new Matcher(text, this.#compiled.registers, spend).run(this.#compiled, 0, text.length) >= 0;
  }

  /** The first match from a place on. */
  find(text: string, from: number, spend: Spend): Match | undefined {
    const { prefix, registers } = this.#compiled;
    spend(registers >>> 2);
    // One matcher for all places: where it does not match, it has put back whatever it changed.
    const matcher = new Matcher(text, registers, spend);
    for (let at = from; at <= text.length; at++) {
      if (prefix !== "") {
        const next = text.indexOf(prefix, at);
        spend(1 + ((next < 0 ? text.length - at : next - at) >>> 5));
        if (next < 0) return undefined;
        at = next;
      }
      const end = matcher.run(this.#compiled, at);
      if (end >= 0) return [at, end, ...matcher.registers.slice(2, 2 * (this.groups + 1))];
    }
    return undefined;
  }
}

const remembered = new Map<string, JavaRegex>();
