/** Sets of characters as Java's regular expressions write them. A character is a code point. */

export type CharSet = (code: number) => boolean;

/** Comparisons that a test takes, about; one where nothing is said. A class that somebody writes may have thousands of parts. */
const weights = new WeakMap<CharSet, number>();
/** Of a test by a Unicode property: a text is made, and an expression run. */
const propertyWeight = 7;
const weightOf = (set: CharSet): number => weights.get(set) ?? 1;

function weighing(weight: number, set: CharSet): CharSet {
  weights.set(set, weight);
  return set;
}

/** What a test is paid for with, beside the step for its character: nothing, for classes of the size that is usual. */
export const extraSteps = (set: CharSet): number => weightOf(set) >>> 3;

const not = (set: CharSet): CharSet => weighing(weightOf(set), (code) => !set(code));
export const union = (a: CharSet, b: CharSet): CharSet =>
  weighing(weightOf(a) + weightOf(b), (code) => a(code) || b(code));
export const intersection = (a: CharSet, b: CharSet): CharSet =>
  weighing(weightOf(a) + weightOf(b), (code) => a(code) && b(code));
export const range =
  (from: number, to: number): CharSet =>
  (code) =>
    code >= from && code <= to;

export const none: CharSet = () => false;

/** The set of these characters and ranges, e.g. `a-z_`. */
function of(text: string): CharSet {
  let set: CharSet = none;
  for (let i = 0; i < text.length; i++) {
    const from = text.charCodeAt(i);
    const isRange = text.charAt(i + 1) === "-" && i + 2 < text.length;
    set = union(set, range(from, isRange ? text.charCodeAt(i + 2) : from));
    if (isRange) i += 2;
  }
  return set;
}

const digit = of("0-9");
const space = of(" \t\n\v\f\r");
const word = of("A-Za-z0-9_");
const blank = of(" \t\u00a0\u1680\u180e\u2000-\u200a\u202f\u205f\u3000");
export const verticalSpace: CharSet = of("\n\v\f\r\u0085\u2028\u2029");
export const lineEnd: CharSet = of("\n\r\u0085\u2028\u2029");
export const anything: CharSet = () => true;

/** `\d` and its like. */
const escapes: Readonly<Record<string, CharSet>> = {
  d: digit,
  s: space,
  w: word,
  h: blank,
  v: verticalSpace,
};

/** POSIX and Java names of `\p{…}`; everything else is left to Unicode's own. */
const named: Readonly<Record<string, CharSet>> = {
  Lower: of("a-z"),
  Upper: of("A-Z"),
  ASCII: range(0, 0x7f),
  Alpha: of("A-Za-z"),
  Digit: digit,
  Alnum: of("A-Za-z0-9"),
  Punct: of("!-/:-@[-`{-~"),
  Graph: of("!-~"),
  Print: of(" -~"),
  Blank: of(" \t"),
  Cntrl: union(range(0, 0x1f), range(0x7f, 0x7f)),
  XDigit: of("0-9a-fA-F"),
  Space: space,
  javaLowerCase: unicode("Ll"),
  javaUpperCase: unicode("Lu"),
  javaWhitespace: space,
};

function unicode(property: string): CharSet {
  const expression = new RegExp(String.raw`^\p{${property}}$`, "u");
  return weighing(propertyWeight, (code) => expression.test(String.fromCodePoint(code)));
}

/** The set of `\d`, `\D` and so on; undefined when the letter names none. */
export function escapedSet(letter: string): CharSet | undefined {
  const lower = letter.toLowerCase();
  const set = Object.hasOwn(escapes, lower) ? escapes[lower] : undefined;
  return set === undefined || lower === letter ? set : not(set);
}

/** Names that Unicode's own properties may have: nothing that could be another expression. */
const propertyName = /^(?:Is|In)?([A-Za-z_]{1,40})(?:=([A-Za-z_]{1,40}))?$/;

/** The set of `\p{name}`; undefined when there is none. */
export function namedSet(name: string): CharSet | undefined {
  if (Object.hasOwn(named, name)) return named[name];
  const [, first, second] = propertyName.exec(name) ?? [];
  if (first === undefined) return undefined;
  for (const property of second === undefined ? [first, `Script=${first}`] : [`${first}=${second}`]) {
    try {
      return unicode(property);
    } catch {
      continue;
    }
  }
  return undefined;
}

export { not };

const letterOrDigit = /[\p{L}\p{Nd}_]/u;

/** Whether a character is part of a word where its edges are looked for: letters beyond ASCII are, though not for `\w`. */
export const isInWord = (code: number | undefined): boolean =>
  code !== undefined && letterOrDigit.test(String.fromCodePoint(code));

/** The same without regard to case: that of ASCII letters, or of all with the flag `u`. */
export const caseless = (set: CharSet, isUnicode: boolean): CharSet =>
  weighing(weightOf(set) * 3, (code) => {
    if (set(code)) return true;
    if (!isUnicode && code > 0x7f) return false;
    const letter = String.fromCodePoint(code);
    return [letter.toLowerCase(), letter.toUpperCase()].some((other) => set(other.codePointAt(0) ?? code));
  });
