/**
 * The words of the template language, read from one place on. What counts as a token depends on where in the grammar one
 * is, so the parser asks for what it expects; each pattern here is one of Velocity 1.7's token definitions.
 */
import { TemplateError } from "./error.ts";

const patterns = {
  plainText: /[^$#\\]+/y,
  backslashes: /\\+/y,
  blanks: /[ \t\r\n]+/y,
  lineEnd: /[ \t]*(?:\r\n|\n|\r)/y,
  restOfLine: /[^\r\n]*(?:\r\n|\n|\r)?/y,
  /** `#set` takes the blanks before it along. */
  set: /[ \t]*#(?:set|\{set\}) *\(/y,
  directive: /#(?:([A-Za-z_@][A-Za-z0-9_@]*)|\{([A-Za-z_][A-Za-z0-9_@]*)\})/y,
  parenthesis: /[ \t\r\n]*\(/y,
  /** `!` means quiet, a brace that the reference ends with one. */
  referenceStart: /\$(!?)(\{?)(?=[A-Za-z_])/y,
  identifier: /[A-Za-z_][A-Za-z0-9_-]*/y,
  /** A dot that no letter follows is text. */
  dot: /\.(?=[A-Za-z])/y,
  word: /[A-Za-z_@][A-Za-z0-9_@]*/y,
  /** Among what may be the arguments of a macro that is none, what looks like another is a word too. */
  argumentWord: /#?[A-Za-z_@][A-Za-z0-9_@]*/y,
  number: /-?[0-9]+(?=\.\.)|-?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE][+-]?[0-9]))(?:[eE][+-]?[0-9]+)?|-?[0-9]+/y,
  range: /\.\./y,
  or: /\|\||or(?![A-Za-z0-9_@])/y,
  and: /&&|and(?![A-Za-z0-9_@])/y,
  equality: /==|!=|(?:eq|ne)(?![A-Za-z0-9_@])/y,
  relation: /<=|>=|<|>|(?:l[te]|g[te])(?![A-Za-z0-9_@])/y,
  /** A minus that a digit follows belongs to the number. */
  sum: /\+|-(?!\.?[0-9])/y,
  product: /[*/%]/y,
  not: /!|not(?![A-Za-z0-9_@])/y,
} as const satisfies Readonly<Record<string, RegExp>>;

export type Pattern = keyof typeof patterns;

export class Lexer {
  readonly text: string;
  at = 0;
  /** The whole source, and where in it this text begins: for the places of errors. */
  readonly #source: string;
  readonly #base: number;

  constructor(text: string, source: string = text, base = 0) {
    this.text = text;
    this.#source = source;
    this.#base = base;
  }

  get ended(): boolean {
    return this.at >= this.text.length;
  }

  get character(): string {
    return this.text.charAt(this.at);
  }

  /** An offset in this text as one in the source. */
  place(at = this.at): number {
    return this.#base + at;
  }

  fail(message: string, at = this.at): TemplateError {
    return new TemplateError(message, this.#source, this.place(at));
  }

  unexpected(expected: string): TemplateError {
    const found = this.ended ? "the end" : JSON.stringify(this.text.slice(this.at, this.at + 10));
    return this.fail(`Expected ${expected} but found ${found}`);
  }

  /** A part of this text to be read by itself. */
  part(start: number, end: number): Lexer {
    return this.other(this.text.slice(start, end), start);
  }

  /** Another text that stands for what begins there. */
  other(text: string, start: number): Lexer {
    return new Lexer(text, this.#source, this.#base + start);
  }

  match(pattern: Pattern): RegExpExecArray | null {
    const expression = patterns[pattern];
    expression.lastIndex = this.at;
    const found = expression.exec(this.text);
    if (found !== null) this.at += found[0].length;
    return found;
  }

  /** The text that matches, or an empty one. */
  take(pattern: Pattern): string {
    const expression = patterns[pattern];
    expression.lastIndex = this.at;
    if (!expression.test(this.text)) return "";
    const start = this.at;
    this.at = expression.lastIndex;
    return this.text.slice(start, this.at);
  }

  skipBlanks(): void {
    const code = this.text.charCodeAt(this.at);
    if (code === 0x20 || (code >= 0x09 && code <= 0x0d)) this.take("blanks");
  }

  /** Steps over a character if it is next. */
  skip(character: string): boolean {
    if (this.text.charAt(this.at) !== character) return false;
    this.at++;
    return true;
  }

  expect(character: string): void {
    if (!this.skip(character)) throw this.unexpected(JSON.stringify(character));
  }

  /** Whether this stands here. */
  sees(text: string): boolean {
    return this.text.startsWith(text, this.at);
  }

  /**
   * A text in quotes, without them, and where it begins. The quote itself is written twice in it; a backslash means
   * nothing.
   */
  quoted(): { readonly raw: string; readonly start: number } {
    const quote = this.character;
    const start = this.at + 1;
    let end = this.text.indexOf(quote, start);
    while (end >= 0 && this.text.charAt(end + 1) === quote) end = this.text.indexOf(quote, end + 2);
    if (end < 0) throw this.fail("A text in quotes does not end");
    this.at = end + 1;
    return { raw: this.text.slice(start, end), start };
  }
}
