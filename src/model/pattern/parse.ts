/**
 * Java's regular expressions (model/java-regex), as the automaton takes them. What decides only which of several matches is
 * found (laziness, possessive and atomic groups, captures) is left out, since all that is asked is whether there is one.
 * Back references are refused.
 */
import { parseRegex, RegexError } from "../java-regex/parse.ts";
import type { Condition, Regex } from "../java-regex/syntax.ts";
import { lineEnd, lineStart, type Node, PatternRefused, textEnd, wordEdge } from "./syntax.ts";

const anchors: Readonly<Record<Condition, Node>> = {
  begin: lineStart(false),
  lineBegin: lineStart(true),
  end: textEnd,
  finalEnd: lineEnd(false),
  lineEnd: lineEnd(true),
  word: wordEdge(true),
  notWord: wordEdge(false),
};

function nodeOf(regex: Regex): Node {
  switch (regex.kind) {
    case "set":
      return { kind: "set", has: regex.set };
    case "sequence":
      return { kind: "sequence", parts: regex.parts.map(nodeOf) };
    case "choice":
      return { kind: "choice", options: regex.options.map(nodeOf) };
    case "repeat":
      return { kind: "repeat", body: nodeOf(regex.of), minimum: regex.least, maximum: regex.most };
    case "look":
      return { kind: "look", ahead: regex.isAhead, negative: regex.isNegative, body: nodeOf(regex.of) };
    case "condition":
      return anchors[regex.condition];
    case "group":
    case "atomic":
      return nodeOf(regex.of);
    case "again":
      break;
  }
  throw new PatternRefused("a back reference");
}

/** Throws `PatternRefused`. */
export function parsePattern(pattern: string): Node {
  try {
    return nodeOf(parseRegex(pattern).root);
  } catch (error) {
    throw error instanceof RegexError ? new PatternRefused(error.message) : error;
  }
}
