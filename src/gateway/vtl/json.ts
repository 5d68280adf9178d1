/**
 * JSON texts → values. JavaScript's own parser would lose what counts here: digits of large numbers, `1.0` beside `1`, the
 * order of keys that look like numbers.
 */
import { limits } from "../../limits.ts";
import { Double, type Integer, integerOf, type Key, type Value, VtlList, VtlMap } from "./value.ts";

class Broken extends Error {}

const number = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
const blank = /[ \t\r\n]+/y;
const quote = 0x22;
const comma = 0x2c;

const words: readonly (readonly [string, Value])[] = [
  ["true", true],
  ["false", false],
  ["null", null],
];

/** As many digits as every safe integer can have. */
const shortLength = 15;
/** More digits than a double has: the text itself is kept. */
const longestExact = 17;
/** What a double prints as it was written: no exponent, no zeros to drop, and few enough digits for each to count. */
const asPrinted = /^-?(?=.{3,15}$)(?:[1-9][0-9]{0,6}\.(?:0|[0-9]*[1-9])|0\.[1-9](?:[0-9]*[1-9])?)$/;

function numberOf(text: string, isWhole: boolean): Integer | Double {
  if (!isWhole) return new Double(Number(text), text.length > longestExact || asPrinted.test(text) ? text : undefined);
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value + 0;
  return text.length > limits.templateNumberLength ? new Double(value, text) : integerOf(BigInt(text));
}

class Parser {
  readonly #text: string;
  #at = 0;
  #depth = 0;
  #values = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): Value {
    const value = this.#value();
    this.#skipBlanks();
    if (this.#at < this.#text.length) throw new Broken();
    return value;
  }

  #skipBlanks(): void {
    const code = this.#text.charCodeAt(this.#at);
    if (code > 0x20) return;
    blank.lastIndex = this.#at;
    if (blank.test(this.#text)) this.#at = blank.lastIndex;
  }

  #value(): Value {
    if (++this.#values > limits.bodyJsonValues) throw new Broken();
    this.#skipBlanks();
    switch (this.#text.charAt(this.#at)) {
      case '"':
        return this.#string();
      case "{":
        return this.#nested(() => this.#object());
      case "[":
        return this.#nested(() => this.#array());
      default:
        return this.#scalar();
    }
  }

  #nested<T>(read: () => T): T {
    if (++this.#depth > limits.bodyJsonDepth) throw new Broken();
    this.#at++;
    const value = read();
    this.#depth--;
    return value;
  }

  #object(): VtlMap {
    const entries = new Map<Key, Value>();
    this.#skipBlanks();
    if (this.#skip("}")) return new VtlMap(entries);
    do {
      this.#skipBlanks();
      if (this.#text.charCodeAt(this.#at) !== quote) throw new Broken();
      const key = this.#string();
      this.#skipBlanks();
      if (!this.#skip(":")) throw new Broken();
      entries.set(key, this.#value());
    } while (this.#goesOn("}"));
    return new VtlMap(entries);
  }

  #array(): VtlList {
    const items: Value[] = [];
    this.#skipBlanks();
    if (this.#skip("]")) return new VtlList(items, true);
    do items.push(this.#value());
    while (this.#goesOn("]"));
    return new VtlList(items, true);
  }

  #goesOn(close: string): boolean {
    this.#skipBlanks();
    if (this.#text.charCodeAt(this.#at) === comma) {
      this.#at++;
      return true;
    }
    if (!this.#skip(close)) throw new Broken();
    return false;
  }

  #skip(character: string): boolean {
    if (this.#text.charAt(this.#at) !== character) return false;
    this.#at++;
    return true;
  }

  #string(): string {
    const start = this.#at + 1;
    for (let at = start; at < this.#text.length; at++) {
      const code = this.#text.charCodeAt(at);
      if (code === quote) {
        this.#at = at + 1;
        return this.#text.slice(start, at);
      }
      if (code === 0x5c) return this.#escaped(at);
      if (code < 0x20) break;
    }
    throw new Broken();
  }

  /** A text with escapes in it is left to JavaScript's parser, once its end is known. */
  #escaped(firstEscape: number): string {
    const start = this.#at;
    let at = firstEscape;
    while (at < this.#text.length && this.#text.charCodeAt(at) !== quote) {
      at += this.#text.charCodeAt(at) === 0x5c ? 2 : 1;
    }
    this.#at = at + 1;
    try {
      return JSON.parse(this.#text.slice(start, this.#at)) as string;
    } catch {
      throw new Broken();
    }
  }

  /** Most numbers are short and whole: this is all that they need. Undefined for any other, with nothing read. */
  #shortInteger(): number | undefined {
    const text = this.#text;
    const start = this.#at;
    let at = start;
    let value = 0;
    for (let code = text.charCodeAt(at); code >= 0x30 && code <= 0x39; code = text.charCodeAt(++at)) {
      value = value * 10 + (code - 0x30);
    }
    const length = at - start;
    if (length === 0 || length > shortLength || ".eE".includes(text.charAt(at) || " ")) return undefined;
    if (length > 1 && text.charCodeAt(start) === 0x30) return undefined;
    this.#at = at;
    return value;
  }

  #scalar(): Value {
    const short = this.#shortInteger();
    if (short !== undefined) return short;
    number.lastIndex = this.#at;
    const found = number.exec(this.#text);
    if (found !== null) {
      this.#at = number.lastIndex;
      return numberOf(found[0], found[1] === undefined && found[2] === undefined);
    }
    for (const [word, value] of words) {
      if (!this.#text.startsWith(word, this.#at)) continue;
      this.#at += word.length;
      return value;
    }
    throw new Broken();
  }
}

/** The value of a JSON text, or undefined when it is none, is nested too deeply, or has too many values in it. */
export function parseJson(text: string): Value | undefined {
  try {
    return new Parser(text).whole();
  } catch (error) {
    if (error instanceof Broken) return undefined;
    throw error;
  }
}
