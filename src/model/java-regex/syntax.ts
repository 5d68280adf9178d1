/** The syntax tree of a regular expression. */
import type { CharSet } from "./char-set.ts";

export type Mode = "greedy" | "lazy" | "possessive";

/** Something that holds at a place and takes no characters. */
export type Condition = "begin" | "end" | "lineBegin" | "lineEnd" | "finalEnd" | "word" | "notWord";

export type Regex =
  | { readonly kind: "set"; readonly set: CharSet; readonly literal: string | undefined }
  | { readonly kind: "sequence"; readonly parts: readonly Regex[] }
  | { readonly kind: "choice"; readonly options: readonly Regex[] }
  | { readonly kind: "repeat"; readonly of: Regex; readonly least: number; readonly most: number; readonly mode: Mode }
  | { readonly kind: "group"; readonly index: number; readonly of: Regex }
  | { readonly kind: "look"; readonly isAhead: boolean; readonly isNegative: boolean; readonly of: Regex }
  | { readonly kind: "atomic"; readonly of: Regex }
  | { readonly kind: "again"; readonly group: number; readonly isCaseless: boolean }
  | { readonly kind: "condition"; readonly condition: Condition };

export interface RegexTree {
  readonly root: Regex;
  readonly groups: number;
  readonly names: ReadonlyMap<string, number>;
}
