/** Velocity 1.7's references, literals and expressions → syntax tree. */
import { limits } from "../../limits.ts";
import type { Lexer, Pattern } from "./lex.ts";
import type { Block, Expression, Operation, Operator, Reference, ReferenceStep } from "./syntax.ts";
import { Double, type Integer, integerOf, isInteger } from "./value.ts";

const operators: Readonly<Record<string, Operator>> = { eq: "==", ne: "!=", lt: "<", le: "<=", gt: ">", ge: ">=" };
/** Binary operators that are evaluated from left to right, the loosest first. */
const levels = ["equality", "relation", "sum", "product"] as const satisfies readonly Pattern[];

const wholeNumber = /^-?[0-9]+$/;
const unicodeEscape = /\\u([0-9a-fA-F]{4})/g;

function integer(text: string): Integer {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value + 0 : integerOf(BigInt(text));
}

/** A text in quotes as what it stands for: the doubled quote is one, and `\u0041` in double quotes a character. */
function unquote(raw: string, quote: string): string {
  const single = raw.includes(quote) ? raw.replaceAll(quote + quote, quote) : raw;
  if (quote === "'" || !single.includes("\\u")) return single;
  return single.replaceAll(unicodeEscape, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}

/** A range's ends are whole numbers or references. */
const isBound = (expression: Expression): boolean =>
  expression.kind === "reference" || (expression.kind === "literal" && isInteger(expression.value));

/** An index is written out, but for numbers with a fraction, or a reference. */
const isIndex = (expression: Expression): boolean =>
  expression.kind === "literal"
    ? !(expression.value instanceof Double)
    : expression.kind === "reference" || expression.kind === "interpolated";

export abstract class ExpressionParser {
  protected lexer: Lexer;
  #depth = 0;

  constructor(lexer: Lexer) {
    this.lexer = lexer;
  }

  /** The block that a text in double quotes is, when it has references or directives in it. */
  protected abstract interpolated(lexer: Lexer): Block;

  /** Everything that can hold itself is read through this. */
  protected nested<T>(read: () => T): T {
    if (++this.#depth > limits.templateDepth) throw this.lexer.fail("The template is nested too deeply");
    const result = read();
    this.#depth--;
    return result;
  }

  protected expression(): Expression {
    return this.#logical("or", () => this.#logical("and", () => this.#chain(0)));
  }

  #logical(kind: "or" | "and", operand: () => Expression): Expression {
    const first = operand();
    if (this.lexer.take(kind) === "") return first;
    const operands = [first];
    do operands.push(operand());
    while (this.lexer.take(kind) !== "");
    return { kind, operands };
  }

  #chain(level: number): Expression {
    const pattern = levels[level];
    if (pattern === undefined) return this.#unary();
    const first = this.#chain(level + 1);
    let rest: Operation[] | undefined;
    for (let sign = this.lexer.take(pattern); sign !== ""; sign = this.lexer.take(pattern)) {
      const operator = operators[sign] ?? (sign as Operator);
      (rest ??= []).push({ operator, operand: this.#chain(level + 1) });
    }
    return rest === undefined ? first : { kind: "chain", first, rest };
  }

  #unary(): Expression {
    let count = 0;
    this.lexer.skipBlanks();
    while (this.lexer.take("not") !== "") {
      count++;
      this.lexer.skipBlanks();
    }
    const operand = this.#primary();
    if (count === 0) return operand;
    const not: Expression = { kind: "not", of: operand };
    return count % 2 === 1 ? not : { kind: "not", of: not };
  }

  #primary(): Expression {
    const { lexer } = this;
    if (!lexer.skip("(")) return this.#operand();
    const inner = this.nested(() => this.expression());
    lexer.expect(")");
    lexer.skipBlanks();
    return inner;
  }

  /** One value as it may stand between commas: Velocity knows no operators there. */
  protected parameter(): Expression {
    this.lexer.skipBlanks();
    return this.#operand();
  }

  #operand(): Expression {
    const operand = this.nested(() => this.tryOperand());
    if (operand === undefined) throw this.lexer.unexpected("a value");
    this.lexer.skipBlanks();
    return operand;
  }

  /** A literal or reference, or undefined when there is neither. */
  protected tryOperand(): Expression | undefined {
    const { lexer } = this;
    switch (lexer.character) {
      case '"':
      case "'":
        return this.#text();
      case "$":
        return this.#reference();
      case "[":
        return this.#listOrRange();
      case "{":
        return this.#map();
      default:
        return this.#number() ?? this.#truth();
    }
  }

  #text(): Expression {
    const { lexer } = this;
    const quote = lexer.character;
    const { raw, start } = lexer.quoted();
    const isPlain = quote === "'" || !(raw.includes("$") || raw.includes("#"));
    const value = unquote(raw, quote);
    if (isPlain) return { kind: "literal", value };
    // Places stay true unless something was unquoted.
    const inner = value === raw ? lexer.part(start, start + raw.length) : lexer.other(value, start);
    return { kind: "interpolated", body: this.interpolated(inner) };
  }

  #number(): Expression | undefined {
    const text = this.lexer.take("number");
    if (text === "") return undefined;
    if (text.length > limits.templateNumberLength) throw this.lexer.fail("A number is too long");
    return { kind: "literal", value: wholeNumber.test(text) ? integer(text) : new Double(Number(text)) };
  }

  #truth(): Expression | undefined {
    const { lexer } = this;
    const start = lexer.at;
    const word = lexer.take("word");
    if (word === "true" || word === "false") return { kind: "literal", value: word === "true" };
    lexer.at = start;
    return undefined;
  }

  #listOrRange(): Expression {
    const { lexer } = this;
    lexer.expect("[");
    if (lexer.skip("]")) return { kind: "list", items: [] };
    const first = this.parameter();
    if (isBound(first) && lexer.take("range") !== "") {
      const to = this.parameter();
      if (!isBound(to)) throw lexer.unexpected("the end of a range");
      lexer.expect("]");
      return { kind: "range", from: first, to };
    }
    const items = [first];
    while (lexer.skip(",")) items.push(this.parameter());
    lexer.expect("]");
    return { kind: "list", items };
  }

  #map(): Expression {
    const { lexer } = this;
    const entries: (readonly [Expression, Expression])[] = [];
    lexer.expect("{");
    lexer.skipBlanks();
    if (lexer.skip("}")) return { kind: "map", entries };
    do {
      const key = this.parameter();
      lexer.expect(":");
      entries.push([key, this.parameter()]);
    } while (lexer.skip(","));
    lexer.expect("}");
    return { kind: "map", entries };
  }

  #reference(): Reference {
    const reference = this.reference();
    if (reference === undefined) throw this.lexer.unexpected("a reference");
    return reference;
  }

  /** A reference whose `$` is next, or undefined when this is no reference. */
  protected reference(): Reference | undefined {
    const { lexer } = this;
    const start = lexer.at;
    const opening = lexer.match("referenceStart");
    if (opening === null) return undefined;
    const name = lexer.take("identifier");
    if (name === "true" || name === "false") throw lexer.fail(`$${name} is not a reference`, start);
    const steps: ReferenceStep[] = [];
    for (let step = this.#step(); step !== undefined; step = this.#step()) steps.push(step);
    if (opening[2] === "{") lexer.expect("}");
    return { kind: "reference", name, steps, text: lexer.text.slice(start, lexer.at), at: lexer.place(start) };
  }

  #step(): ReferenceStep | undefined {
    const { lexer } = this;
    const at = lexer.place();
    if (lexer.character === "[") return this.nested(() => this.#index(at));
    if (lexer.character !== "." || lexer.take("dot") === "") return undefined;
    const name = lexer.take("identifier");
    if (!lexer.skip("(")) return { kind: "property", name };
    return { kind: "method", name, given: this.nested(() => this.#arguments()), at };
  }

  #index(at: number): ReferenceStep {
    const { lexer } = this;
    lexer.expect("[");
    const index = this.parameter();
    if (!isIndex(index)) throw lexer.unexpected("an index");
    lexer.expect("]");
    return { kind: "index", index, at };
  }

  /** A bare name is a reference to nothing there. */
  #argument(): Expression {
    const { lexer } = this;
    lexer.skipBlanks();
    const argument = this.nested(() => this.tryOperand());
    if (argument === undefined && lexer.take("identifier") === "") throw lexer.unexpected("an argument");
    lexer.skipBlanks();
    return argument ?? { kind: "literal", value: null };
  }

  #arguments(): Expression[] {
    const { lexer } = this;
    lexer.skipBlanks();
    if (lexer.skip(")")) return [];
    const given = [this.#argument()];
    while (lexer.skip(",")) given.push(this.#argument());
    lexer.expect(")");
    return given;
  }
}
