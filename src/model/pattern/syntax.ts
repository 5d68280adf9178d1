/** What the automaton is built from: a regular expression without all that only says which of several matches is found. */
import { type CharSet, isInWord, lineEnd as isLineEnd } from "../java-regex/char-set.ts";

/** The text under test, as code points. */
export type Points = readonly number[];

export type Node =
  | { readonly kind: "set"; readonly has: CharSet }
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

/** The edge of a word, or anywhere else. */
export const wordEdge = (isEdge: boolean): Node => ({
  kind: "anchor",
  holds: (text, at) => (isInWord(text[at - 1]) !== isInWord(text[at])) === isEdge,
});

/** The very end of the text. */
export const textEnd: Node = { kind: "anchor", holds: (text, at) => at === text.length };
