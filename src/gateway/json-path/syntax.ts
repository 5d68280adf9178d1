/** A JSONPath, read. */
import type { JavaRegex } from "../../model/java-regex/match.ts";
import type { Value } from "../vtl/value.ts";

/** Counts what is looked at; throws when that is too much. */
export type Spend = (steps: number) => void;

export type PathStep =
  | { readonly kind: "names"; readonly names: readonly string[] }
  /** From the end where negative. */
  | { readonly kind: "indexes"; readonly indexes: readonly number[] }
  | { readonly kind: "slice"; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly kind: "all" }
  | { readonly kind: "filter"; readonly filter: Filter }
  /** Everything below, the value itself included. */
  | { readonly kind: "deep"; readonly of: PathStep }
  | { readonly kind: "function"; readonly name: string };

export interface Path {
  readonly steps: readonly PathStep[];
  /** Whether it names one place: then it has one value or none, else a list of them. */
  readonly isDefinite: boolean;
}

export type Filter =
  | { readonly kind: "and" | "or"; readonly operands: readonly Filter[] }
  | { readonly kind: "not"; readonly of: Filter }
  | { readonly kind: "exists"; readonly term: Term }
  | { readonly kind: "compare"; readonly operator: string; readonly left: Term; readonly right: Term };

export type Term =
  | { readonly kind: "value"; readonly value: Value }
  | { readonly kind: "path"; readonly path: Path; readonly fromRoot: boolean }
  | { readonly kind: "regex"; readonly regex: JavaRegex };

/** Functions that can end a path. */
export const pathFunctions: ReadonlySet<string> = new Set([
  "length",
  "size",
  "min",
  "max",
  "avg",
  "sum",
  "keys",
  "first",
  "last",
]);
