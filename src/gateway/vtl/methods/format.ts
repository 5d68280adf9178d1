/** String.format, as far as templates use it: `%s %d %f %x %X %o %c %b %e %n %%` with flags, width and precision. */
import { limits } from "../../../limits.ts";
import { Fault } from "../error.ts";
import { textOf } from "../print.ts";
import type { Run } from "../run.ts";
import { Double, isInteger, type Value } from "../value.ts";

interface Form {
  readonly flags: string;
  readonly hasPrecision: boolean;
}

const ofText: Form = { flags: "-", hasPrecision: true };
const ofBits: Form = { flags: "-#0", hasPrecision: false };

/** What may stand before the letter of a conversion. */
const forms: Readonly<Record<string, Form>> = {
  b: ofText,
  s: ofText,
  c: { flags: "-", hasPrecision: false },
  d: { flags: "-+ 0,(", hasPrecision: false },
  x: ofBits,
  o: ofBits,
  e: { flags: "-#+ 0(", hasPrecision: true },
  f: { flags: "-#+ 0,(", hasPrecision: true },
  "%": { flags: "-", hasPrecision: false },
  n: { flags: "", hasPrecision: false },
};
/** Conversions that can be written in upper case, and then make such. */
const upperCase = "BSCXE";
/** Flags that say different things about one place. */
const contrary = [
  ["-", "0"],
  ["+", " "],
] as const;

function checkForm(letter: string, flags: string, width: string | undefined, precision: string | undefined): void {
  const form = forms[letter];
  if (form === undefined) throw new Fault(`%${letter} is not known`);
  const isWrong =
    (precision !== undefined && !form.hasPrecision) ||
    flags.split("").some((flag, i) => !form.flags.includes(flag) || flags.includes(flag, i + 1)) ||
    contrary.some(([one, other]) => flags.includes(one) && flags.includes(other)) ||
    (width === undefined ? /[-0]/.test(flags) : letter === "n");
  if (isWrong) throw new Fault(`A format has a %${letter} of a form that there is not`);
}

const specifier = /%(?:(\d{1,3})\$)?([-#+ 0,(]*)(\d{1,6})?(?:\.(\d{1,3}))?([a-zA-Z%])|%/g;

const withCommas = (digits: string): string => digits.replace(/\B(?=(?:\d{3})+(?!\d))/g, ",");

function signed(flags: string, isNegative: boolean, digits: string): string {
  if (isNegative) return flags.includes("(") ? `(${digits})` : `-${digits}`;
  return flags.includes("+") ? `+${digits}` : flags.includes(" ") ? ` ${digits}` : digits;
}

function padded(text: string, flags: string, width: number): string {
  if (flags.includes("-")) return text.padEnd(width);
  if (!flags.includes("0") || text.length >= width || !/[0-9]/.test(text)) return text.padStart(width);
  const sign = /^(?:[-+ (]|0x)/i.exec(text)?.[0] ?? "";
  return sign + text.slice(sign.length).padStart(width - sign.length, "0");
}

function wholeNumber(value: Value, flags: string): string {
  if (!isInteger(value)) throw new Fault("%d needs a whole number");
  const number = BigInt(value);
  const isNegative = number < 0n;
  const digits = (isNegative ? -number : number).toString();
  return signed(flags, isNegative, flags.includes(",") ? withCommas(digits) : digits);
}

/** Digits and the power of ten of the first one: those that the number prints with. */
function digitsOf(size: number): { readonly digits: string; readonly exponent: number } {
  const [mantissa = "", exponent = ""] = size.toExponential().split("e");
  return { digits: mantissa.replace(".", ""), exponent: Number(exponent) };
}

/** Rounded half up after so many digits, as Java does; there may be one more digit in front then. */
function rounded(digits: string, count: number): bigint {
  if (count < 0) return 0n;
  const kept = BigInt(digits.slice(0, count).padEnd(count, "0") || "0");
  return (digits.charAt(count) || "0") >= "5" ? kept + 1n : kept;
}

function plainText(size: number, precision: number, flags: string): string {
  const { digits, exponent } = digitsOf(size);
  const text = String(rounded(digits, exponent + 1 + precision)).padStart(precision + 1, "0");
  const whole = text.slice(0, text.length - precision);
  return (flags.includes(",") ? withCommas(whole) : whole) + (precision === 0 ? "" : `.${text.slice(-precision)}`);
}

function exponentText(size: number, precision: number): string {
  const { digits, exponent } = digitsOf(size);
  const text = String(rounded(digits, precision + 1)).padEnd(precision + 1, "0");
  const power = exponent + (text.length - precision - 1);
  const sign = power < 0 ? "-" : "+";
  const mantissa = text.charAt(0) + (precision === 0 ? "" : `.${text.slice(1, precision + 1)}`);
  return `${mantissa}e${sign}${String(Math.abs(power)).padStart(2, "0")}`;
}

/** A fraction's text with its point, also where nothing is behind it. */
const pointed = (text: string): string => (text.includes(".") ? text : text.replace(/(?=e|$)/, "."));

function fraction(value: Value, flags: string, precision: number, isExponent: boolean): string {
  if (!(value instanceof Double)) throw new Fault("%f needs a number with a fraction");
  const size = Math.abs(value.value);
  const isNegative = value.value < 0 || Object.is(value.value, -0);
  if (!Number.isFinite(size)) return signed(flags, isNegative, Number.isNaN(size) ? "NaN" : "Infinity");
  const text = isExponent ? exponentText(size, precision) : plainText(size, precision, flags);
  return signed(flags, isNegative, flags.includes("#") ? pointed(text) : text);
}

function character(value: Value): string {
  if (isInteger(value) && value >= 0 && value <= 0x10ffff) return String.fromCodePoint(Number(value));
  throw new Fault("%c needs a character's number");
}

/** As its bits: an int's, a long's, or with a sign beyond. */
function bits(value: Value, radix: number): string {
  if (!isInteger(value)) throw new Fault("%x needs a whole number");
  const number = BigInt(value);
  if (number >= 0n || number < -(2n ** 63n)) return number.toString(radix);
  return BigInt.asUintN(number >= -(2n ** 31n) ? 32 : 64, number).toString(radix);
}

function conversion(run: Run, letter: string, value: Value, flags: string, precision: number | undefined): string {
  if (letter === "b") return String(value === true || (value !== null && value !== false)).slice(0, precision);
  if (value === null) return "null".slice(0, precision);
  switch (letter) {
    case "s":
      return textOf(run, value).slice(0, precision);
    case "d":
      return wholeNumber(value, flags);
    case "x":
      return (flags.includes("#") ? "0x" : "") + bits(value, 16);
    case "o":
      return (flags.includes("#") ? "0" : "") + bits(value, 8);
    case "c":
      return character(value);
    case "f":
    case "e":
      return fraction(value, flags, precision ?? 6, letter === "e");
    default:
      throw new Fault(`%${letter} has no value`);
  }
}

/** Faults on what Java's format refuses: unknown conversions, arguments that are missing or of another type. */
export function format(run: Run, pattern: string, given: readonly Value[]): string {
  let next = 0;
  run.step(pattern.length);
  const text = pattern.replace(
    specifier,
    (_, place?: string, flags = "", width?: string, precision?: string, letter = "") => {
      const form = upperCase.includes(letter) ? letter.toLowerCase() : letter;
      checkForm(form, flags, width, precision);
      if (form === "n") return "\n";
      const columns = Number(width ?? 0);
      if (columns > limits.templateNumberLength) throw new Fault("A width in a format is too large");
      if (letter === "%") return padded("%", flags, columns);
      const value = given[place === undefined ? next++ : Number(place) - 1];
      if (value === undefined) throw new Fault(`The format has no value for ${letter}`);
      const converted = conversion(run, form, value, flags, precision === undefined ? undefined : Number(precision));
      return run.made(padded(form === letter ? converted : converted.toUpperCase(), flags, columns));
    },
  );
  return run.made(text);
}
