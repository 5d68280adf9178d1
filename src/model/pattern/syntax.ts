/** What a pattern says, as a tree; and the sets of characters that Java's regular expressions name. */

/** The text under test, as code points. */
export type Points = readonly number[];

/** Whether a code point belongs to a set. */
export type Has = (point: number) => boolean;

export type Node =
  | { readonly kind: "set"; readonly has: Has }
  /** Holds between two characters, or not: `^`, `$`, `\b` and so on. */
  | { readonly kind: "anchor"; readonly holds: (text: Points, at: number) => boolean }
  | { readonly kind: "look"; readonly ahead: boolean; readonly negative: boolean; readonly body: Node }
  | { readonly kind: "sequence"; readonly parts: readonly Node[] }
  | { readonly kind: "choice"; readonly options: readonly Node[] }
  | { readonly kind: "repeat"; readonly body: Node; readonly minimum: number; readonly maximum: number };

/** A text that is no regular expression, or one that is not run here. */
export class PatternRefused extends Error {
  override readonly name = "PatternRefused";
}

const isBetween = (low: string, high: string): Has => {
  const [from, to] = [low.charCodeAt(0), high.charCodeAt(0)];
  return (point) => point >= from && point <= to;
};
export const not =
  (has: Has): Has =>
  (point) =>
    !has(point);
export const either =
  (...sets: readonly Has[]): Has =>
  (point) =>
    sets.some((has) => has(point));
export const both =
  (first: Has, second: Has): Has =>
  (point) =>
    first(point) && second(point);
export const anyOf = (text: string): Has => {
  const points = new Set(Array.from(text, (character) => character.codePointAt(0)));
  return (point) => points.has(point);
};

export const anything: Has = () => true;
export const isLineEnd = anyOf("\n\r\u0085\u2028\u2029");
const digit = isBetween("0", "9");
const lower = isBetween("a", "z");
const upper = isBetween("A", "Z");
const space = anyOf(" \t\n\u000b\f\r");
export const isWord = either(digit, lower, upper, anyOf("_"));
const horizontal = anyOf(
  " \t\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
);
const vertical = anyOf("\n\u000b\f\r\u0085\u2028\u2029");
const graphic = isBetween("!", "~");

/** `\d` and the like; a capital is the complement. */
export const classEscapes: ReadonlyMap<string, Has> = new Map([
  ["d", digit],
  ["D", not(digit)],
  ["w", isWord],
  ["W", not(isWord)],
  ["s", space],
  ["S", not(space)],
  ["h", horizontal],
  ["H", not(horizontal)],
  ["v", vertical],
  ["V", not(vertical)],
]);

/** `\p{Alpha}` and the like, which are ASCII. */
export const namedSets: ReadonlyMap<string, Has> = new Map([
  ["Lower", lower],
  ["Upper", upper],
  ["ASCII", (point) => point < 0x80],
  ["Alpha", either(lower, upper)],
  ["Digit", digit],
  ["Alnum", either(lower, upper, digit)],
  ["Punct", both(graphic, not(either(lower, upper, digit)))],
  ["Graph", graphic],
  ["Print", either(graphic, anyOf(" "))],
  ["Blank", anyOf(" \t")],
  ["Cntrl", (point) => point < 0x20 || point === 0x7f],
  ["XDigit", either(digit, isBetween("a", "f"), isBetween("A", "F"))],
  ["Space", space],
]);

/** A set without regard to case: that of ASCII letters, or of all with the flag `u`. */
export function withoutCase(has: Has, unicode: boolean): Has {
  return (point) => {
    if (has(point)) return true;
    if (!unicode && point >= 0x80) return false;
    const letter = String.fromCodePoint(point);
    return [letter.toLowerCase(), letter.toUpperCase()].some((other) => has(other.codePointAt(0) ?? point));
  };
}

/** The start of the text, or of a line with the flag `m`. */
export const lineStart = (lines: boolean): Node => ({
  kind: "anchor",
  holds: (text, at) => at === 0 || (lines && at < text.length && isLineEnd(text[at - 1] ?? 0)),
});

/** The end of the text, with or without a last line end, or of a line with the flag `m`. */
export const lineEnd = (lines: boolean): Node => ({
  kind: "anchor",
  holds: (text, at) => {
    const left = text.length - at;
    if (left === 0 || (lines && isLineEnd(text[at] ?? 0))) return true;
    return left === 1 ? isLineEnd(text[at] ?? 0) : left === 2 && text[at] === 13 && text[at + 1] === 10;
  },
});

const atWordEdge = (text: Points, at: number): boolean => isWord(text[at - 1] ?? 0) !== isWord(text[at] ?? 0);

/** `\A` and the like. */
export const anchorEscapes: ReadonlyMap<string, Node> = new Map<string, Node>([
  ["A", lineStart(false)],
  ["G", lineStart(false)],
  ["Z", lineEnd(false)],
  ["z", { kind: "anchor", holds: (text, at) => at === text.length }],
  ["b", { kind: "anchor", holds: atWordEdge }],
  ["B", { kind: "anchor", holds: (text, at) => !atWordEdge(text, at) }],
]);
