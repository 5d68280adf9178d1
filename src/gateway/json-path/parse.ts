/** JSONPath texts → what they mean. Undefined stands for a text that is no path. */
import { limits } from "../../limits.ts";
import { JavaRegex } from "../../model/java-regex/match.ts";
import { RegexError } from "../../model/java-regex/parse.ts";
import { parseJson } from "../vtl/json.ts";
import { type Value, VtlList } from "../vtl/value.ts";
import { type Filter, type Path, pathFunctions, type PathStep, type Term } from "./syntax.ts";

class NoPath extends Error {}

const patterns = {
  blanks: /[ \t\r\n]+/y,
  name: /[^.[\]()'"\s,=<>!&|]+/y,
  rootName: /[^.[\]()'"]+/y,
  function: /([A-Za-z]+)\(\s*\)/y,
  integer: /-?[0-9]{1,9}/y,
  comparison: /[=!]==|==|!=|<=|>=|=~|<|>|(?:in|nin|subsetof|anyof|noneof|size|empty|contains)(?![A-Za-z0-9_])/iy,
  literal: /-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null/y,
  regex: /\/((?:[^/\\]|\\[^])*)\/([imsux]*)/y,
} as const satisfies Readonly<Record<string, RegExp>>;

class Parser {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): Path {
    if (!this.#skip("$")) return this.#bare();
    const path = this.#path(patterns.rootName);
    if (this.#at < this.#text.length) throw new NoPath();
    return path;
  }

  /** Without `$.`, as parameter mappings have it (facts/mapping.md 3). */
  #bare(): Path {
    const isBracket = this.#text.startsWith("[") || this.#text === "";
    return new Parser(isBracket ? `$${this.#text}` : `$.${this.#text}`).whole();
  }

  #take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found !== null) this.#at += found[0].length;
    return found;
  }

  #skip(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #blanks(): void {
    this.#take(patterns.blanks);
  }

  #expect(text: string): void {
    this.#blanks();
    if (!this.#skip(text)) throw new NoPath();
  }

  #nested<T>(read: () => T): T {
    if (++this.#depth > limits.jsonPathDepth) throw new NoPath();
    const result = read();
    this.#depth--;
    return result;
  }

  /** The steps behind `$` or `@`. A name within a filter ends at a blank or an operator. */
  #path(name: RegExp): Path {
    const steps: PathStep[] = [];
    for (let step = this.#step(name); step !== undefined; step = this.#step(name)) steps.push(step);
    const last = steps.length - 1;
    // A function makes one value of all that lie deeper, but one of each of several others.
    const isOne = steps[last]?.kind === "function" && steps.some(({ kind }) => kind === "deep");
    return { steps, isDefinite: isOne || steps.every((step, i) => isDefinite(step, i === last)) };
  }

  #step(name: RegExp): PathStep | undefined {
    if (this.#skip("..")) {
      const of = this.#skip("[") ? this.#bracket() : this.#named(name);
      return { kind: "deep", of };
    }
    if (this.#skip("[") || this.#skip(".[")) return this.#bracket();
    return this.#skip(".") ? this.#named(name) : undefined;
  }

  #named(pattern: RegExp): PathStep {
    const called = this.#take(patterns.function)?.[1];
    if (called !== undefined) {
      if (!pathFunctions.has(called)) throw new NoPath();
      return { kind: "function", name: called };
    }
    const name = this.#take(pattern)?.[0];
    if (name === undefined) throw new NoPath();
    return name === "*" ? { kind: "all" } : { kind: "names", names: [name] };
  }

  #bracket(): PathStep {
    this.#blanks();
    const step = this.#nested(() => this.#inBrackets());
    this.#expect("]");
    return step;
  }

  #inBrackets(): PathStep {
    if (this.#skip("*")) return { kind: "all" };
    if (this.#skip("?")) {
      this.#expect("(");
      const filter = this.#or();
      this.#expect(")");
      return { kind: "filter", filter };
    }
    const quote = this.#text.charAt(this.#at);
    return quote === "'" || quote === '"' ? { kind: "names", names: this.#names() } : this.#numbers();
  }

  #names(): string[] {
    const names = [this.#quoted()];
    for (this.#blanks(); this.#skip(","); this.#blanks()) {
      this.#blanks();
      names.push(this.#quoted());
    }
    return names;
  }

  #quoted(): string {
    const quote = this.#text.charAt(this.#at);
    if (quote !== "'" && quote !== '"') throw new NoPath();
    let text = "";
    for (let at = this.#at + 1; at < this.#text.length; at++) {
      const character = this.#text.charAt(at);
      if (character === quote) {
        this.#at = at + 1;
        return text;
      }
      text += character === "\\" ? this.#text.charAt(++at) : character;
    }
    throw new NoPath();
  }

  #integer(): number | undefined {
    this.#blanks();
    const text = this.#take(patterns.integer)?.[0];
    this.#blanks();
    return text === undefined ? undefined : Number(text);
  }

  #numbers(): PathStep {
    const first = this.#integer();
    if (this.#skip(":")) return { kind: "slice", from: first, to: this.#integer() };
    if (first === undefined) throw new NoPath();
    const indexes = [first];
    while (this.#skip(",")) {
      const index = this.#integer();
      if (index === undefined) throw new NoPath();
      indexes.push(index);
    }
    return { kind: "indexes", indexes };
  }

  #or(): Filter {
    return this.#joined("or", "||", () => this.#joined("and", "&&", () => this.#condition()));
  }

  #joined(kind: "or" | "and", sign: string, read: () => Filter): Filter {
    const operands = [read()];
    for (this.#blanks(); this.#skip(sign); this.#blanks()) operands.push(read());
    const [first] = operands;
    return operands.length === 1 && first !== undefined ? first : { kind, operands };
  }

  #condition(): Filter {
    this.#blanks();
    if (this.#skip("!")) return { kind: "not", of: this.#nested(() => this.#condition()) };
    if (this.#skip("(")) {
      const filter = this.#nested(() => this.#or());
      this.#expect(")");
      return filter;
    }
    const left = this.#term();
    this.#blanks();
    const operator = this.#take(patterns.comparison)?.[0].toLowerCase();
    return operator === undefined
      ? { kind: "exists", term: left }
      : { kind: "compare", operator, left, right: this.#term() };
  }

  #term(): Term {
    this.#blanks();
    if (this.#skip("@")) return { kind: "path", path: this.#path(patterns.name), fromRoot: false };
    if (this.#skip("$")) return { kind: "path", path: this.#path(patterns.name), fromRoot: true };
    const regex = this.#take(patterns.regex);
    if (regex !== null) {
      const flags = regex[2] === "" ? "" : `(?${regex[2]})`;
      return { kind: "regex", regex: JavaRegex.compile(`${flags}${regex[1]}`) };
    }
    return { kind: "value", value: this.#value() };
  }

  #value(): Value {
    this.#blanks();
    if (this.#skip("[")) return this.#nested(() => this.#list());
    const literal = this.#take(patterns.literal)?.[0];
    if (literal === undefined) return this.#quoted();
    const value = parseJson(literal);
    if (value === undefined) throw new NoPath();
    return value;
  }

  #list(): VtlList {
    const items: Value[] = [];
    this.#blanks();
    if (this.#skip("]")) return new VtlList(items);
    do {
      items.push(this.#value());
      this.#blanks();
    } while (this.#skip(","));
    this.#expect("]");
    return new VtlList(items);
  }
}

function isDefinite(step: PathStep, isLast: boolean): boolean {
  if (step.kind === "names") return step.names.length === 1 || isLast;
  return step.kind === "indexes" ? step.indexes.length === 1 : step.kind === "function";
}

export function parseJsonPath(text: string): Path | undefined {
  if (text.length > limits.jsonPathLength) return undefined;
  try {
    return new Parser(text.trimEnd()).whole();
  } catch (error) {
    if (error instanceof NoPath || error instanceof RegexError) return undefined;
    throw error;
  }
}
