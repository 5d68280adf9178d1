/**
 * Java's regular expressions, read into a tree. What decides only which of several matches is found (laziness, possessive
 * and atomic groups, captures) is read over, since all that is asked is whether there is one. Back references are refused.
 */
import {
  anchorEscapes,
  anyOf,
  anything,
  both,
  classEscapes,
  either,
  type Has,
  isLineEnd,
  lineEnd,
  lineStart,
  namedSets,
  type Node,
  not,
  PatternRefused,
  withoutCase,
} from "./syntax.ts";

interface Flags {
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
  readonly u: boolean;
}

const controls: ReadonlyMap<string, number> = new Map([
  ["t", 9],
  ["n", 10],
  ["f", 12],
  ["r", 13],
  ["a", 7],
  ["e", 27],
]);

const empty: Node = { kind: "sequence", parts: [] };
const lineBreak: Node = {
  kind: "choice",
  options: [
    { kind: "sequence", parts: [anyOf("\r"), anyOf("\n")].map((has): Node => ({ kind: "set", has })) },
    { kind: "set", has: either(isLineEnd, anyOf("\u000b\f")) },
  ],
};

/** `\Q…\E` with a backslash before each character that could mean something. */
const withoutQuotes = (pattern: string): string =>
  pattern.replace(/\\Q([^]*?)(?:\\E|$)|\\[^]/g, (escape, quoted: string | undefined) =>
    quoted === undefined ? escape : quoted.replace(/[^A-Za-z0-9]/gu, String.raw`\$&`),
  );

class Parser {
  readonly #source: string;
  #at = 0;
  #flags: Flags = { i: false, m: false, s: false, u: false };

  constructor(pattern: string) {
    this.#source = withoutQuotes(pattern);
  }

  parse(): Node {
    const tree = this.#choice();
    if (this.#at < this.#source.length) throw new PatternRefused("unmatched )");
    return tree;
  }

  /** The text that a sticky expression matches here, groups included; moves behind it. */
  #take(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.#source) ?? undefined;
    if (found !== undefined) this.#at += found[0].length;
    return found;
  }

  #next(): string {
    const point = this.#source.codePointAt(this.#at);
    if (point === undefined) throw new PatternRefused("it ends too early");
    const character = String.fromCodePoint(point);
    this.#at += character.length;
    return character;
  }

  /** A set that heeds the flag `i` as it stands here. */
  #set(has: Has): Node {
    return { kind: "set", has: this.#flags.i ? withoutCase(has, this.#flags.u) : has };
  }

  #choice(): Node {
    // Flags that are set within a group end with it.
    const before = this.#flags;
    const options = [this.#sequence()];
    while (this.#take(/\|/y) !== undefined) options.push(this.#sequence());
    this.#flags = before;
    return options.length === 1 ? (options[0] ?? empty) : { kind: "choice", options };
  }

  #sequence(): Node {
    const parts: Node[] = [];
    while (this.#at < this.#source.length && !/[|)]/.test(this.#source.charAt(this.#at))) {
      parts.push(this.#repeated(this.#atom()));
    }
    return { kind: "sequence", parts };
  }

  #repeated(body: Node): Node {
    const found = this.#take(/(?:([*+?])|\{(\d{1,4})(?:(,)(\d{1,4})?)?\})[?+]?/y);
    if (found === undefined) return body;
    const [, sign, least, comma, most] = found;
    if (/[*+?{]/.test(this.#source.charAt(this.#at))) throw new PatternRefused("a repetition of nothing");
    const minimum = sign === undefined ? Number(least) : sign === "+" ? 1 : 0;
    const unbounded = sign === undefined ? comma !== undefined && most === undefined : sign !== "?";
    const maximum = unbounded ? Infinity : sign === "?" ? 1 : Number(most ?? least);
    if (maximum < minimum) throw new PatternRefused("a repetition of less than nothing");
    return { kind: "repeat", body, minimum, maximum };
  }

  #atom(): Node {
    const character = this.#next();
    switch (character) {
      case "(":
        return this.#group();
      case "[":
        return this.#set(this.#characterClass());
      case ".":
        return { kind: "set", has: this.#flags.s ? anything : not(isLineEnd) };
      case "^":
        return lineStart(this.#flags.m);
      case "$":
        return lineEnd(this.#flags.m);
      case "\\":
        return this.#escape();
      case "*":
      case "+":
      case "?":
      case "{":
        throw new PatternRefused("a repetition of nothing");
      default:
        return this.#set(anyOf(character));
    }
  }

  #group(): Node {
    const look = this.#take(/\?(<?)([=!])/y);
    const flags = look === undefined ? this.#take(/\?([imsud]*)(?:-([imsud]+))?([:)])/y) : undefined;
    const outside = this.#flags;
    if (flags !== undefined) {
      const [, on = "", off = "", end] = flags;
      const isOn = (flag: keyof Flags) => (outside[flag] || on.includes(flag)) && !off.includes(flag);
      this.#flags = { i: isOn("i"), m: isOn("m"), s: isOn("s"), u: isOn("u") };
      // `(?i)` holds for the rest of the group that it stands in.
      if (end === ")") return empty;
    } else if (look === undefined && this.#take(/\?(?:>|<[a-zA-Z][a-zA-Z0-9]*>)/y) === undefined) {
      if (this.#source.charAt(this.#at) === "?") throw new PatternRefused("an unknown group");
    }
    const body = this.#choice();
    this.#flags = outside;
    if (this.#take(/\)/y) === undefined) throw new PatternRefused("unmatched (");
    if (look === undefined) return body;
    return { kind: "look", ahead: look[1] === "", negative: look[2] === "!", body };
  }

  #escape(): Node {
    const letter = this.#source.charAt(this.#at);
    const anchor = anchorEscapes.get(letter) ?? (letter === "R" ? lineBreak : undefined);
    if (anchor !== undefined) {
      this.#at++;
      return anchor;
    }
    return this.#set(this.#escapedSet());
  }

  /** What an escape that stands for characters means, in a class and outside. */
  #escapedSet(): Has {
    const property = this.#take(/([pP])(?:\{(?:Is|Gc=)?([A-Za-z]+)\}|([A-Z]))/y);
    if (property !== undefined) {
      const [, letter, long, short] = property;
      const has = propertySet(long ?? short ?? "");
      return letter === "p" ? has : not(has);
    }
    const named = classEscapes.get(this.#source.charAt(this.#at));
    if (named !== undefined) {
      this.#at++;
      return named;
    }
    const point = this.#escapedPoint();
    return (other) => other === point;
  }

  #escapedPoint(): number {
    const hexadecimal = this.#take(/x\{([0-9A-Fa-f]{1,6})\}|x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})/y);
    if (hexadecimal !== undefined) {
      return Number.parseInt(hexadecimal[1] ?? hexadecimal[2] ?? hexadecimal[3] ?? "", 16);
    }
    const octal = this.#take(/0([0-3]?[0-7]{1,2})/y);
    if (octal !== undefined) return Number.parseInt(octal[1] ?? "", 8);
    const control = this.#take(/c([@-_])/y);
    if (control !== undefined) return (control[1] ?? "@").charCodeAt(0) ^ 64;
    const character = this.#next();
    const named = controls.get(character);
    if (named !== undefined) return named;
    if (/[A-Za-z0-9]/.test(character)) throw new PatternRefused(`\\${character} is not run here`);
    return character.codePointAt(0) ?? 0;
  }

  /** Behind the opening bracket, to behind the closing one. */
  #characterClass(): Has {
    const negative = this.#take(/\^/y) !== undefined;
    const has = this.#classMembers(true);
    return negative ? not(has) : has;
  }

  #classMembers(isFirst: boolean): Has {
    const sets: Has[] = [];
    while (isFirst && sets.length === 0 ? this.#take(/$/y) === undefined : this.#take(/\]/y) === undefined) {
      if (this.#take(/&&/y) !== undefined) {
        const left = sets.length === 0 ? anything : either(...sets);
        return both(left, this.#classMembers(false));
      }
      sets.push(this.#take(/\[/y) === undefined ? this.#classRange() : this.#characterClass());
    }
    if (sets.length === 0) throw new PatternRefused("an empty class");
    return either(...sets);
  }

  #classRange(): Has {
    if (this.#take(/\\(?=[dDwWsShHvVpP])/y) !== undefined) return this.#escapedSet();
    const low = this.#classPoint();
    if (this.#take(/-(?=[^\][])/y) === undefined) return (point) => point === low;
    const high = this.#classPoint();
    if (high < low) throw new PatternRefused("a range that runs backwards");
    return (point) => point >= low && point <= high;
  }

  #classPoint(): number {
    const character = this.#next();
    return character === "\\" ? this.#escapedPoint() : (character.codePointAt(0) ?? 0);
  }
}

/** `\p{Alpha}`, or a general category such as `\p{Lu}`. */
function propertySet(name: string): Has {
  const ascii = namedSets.get(name);
  if (ascii !== undefined) return ascii;
  try {
    const expression = new RegExp(`^\\p{gc=${name}}$`, "u");
    return (point) => expression.test(String.fromCodePoint(point));
  } catch {
    throw new PatternRefused(`\\p{${name}} is not known`);
  }
}

/** The tree of a pattern. Throws `PatternRefused`. */
export const parsePattern = (pattern: string): Node => new Parser(pattern).parse();
