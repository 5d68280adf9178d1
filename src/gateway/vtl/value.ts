/**
 * The values that a template can hold, and nothing else: no value gives a way to JavaScript's own objects.
 *
 * Integers are numbers while they are safe and bigints beyond that, so that they never lose a digit, as Java's int, long
 * and BigInteger together do. Everything with a fraction or an exponent is a `Double`.
 */
import type { ObjectType } from "./method-table.ts";
import type { Run } from "./run.ts";

export type Integer = number | bigint;

export type Value = null | boolean | Integer | Double | string | VtlList | VtlMap | VtlObject;

/** A floating point number. */
export class Double {
  readonly value: number;
  /** As it was written, where it prints so or its digits are more than a double has: it is passed on unchanged. */
  readonly text: string | undefined;

  constructor(value: number, text?: string) {
    this.value = value;
    this.text = text;
  }
}

export class VtlList {
  readonly items: Value[];
  /** A JSON document's list prints as JSON, any other as Java's lists do (facts/mapping.md 4.2). */
  readonly isJson: boolean;

  constructor(items: Value[], isJson = false) {
    this.items = items;
    this.isJson = isJson;
  }
}

/** What a map may have as a key; other values are keys by their text. */
export type Key = string | Integer | boolean | null;

/** Keys in the order of their insertion. `__proto__` and `constructor` are keys like any other. */
export class VtlMap {
  readonly entries: Map<Key, Value>;
  /** Whether it prints nothing, as the maps of `$context` do (facts/mapping.md 4.1). */
  readonly isOpaque: boolean = false;

  constructor(entries: Map<Key, Value> = new Map()) {
    this.entries = entries;
  }

  get(key: Key): Value {
    return this.entries.get(key) ?? null;
  }

  /** Returns what was there before. */
  put(key: Key, value: Value): Value {
    const before = this.get(key);
    this.entries.set(key, value);
    return before;
  }

  remove(key: Key): Value {
    const before = this.get(key);
    this.entries.delete(key);
    return before;
  }
}

/** An object that only has the methods of a table: `$input`, `$util`, an entry of a map, `$foreach`. */
export abstract class VtlObject {
  abstract readonly type: ObjectType;

  /** What it prints. */
  text(_run: Run): string {
    return "";
  }
}

export const isInteger = (value: Value): value is Integer => typeof value === "number" || typeof value === "bigint";
export const isNumber = (value: Value): value is Integer | Double => isInteger(value) || value instanceof Double;

const mostSafe = BigInt(Number.MAX_SAFE_INTEGER);

/** A whole number of any size in its one form. */
export const integerOf = (value: bigint): Integer => (value >= -mostSafe && value <= mostSafe ? Number(value) : value);

/** Null and false do not hold; everything else does, the empty text included. */
export const isTrue = (value: Value): boolean => value !== null && value !== false;
