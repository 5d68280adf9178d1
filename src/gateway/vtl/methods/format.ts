/** String.format, as far as templates use it: `%s %d %f %x %X %o %c %b %e %n %%` with flags, width and precision. */
import { limits } from "../../../limits.ts";
import { Fault } from "../error.ts";
import { doubleOf } from "../method-table.ts";
import { textOf } from "../print.ts";
import type { Run } from "../run.ts";
import { isInteger, isNumber, type Value } from "../value.ts";

const specifier = /%(?:(\d{1,3})\$)?([-#+ 0,(]*)(\d{1,6})?(?:\.(\d{1,3}))?([a-zA-Z%])/g;

const withCommas = (digits: string): string => digits.replace(/\B(?=(?:\d{3})+(?!\d))/g, ",");

function signed(flags: string, isNegative: boolean, digits: string): string {
  if (isNegative) return flags.includes("(") ? `(${digits})` : `-${digits}`;
  return flags.includes("+") ? `+${digits}` : flags.includes(" ") ? ` ${digits}` : digits;
}

function padded(text: string, flags: string, width: number): string {
  if (flags.includes("-")) return text.padEnd(width);
  if (!flags.includes("0") || text.length >= width) return text.padStart(width);
  const sign = /^[-+ (]/.exec(text)?.[0] ?? "";
  return sign + text.slice(sign.length).padStart(width - sign.length, "0");
}

function wholeNumber(value: Value, flags: string, radix: number): string {
  if (!isInteger(value)) throw new Fault("%d needs a whole number");
  const number = BigInt(value);
  const isNegative = number < 0n;
  const digits = (isNegative ? -number : number).toString(radix);
  return signed(flags, isNegative, flags.includes(",") ? withCommas(digits) : digits);
}

function fraction(value: Value, flags: string, precision: number, isExponent: boolean): string {
  if (!isNumber(value) || isInteger(value)) throw new Fault("%f needs a number with a fraction");
  const number = doubleOf(value);
  const size = Math.abs(number);
  if (isExponent) {
    const text = size.toExponential(Math.min(precision, 100));
    return signed(flags, number < 0, text.replace(/e([+-])(\d)$/, "e$10$2"));
  }
  if (size >= 1e21) throw new Fault("%f cannot write a number this large");
  const [whole = "", rest] = size.toFixed(Math.min(precision, 100)).split(".");
  const digits = flags.includes(",") ? withCommas(whole) : whole;
  return signed(flags, number < 0, rest === undefined ? digits : `${digits}.${rest}`);
}

function character(run: Run, value: Value): string {
  return isInteger(value) && value >= 0 && value <= 0x10ffff ? String.fromCodePoint(Number(value)) : textOf(run, value);
}

function conversion(run: Run, letter: string, value: Value, flags: string, precision: number | undefined): string {
  if (letter === "b") return String(value === true || (value !== null && value !== false));
  if (value === null) return "null".slice(0, precision);
  switch (letter) {
    case "s":
      return textOf(run, value).slice(0, precision);
    case "d":
      return wholeNumber(value, flags, 10);
    case "x":
      return wholeNumber(value, flags, 16);
    case "o":
      return wholeNumber(value, flags, 8);
    case "c":
      return character(run, value);
    case "f":
    case "e":
      return fraction(value, flags, precision ?? 6, letter === "e");
    default:
      throw new Fault(`%${letter} is not known`);
  }
}

/** Faults on what Java's format refuses: unknown conversions, arguments that are missing or of another type. */
export function format(run: Run, pattern: string, given: readonly Value[]): string {
  let next = 0;
  run.scan(pattern.length);
  const text = pattern.replace(
    specifier,
    (_, place?: string, flags = "", width?: string, precision?: string, letter = "") => {
      if (letter === "n") return "\n";
      const columns = Number(width ?? 0);
      if (columns > limits.templateNumberLength) throw new Fault("A width in a format is too large");
      if (letter === "%") return padded("%", flags, columns);
      const value = given[place === undefined ? next++ : Number(place) - 1];
      if (value === undefined) throw new Fault(`The format has no value for ${letter}`);
      const lower = String(letter).toLowerCase();
      const converted = conversion(run, lower, value, flags, precision === undefined ? undefined : Number(precision));
      return run.made(padded(lower === letter ? converted : converted.toUpperCase(), flags, columns));
    },
  );
  return run.made(text);
}
