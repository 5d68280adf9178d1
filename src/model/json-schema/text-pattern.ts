/** The regular expressions of schemas: found anywhere in a text, by an automaton whose time is bounded (model/pattern). */
import { limits } from "../../limits.ts";
import { anything } from "../java-regex/char-set.ts";
import { compileTree } from "../pattern/automaton.ts";
import { parsePattern } from "../pattern/parse.ts";
import { type Node, PatternRefused } from "../pattern/syntax.ts";
import { SchemaRefused } from "./syntax.ts";

const anyText: Node = {
  kind: "repeat",
  body: { kind: "set", has: anything },
  minimum: 0,
  maximum: Number.POSITIVE_INFINITY,
};

/** Whether a text has a match; pays for the search. A text that takes too long has none. */
export type HasMatch = (text: string, spend: (steps: number) => void) => boolean;

export function compileTextPattern(pattern: string): HasMatch {
  if (pattern.length > limits.schemaPatternLength) throw new SchemaRefused("a pattern is too long");
  try {
    return compileTree({ kind: "sequence", parts: [anyText, parsePattern(pattern), anyText] });
  } catch (error) {
    if (error instanceof PatternRefused) throw new SchemaRefused(`the pattern ${pattern} cannot be used`);
    throw error;
  }
}
