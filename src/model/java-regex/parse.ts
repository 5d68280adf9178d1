/** Java's regular expressions → syntax tree. */
import { limits } from "../../limits.ts";
import {
  anything,
  caseless,
  type CharSet,
  escapedSet,
  intersection,
  lineEnd,
  namedSet,
  none,
  not,
  range,
  union,
  verticalSpace,
} from "./char-set.ts";
import type { Condition, Mode, Regex, RegexTree } from "./syntax.ts";

/** The text is no regular expression of Java's, or one of the few that there are not here. */
export class RegexError extends Error {
  override readonly name = "RegexError";
}

interface Flags {
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
  readonly u: boolean;
  readonly x: boolean;
}

const noFlags: Flags = { i: false, m: false, s: false, u: false, x: false };

const controls: Readonly<Record<string, number>> = { t: 0x09, n: 0x0a, r: 0x0d, f: 0x0c, a: 0x07, e: 0x1b };
const conditions: Readonly<Record<string, Condition>> = {
  A: "begin",
  G: "begin",
  z: "end",
  Z: "finalEnd",
  b: "word",
  B: "notWord",
};

const nothing: Regex = { kind: "sequence", parts: [] };
const blanks = " \t\n\v\f\r";

class Parser {
  readonly #text: string;
  #at = 0;
  #flags = noFlags;
  #groups = 0;
  #depth = 0;
  readonly #names = new Map<string, number>();

  constructor(text: string) {
    this.#text = text;
  }

  whole(): RegexTree {
    const root = this.#choice();
    if (this.#at < this.#text.length) throw new RegexError("a group is closed that was not opened");
    return { root, groups: this.#groups, names: this.#names };
  }

  #sees(text: string): boolean {
    return this.#text.startsWith(text, this.#at);
  }

  #skip(text: string): boolean {
    if (!this.#sees(text)) return false;
    this.#at += text.length;
    return true;
  }

  #take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found !== null) this.#at += found[0].length;
    return found;
  }

  /** The next character, a code point. */
  #code(): number {
    const code = this.#text.codePointAt(this.#at);
    if (code === undefined) throw new RegexError("it ends too early");
    this.#at += code > 0xffff ? 2 : 1;
    return code;
  }

  #choice(): Regex {
    if (++this.#depth > limits.regexDepth) throw new RegexError("it is nested too deeply");
    const before = this.#flags;
    const options = [this.#sequence()];
    while (this.#skip("|")) options.push(this.#sequence());
    this.#flags = before;
    this.#depth--;
    return options.length === 1 ? (options[0] as Regex) : { kind: "choice", options };
  }

  #sequence(): Regex {
    const parts: Regex[] = [];
    while (this.#at < this.#text.length && !this.#sees("|") && !this.#sees(")")) {
      if (this.#flags.x && this.#take(/[ \t\n\v\f\r]+|#[^\n]*/y) !== null) continue;
      if (this.#skip(String.raw`\Q`)) this.#quoted(parts);
      else parts.push(this.#repeated(this.#atom()));
    }
    return parts.length === 1 ? (parts[0] as Regex) : { kind: "sequence", parts };
  }

  /** The last character of a quoted text is what a repetition behind it repeats. */
  #quoted(parts: Regex[]): void {
    const characters = this.#quotedCodes().map((code) => this.#character(code));
    const last = characters.pop();
    if (last !== undefined) parts.push(...characters, this.#repeated(last));
  }

  /** The characters up to `\E`, or to the end. */
  #quotedCodes(): number[] {
    const end = this.#text.indexOf(String.raw`\E`, this.#at);
    const text = this.#text.slice(this.#at, end < 0 ? undefined : end);
    this.#at = end < 0 ? this.#text.length : end + 2;
    return Array.from(text, (character) => character.codePointAt(0) as number);
  }

  #repeated(atom: Regex): Regex {
    const bounds = this.#bounds();
    if (bounds === undefined) return atom;
    const [least, most] = bounds;
    if (least > most) throw new RegexError("a repetition's bounds are the wrong way round");
    const mode: Mode = this.#skip("?") ? "lazy" : this.#skip("+") ? "possessive" : "greedy";
    return { kind: "repeat", of: atom, least, most, mode };
  }

  #bounds(): readonly [number, number] | undefined {
    if (this.#skip("*")) return [0, Infinity];
    if (this.#skip("+")) return [1, Infinity];
    if (this.#skip("?")) return [0, 1];
    const found = this.#take(/\{([0-9]{1,9})(,([0-9]{1,9})?)?\}/y);
    if (found === null) return undefined;
    const least = Number(found[1]);
    return [least, found[2] === undefined ? least : Number(found[3] ?? Infinity)];
  }

  #character(code: number): Regex {
    const literal = String.fromCodePoint(code);
    return this.#flags.i ? this.#set(range(code, code)) : { kind: "set", set: (other) => other === code, literal };
  }

  #set(set: CharSet): Regex {
    return { kind: "set", set: this.#flags.i ? caseless(set, this.#flags.u) : set, literal: undefined };
  }

  #atom(): Regex {
    if (this.#skip("(")) return this.#group();
    if (this.#skip("[")) return this.#set(this.#class());
    if (this.#skip(".")) return this.#set(this.#flags.s ? anything : not(lineEnd));
    if (this.#skip("^")) return { kind: "condition", condition: this.#flags.m ? "lineBegin" : "begin" };
    if (this.#skip("$")) return { kind: "condition", condition: this.#flags.m ? "lineEnd" : "finalEnd" };
    if (this.#skip("\\")) return this.#escape();
    if (this.#sees("*") || this.#sees("+") || this.#sees("?") || this.#sees("{")) {
      throw new RegexError("a repetition has nothing to repeat");
    }
    return this.#character(this.#code());
  }

  #closed(of: Regex): Regex {
    if (!this.#skip(")")) throw new RegexError("a group is not closed");
    return of;
  }

  #group(): Regex {
    if (!this.#skip("?")) return this.#capture();
    if (this.#skip(":")) return this.#closed(this.#choice());
    if (this.#skip(">")) return this.#closed({ kind: "atomic", of: this.#choice() });
    const look = this.#take(/(<?)([=!])/y);
    if (look !== null) {
      const of = this.#choice();
      return this.#closed({ kind: "look", isAhead: look[1] === "", isNegative: look[2] === "!", of });
    }
    const name = this.#take(/<([A-Za-z][A-Za-z0-9]*)>/y)?.[1];
    if (name !== undefined) {
      if (this.#names.has(name)) throw new RegexError(`there are two groups ${name}`);
      this.#names.set(name, this.#groups + 1);
      return this.#capture();
    }
    return this.#flagged();
  }

  #capture(): Regex {
    const index = ++this.#groups;
    return this.#closed({ kind: "group", index, of: this.#choice() });
  }

  /** `(?i)` up to the end of the group around it, or `(?i:…)`. */
  #flagged(): Regex {
    const found = this.#take(/([imsxud]*)(?:-([imsxud]*))?([:)])/y);
    if (found === null) throw new RegexError("a group of an unknown kind");
    const before = this.#flags;
    const flags: Record<string, boolean> = { ...before };
    for (const flag of found[1] ?? "") flags[flag] = true;
    for (const flag of found[2] ?? "") flags[flag] = false;
    this.#flags = flags as unknown as Flags;
    if (found[3] === ")") return nothing;
    const of = this.#choice();
    this.#flags = before;
    return this.#closed(of);
  }

  #escape(): Regex {
    const named = this.#take(/k<([A-Za-z][A-Za-z0-9]*)>/y)?.[1];
    const group = named === undefined ? this.#groupNumber() : this.#names.get(named);
    if (group !== undefined) return { kind: "again", group, isCaseless: this.#flags.i };
    if (named !== undefined) throw new RegexError(`there is no group ${named}`);
    const letter = this.#text.charAt(this.#at);
    const condition = Object.hasOwn(conditions, letter) ? conditions[letter] : undefined;
    if (condition !== undefined) {
      this.#at++;
      return { kind: "condition", condition };
    }
    if (letter === "R") {
      this.#at++;
      const lineBreak: Regex = { kind: "set", set: verticalSpace, literal: undefined };
      return {
        kind: "choice",
        options: [{ kind: "sequence", parts: [this.#character(0x0d), this.#character(0x0a)] }, lineBreak],
      };
    }
    const set = this.#escapedSet();
    return set === undefined ? this.#character(this.#escapedCode()) : this.#set(set);
  }

  /** As many digits as there are groups for. */
  #groupNumber(): number | undefined {
    const first = this.#take(/[1-9]/y)?.[0];
    if (first === undefined) return undefined;
    let group = Number(first);
    for (let digit = Number(this.#text.charAt(this.#at)); /[0-9]/.test(this.#text.charAt(this.#at));) {
      if (group * 10 + digit > this.#groups) break;
      group = group * 10 + digit;
      digit = Number(this.#text.charAt(++this.#at));
    }
    if (group > this.#groups) throw new RegexError(`there is no group ${group}`);
    return group;
  }

  #escapedSet(): CharSet | undefined {
    const property = this.#take(/([pP])(?:\{(\^?)([^}]*)\}|([A-Z]))/y);
    if (property !== null) {
      const set = namedSet(property[3] ?? property[4] ?? "");
      if (set === undefined) throw new RegexError(`there is no property ${property[0]}`);
      return (property[1] === "P") === (property[2] === "^") ? set : not(set);
    }
    const set = escapedSet(this.#text.charAt(this.#at));
    if (set !== undefined) this.#at++;
    return set;
  }

  #escapedCode(): number {
    const hex = this.#take(/u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|x\{([0-9a-fA-F]{1,6})\}/y);
    if (hex !== null) {
      const code = Number.parseInt(hex[1] ?? hex[2] ?? hex[3] ?? "", 16);
      if (code > 0x10ffff) throw new RegexError("there is no such character");
      return code;
    }
    const octal = this.#take(/0([0-3]?[0-7]{1,2})/y)?.[1];
    if (octal !== undefined) return Number.parseInt(octal, 8);
    const controlled = this.#take(/c([^])/y)?.[1];
    if (controlled !== undefined) return controlled.charCodeAt(0) ^ 0x40;
    const letter = this.#text.charAt(this.#at);
    const code = this.#code();
    if (Object.hasOwn(controls, letter)) return controls[letter] as number;
    if (/[A-Za-z0-9]/.test(letter)) throw new RegexError(`there is no \\${letter}`);
    return code;
  }

  /** What stands between `[` and its `]`: unions, `&&` between them, and classes within. */
  #class(): CharSet {
    if (++this.#depth > limits.regexDepth) throw new RegexError("it is nested too deeply");
    const isNegative = this.#skip("^");
    let whole: CharSet | undefined;
    let set: CharSet | undefined;
    // A bracket that comes first is a character.
    for (let isFirst = true; isFirst || !this.#skip("]"); isFirst = false) {
      if (this.#skip("&&")) {
        whole = both(whole, set);
        set = undefined;
        continue;
      }
      if (this.#flags.x && blanks.includes(this.#text.charAt(this.#at)) && this.#at < this.#text.length) {
        this.#at++;
        continue;
      }
      if (this.#skip(String.raw`\Q`)) {
        for (const code of this.#quotedCodes()) set = union(set ?? none, range(code, code));
        continue;
      }
      const next = this.#skip("[") ? this.#class() : this.#classRange();
      set = set === undefined ? next : union(set, next);
    }
    this.#depth--;
    if (set === undefined && whole !== undefined) throw new RegexError("an intersection has nothing behind it");
    const result = both(whole, set) ?? none;
    return isNegative ? not(this.#flags.i ? caseless(result, this.#flags.u) : result) : result;
  }

  #classRange(): CharSet {
    if (this.#skip("\\")) {
      const set = this.#escapedSet();
      return set ?? this.#rangeFrom(this.#escapedCode());
    }
    return this.#rangeFrom(this.#code());
  }

  #rangeFrom(from: number): CharSet {
    const isRange = this.#sees("-") && !this.#sees("-]") && !this.#sees("-[") && !this.#sees("-&&");
    if (!isRange) return range(from, from);
    this.#at++;
    const to = this.#skip("\\") ? this.#escapedCode() : this.#code();
    if (to < from) throw new RegexError("a range is the wrong way round");
    return range(from, to);
  }
}

const both = (a: CharSet | undefined, b: CharSet | undefined): CharSet | undefined =>
  a === undefined ? b : b === undefined ? a : intersection(a, b);

/** Throws a `RegexError`. */
export function parseRegex(text: string): RegexTree {
  if (text.length > limits.regexLength) throw new RegexError("it is too long");
  return new Parser(text).whole();
}
