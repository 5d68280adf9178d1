/** TABLES: the methods of numbers and booleans, as Java's Integer, Long, Double and Boolean have them. */
import { limits } from "../../../limits.ts";
import { Fault } from "../error.ts";
import { doubleOf, methodTable } from "../method-table.ts";
import { compareNumbers, isSame } from "../operators.ts";
import { textOf } from "../print.ts";
import type { Run } from "../run.ts";
import { Double, type Integer, integerOf, isNumber, type Value } from "../value.ts";

const wholeNumber = /^[+-]?[0-9]+$/;
const anyNumber = /^[ \t]*[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[dDfF]?[ \t]*$/;

function parseInteger(value: Value | undefined): Integer {
  if (typeof value !== "string" || !wholeNumber.test(value) || value.length > limits.templateNumberLength) {
    throw new Fault("A text is not a whole number");
  }
  return integerOf(BigInt(value.replace("+", "")));
}

function parseDouble(value: Value | undefined): Double {
  if (typeof value !== "string" || value.length > limits.templateNumberLength || !anyNumber.test(value)) {
    throw new Fault("A text is not a number");
  }
  return new Double(Number(value.replace(/[dDfF][ \t]*$/, "")));
}

/** Towards zero; what is not finite is Java's 0 or the largest long. */
function whole(self: Integer | Double): Integer {
  if (!(self instanceof Double)) return self;
  if (Number.isNaN(self.value)) return 0;
  const largest = 2n ** 63n;
  const value = Number.isFinite(self.value) ? BigInt(Math.trunc(self.value)) : self.value > 0 ? largest : -largest;
  return integerOf(value >= largest ? largest - 1n : value < -largest ? -largest : value);
}

/** A float as the shortest decimal number that stands for it. */
function floatOf(run: Run, value: number): Double {
  run.step(10);
  const float = Math.fround(value);
  for (let digits = 1; digits <= 9; digits++) {
    const short = Number(float.toPrecision(digits));
    if (Object.is(Math.fround(short), float)) return new Double(short);
  }
  return new Double(float);
}

type AnyNumber = Integer | Double;

/** Only numbers of one kind can be compared. */
function compareTo(self: AnyNumber, other: Value): number {
  if (!isNumber(other) || other instanceof Double !== self instanceof Double) {
    throw new Fault("A number can be compared to one of its kind alone");
  }
  return compareNumbers(self, other);
}

const common = [
  ["intValue()", (self) => Number(BigInt.asIntN(32, BigInt(whole(self))))],
  ["longValue()", (self) => integerOf(BigInt.asIntN(64, BigInt(whole(self))))],
  ["doubleValue()", (self) => new Double(doubleOf(self))],
  ["floatValue()", (self, _, run) => floatOf(run, doubleOf(self))],
  ["toString()", (self, _, run) => textOf(run, self)],
  ["equals(any)", (self, [other], run) => isSame(run, self, other ?? null)],
  ["compareTo(any)", (self, [other]) => compareTo(self, other ?? null)],
] as const satisfies Parameters<typeof methodTable<AnyNumber>>[0];

export const integerMethods = methodTable<AnyNumber>([
  ...common,
  ["hashCode()", (self) => Number(BigInt.asIntN(32, BigInt(whole(self))))],
  ["parseInt(string)", (_, [text]) => parseInteger(text)],
  ["parseLong(string)", (_, [text]) => parseInteger(text)],
  ["valueOf(string)", (_, [text]) => parseInteger(text)],
  ["valueOf(int)", (_, [value]) => value ?? null],
  ["toString(int)", (_, [value], run) => textOf(run, value ?? null)],
  ["toHexString(int)", (_, [value]) => BigInt.asUintN(32, BigInt(value as Integer)).toString(16)],
  ["toBinaryString(int)", (_, [value]) => BigInt.asUintN(32, BigInt(value as Integer)).toString(2)],
]);

export const doubleMethods = methodTable<AnyNumber>([
  ...common,
  ["isNaN()", (self) => Number.isNaN(doubleOf(self))],
  ["isNaN(number)", (_, [value]) => Number.isNaN(doubleOf(value ?? null))],
  ["isInfinite()", (self) => Math.abs(doubleOf(self)) === Infinity],
  ["isInfinite(number)", (_, [value]) => Math.abs(doubleOf(value ?? null)) === Infinity],
  ["parseDouble(string)", (_, [text]) => parseDouble(text)],
  ["valueOf(string)", (_, [text]) => parseDouble(text)],
]);

function compareBooleans(self: boolean, other: Value): number {
  if (typeof other !== "boolean") throw new Fault("A truth value can be compared to another one alone");
  return Number(self) - Number(other);
}

export const booleanMethods = methodTable<boolean>([
  ["booleanValue()", (self) => self],
  ["toString()", (self) => String(self)],
  ["equals(any)", (self, [other]) => self === other],
  ["compareTo(any)", (self, [other]) => compareBooleans(self, other ?? null)],
  ["parseBoolean(string)", (_, [text]) => typeof text === "string" && text.toLowerCase() === "true"],
  ["hashCode()", (self) => (self ? 1_231 : 1_237)],
]);
