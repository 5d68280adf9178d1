/**
 * An IntegrationResponse's selectionPattern: a Java regular expression that must match the whole text, whose `.` does not
 * match a line end (facts/mapping.md 6). It is run by an engine of our own (model/pattern), because JavaScript's spells
 * things differently and, like Java's, can be made to run for hours by a short pattern.
 */
import { limits } from "../limits.ts";
import { compileTree } from "./pattern/automaton.ts";
import { parsePattern } from "./pattern/parse.ts";
import { PatternRefused } from "./pattern/syntax.ts";

export interface SelectionPattern {
  /** Whether the whole text matches. */
  readonly test: (text: string) => boolean;
}

/** The pattern made ready to test texts, or undefined when it is not a regular expression, or too long or large. */
export function compileSelectionPattern(pattern: string): SelectionPattern | undefined {
  if (pattern.length > limits.selectionPatternLength) return undefined;
  try {
    return { test: compileTree(parsePattern(pattern)) };
  } catch (error) {
    if (error instanceof PatternRefused) return undefined;
    throw error;
  }
}
