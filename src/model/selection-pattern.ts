/**
 * An IntegrationResponse's selectionPattern: a Java regular expression that must match the whole text, whose `.` does not
 * match a line end (facts/mapping.md 6). It is run by JavaScript's engine, so what the two spell differently is respelt.
 */
import { limits } from "../limits.ts";

/** Java's spellings that JavaScript does not know, with JavaScript's for the same; possessive groups become plain ones. */
const respelt: readonly (readonly [java: RegExp, script: (match: RegExpExecArray) => string])[] = [
  [/\\Q([^]*?)(?:\\E|$)/y, ([, quoted]) => (quoted ?? "").replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)],
  [/\\A/y, () => "^"],
  [/\\[zZ]/y, () => "$"],
  [/\\h/y, () => String.raw`[ \t]`],
  [/\\[^]/y, ([escape]) => escape],
  [/\[(?:\\[^]|[^\]\\])*\]/y, ([charClass]) => charClass],
  [/\(\?>/y, () => "(?:"],
  [/([*+?]|\{\d+(?:,\d*)?\})\+/y, ([, greedy]) => greedy ?? ""],
];

function respell(pattern: string): string {
  let out = "";
  let at = 0;
  while (at < pattern.length) {
    let taken = pattern.charAt(at);
    let width = 1;
    for (const [java, script] of respelt) {
      java.lastIndex = at;
      const match = java.exec(pattern);
      if (match === null) continue;
      [taken, width] = [script(match), match[0].length];
      break;
    }
    out += taken;
    at += width;
  }
  return out;
}

/** The pattern made ready to test a whole text, or undefined when it is not a regular expression or too long. */
export function compileSelectionPattern(pattern: string): RegExp | undefined {
  if (pattern.length > limits.selectionPatternLength) return undefined;
  const [prefix = "", letters = ""] = /^\(\?([imsud]+)\)/.exec(pattern) ?? [];
  const flags = [...new Set(letters)].filter((letter) => "ims".includes(letter)).join("");
  try {
    const body = respell(pattern.slice(prefix.length));
    // Alone first: in the group below, `a)(b` would look balanced.
    const alone = new RegExp(body, flags);
    // Nothing before and nothing behind, whatever the flags make of `^` and `$`.
    return new RegExp(`(?<![^])(?:${body})(?![^])`, alone.flags);
  } catch {
    return undefined;
  }
}
