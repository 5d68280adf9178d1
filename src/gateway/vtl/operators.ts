/** Arithmetic and comparison as Velocity 1.7 has them: what cannot be computed is null, and what cannot be compared is false. */
import { limits } from "../../limits.ts";
import { Fault } from "./error.ts";
import { doubleOf } from "./method-table.ts";
import { textOf } from "./print.ts";
import type { Run } from "./run.ts";
import type { Operator } from "./syntax.ts";
import { Double, type Integer, integerOf, isInteger, isNumber, type Value, VtlList, VtlMap } from "./value.ts";

type Compute<T> = (a: T, b: T) => T;

interface Arithmetic {
  readonly numbers: Compute<number>;
  readonly bigints: Compute<bigint>;
}

/** Integers divide towards zero. */
const arithmetic: Readonly<Record<"+" | "-" | "*" | "/" | "%", Arithmetic>> = {
  "+": { numbers: (a, b) => a + b, bigints: (a, b) => a + b },
  "-": { numbers: (a, b) => a - b, bigints: (a, b) => a - b },
  "*": { numbers: (a, b) => a * b, bigints: (a, b) => a * b },
  "/": { numbers: (a, b) => a / b, bigints: (a, b) => a / b },
  "%": { numbers: (a, b) => a % b, bigints: (a, b) => a % b },
};

const largest = 1n << BigInt(limits.templateIntegerBits);

function ofIntegers(run: Run, operator: keyof typeof arithmetic, left: Integer, right: Integer): Integer {
  const { numbers, bigints } = arithmetic[operator];
  if (typeof left === "number" && typeof right === "number") {
    // Adding zero makes -0 of it 0: integers have one zero.
    const result = Math.trunc(numbers(left, right)) + 0;
    if (Number.isSafeInteger(result)) return result;
  }
  run.step(4);
  const result = bigints(BigInt(left), BigInt(right));
  if (result > largest || result < -largest) throw new Fault("A number is too large");
  return integerOf(result);
}

function compute(run: Run, operator: keyof typeof arithmetic, left: Value, right: Value): Value {
  if (!isNumber(left) || !isNumber(right)) return null;
  if ((operator === "/" || operator === "%") && doubleOf(right) === 0) return null;
  if (isInteger(left) && isInteger(right)) return ofIntegers(run, operator, left, right);
  return new Double(arithmetic[operator].numbers(doubleOf(left), doubleOf(right)));
}

/** With a text on one side, `+` joins; in the place of nothing stands its source. */
function add(run: Run, left: Value, right: Value, leftSource: string, rightSource: string): Value {
  if (typeof left !== "string" && typeof right !== "string") return compute(run, "+", left, right);
  const leftText = left === null ? leftSource : textOf(run, left);
  return run.made(leftText + (right === null ? rightSource : textOf(run, right)));
}

/** Java's equals: only values of one kind are the same. */
export function isSame(run: Run, left: Value, right: Value, depth = 0): boolean {
  run.step();
  if (depth > limits.templateValueDepth) throw new Fault("A list or map is nested too deeply to be compared");
  if (left === right) return true;
  if (left instanceof Double) return right instanceof Double && left.value === right.value;
  if (left instanceof VtlList && right instanceof VtlList) {
    const { items } = right;
    return (
      left.items.length === items.length &&
      left.items.every((item, i) => isSame(run, item, items[i] ?? null, depth + 1))
    );
  }
  if (left instanceof VtlMap && right instanceof VtlMap) {
    if (left.entries.size !== right.entries.size) return false;
    for (const [key, value] of left.entries) {
      if (!right.entries.has(key) || !isSame(run, value, right.get(key), depth + 1)) return false;
    }
    return true;
  }
  return false;
}

/** Negative, zero or positive; NaN where one of them is that. A bigint and a number compare by their values. */
export function compareNumbers(left: Integer | Double, right: Integer | Double): number {
  const a = left instanceof Double ? left.value : left;
  const b = right instanceof Double ? right.value : right;
  if (a < b) return -1;
  if (a > b) return 1;
  return Number.isNaN(Number(a)) || Number.isNaN(Number(b)) ? Number.NaN : 0;
}

/** Values of different kinds are equal when they print the same. */
function isEqual(run: Run, left: Value, right: Value): boolean {
  if (typeof left === "string" && typeof right === "string") {
    run.scan(Math.min(left.length, right.length));
    return left === right;
  }
  if (left === null || right === null) return left === right;
  if (isNumber(left) && isNumber(right)) return compareNumbers(left, right) === 0;
  const areAlike =
    (left instanceof VtlList && right instanceof VtlList) || (left instanceof VtlMap && right instanceof VtlMap);
  return areAlike ? isSame(run, left, right) : textOf(run, left) === textOf(run, right);
}

/** Only numbers have an order. */
const ordered =
  (holds: (order: number) => boolean): Operate =>
  (_run, left, right) =>
    isNumber(left) && isNumber(right) && holds(compareNumbers(left, right));

const computed =
  (operator: keyof typeof arithmetic): Operate =>
  (run, left, right) =>
    compute(run, operator, left, right);

/** Applies an operator to two values; the sources of both are for `+` alone. */
export type Operate = (run: Run, left: Value, right: Value, leftSource: string, rightSource: string) => Value;

export const operations: Readonly<Record<Operator, Operate>> = {
  "+": add,
  "-": computed("-"),
  "*": computed("*"),
  "/": computed("/"),
  "%": computed("%"),
  "==": isEqual,
  "!=": (run, left, right) => !isEqual(run, left, right),
  "<": ordered((order) => order < 0),
  "<=": ordered((order) => order <= 0),
  ">": ordered((order) => order > 0),
  ">=": ordered((order) => order >= 0),
};
