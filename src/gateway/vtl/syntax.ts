/** The syntax tree of a template. Every `at` is an offset in the source. */
import type { Value } from "./value.ts";

export type Expression =
  | { readonly kind: "literal"; readonly value: Value }
  /** A text in double quotes that has references or directives in it. */
  | { readonly kind: "interpolated"; readonly body: Block }
  | Reference
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | { readonly kind: "map"; readonly entries: readonly (readonly [Expression, Expression])[] }
  | { readonly kind: "range"; readonly from: Expression; readonly to: Expression }
  | { readonly kind: "not"; readonly of: Expression }
  | { readonly kind: "and" | "or"; readonly operands: readonly Expression[] }
  /** Operators of one precedence, from left to right. */
  | { readonly kind: "chain"; readonly first: Expression; readonly rest: readonly Operation[] };

export type Operator = "+" | "-" | "*" | "/" | "%" | "==" | "!=" | "<" | "<=" | ">" | ">=";

export interface Operation {
  readonly operator: Operator;
  readonly operand: Expression;
}

export interface Reference {
  readonly kind: "reference";
  readonly name: string;
  readonly steps: readonly ReferenceStep[];
  /** As it stands in the source. */
  readonly text: string;
  readonly at: number;
}

export type ReferenceStep =
  | { readonly kind: "property"; readonly name: string }
  | { readonly kind: "method"; readonly name: string; readonly given: readonly Expression[]; readonly at: number }
  | { readonly kind: "index"; readonly index: Expression; readonly at: number };

export type Block = readonly Node[];

export type Node =
  | { readonly kind: "text"; readonly text: string }
  /** `prefix` is written before the value; an escaped reference is written as it stands (`\$x`). */
  | { readonly kind: "output"; readonly reference: Reference; readonly prefix: string; readonly isEscaped: boolean }
  | { readonly kind: "set"; readonly target: Reference; readonly value: Expression }
  | { readonly kind: "if"; readonly branches: readonly Branch[]; readonly otherwise: Block }
  | {
      readonly kind: "foreach";
      readonly name: string;
      readonly over: Expression;
      readonly body: Block;
      readonly at: number;
    }
  /** `loop`: the `$foreach` of the loop to end, if it is not the innermost. */
  | { readonly kind: "break"; readonly loop: Expression | undefined; readonly at: number }
  | { readonly kind: "stop" }
  | { readonly kind: "define"; readonly name: string; readonly body: Block; readonly at: number }
  /** A macro's call, or what only looks like one: then it is its own text. */
  | {
      readonly kind: "call";
      readonly name: string;
      readonly given: readonly Expression[];
      /** What stands between `#@name()` and `#end`. */
      readonly content: Block | undefined;
      /** All of it, as it stands in the source. */
      readonly text: string;
      readonly at: number;
    };

export interface Branch {
  readonly condition: Expression;
  readonly body: Block;
}

export interface Macro {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly body: Block;
}

export interface SyntaxTree {
  readonly body: Block;
  readonly macros: ReadonlyMap<string, Macro>;
}
