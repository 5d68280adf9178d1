/**
 * Patch values are texts, also for numbers and booleans (facts/stage.md 4); these turn them into what is stored, or say
 * no with the message that the field's row gives.
 */
import { badRequest } from "../../errors.ts";

/** A text as a patch has it; undefined when absent or null. */
type Sent = string | undefined;

/** `true` in any case; everything else, nothing included, is silently false (facts/control.md 0.1). */
export function toBoolean(value: Sent): boolean {
  return value !== undefined && value.length === 4 && value.toLowerCase() === "true";
}

const integerForm = /^-?\d{1,15}$/;

/** A whole number in plain digits; NaN for anything else. */
export function readInteger(value: Sent): number {
  // -0 would be stored as 0 but compared as -0.
  return value !== undefined && integerForm.test(value) ? Number(value) + 0 : Number.NaN;
}

/** A whole number in plain digits and within the bounds, both inclusive. */
export function toInteger(value: Sent, minimum: number, maximum: number, message: string): number {
  const number = readInteger(value);
  if (!(number >= minimum && number <= maximum)) throw badRequest(message);
  return number;
}

const doubleForm = /^-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const doubleLength = 64;

/** A finite decimal number within the bounds, both inclusive: no `NaN`, `1e999`, hexadecimal, blanks or empty text. */
export function toDouble(value: Sent, minimum: number, maximum: number, message: string): number {
  const number =
    value !== undefined && value.length <= doubleLength && doubleForm.test(value) ? Number(value) : Number.NaN;
  if (!(Number.isFinite(number) && number >= minimum && number <= maximum)) throw badRequest(message);
  return number + 0;
}

/** One of the words, spelt as it is. */
export function toEnum<T extends string>(value: Sent, words: readonly T[], message: string): T {
  const word = words.find((candidate) => candidate === value);
  if (word === undefined) throw badRequest(message);
  return word;
}

/** One of the words; undefined stays so. `name` is the member's, for the refusal. */
export function toWord<T extends string>(value: Sent, words: readonly T[], name: string): T | undefined {
  if (value === undefined) return undefined;
  return toEnum(value, words, `Invalid ${name} specified. Valid options are ${words.join(",")}`);
}

// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const forbiddenControls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/**
 * Free text up to a length: control characters other than tab and line ends, and halves of surrogate pairs, which the
 * store's UTF-8 could not give back, are refused.
 */
export function toText(value: string, maximumLength: number, message: string): string {
  if (value.length > maximumLength || forbiddenControls.test(value) || !value.isWellFormed()) {
    throw badRequest(message);
  }
  return value;
}
