/** What String's methods do with Java's regular expressions. */
import { JavaRegex, type Match } from "../../../model/java-regex/match.ts";
import { RegexError } from "../../../model/java-regex/parse.ts";
import { Fault } from "../error.ts";
import type { Run } from "../run.ts";
import type { Value } from "../value.ts";

/** Compiles an expression and uses it; what is wrong with it becomes a fault of the template. */
function using<T>(expression: string, use: (regex: JavaRegex) => T): T {
  try {
    return use(JavaRegex.compile(expression));
  } catch (error) {
    throw error instanceof RegexError ? new Fault(`The regular expression cannot be used: ${error.message}`) : error;
  }
}

const spendOf =
  (run: Run) =>
  (steps: number): void =>
    run.step(steps);

export const matches = (run: Run, text: string, expression: string): boolean =>
  using(expression, (regex) => {
    run.scan(text.length);
    return regex.literal === undefined ? regex.matches(text, spendOf(run)) : text === regex.literal;
  });

/** Every match in order. One that is empty is followed by the search one place on. */
function* matchesOf(run: Run, regex: JavaRegex, text: string): Generator<Match> {
  let from = 0;
  for (;;) {
    const match = regex.find(text, from, spendOf(run));
    if (match === undefined) return;
    yield match;
    const [start = 0, end = 0] = match;
    from = end === start ? end + 1 : end;
  }
}

type Piece = string | number;

/** `$1` and `${name}` stand for groups, a backslash makes what follows it plain. */
function replacementOf(regex: JavaRegex, text: Value | undefined): readonly Piece[] {
  if (typeof text !== "string") throw new Fault("There is nothing to replace with");
  const pieces: Piece[] = [];
  let plain = "";
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === "$") {
      const [group, width] = groupAt(regex, text, at + 1);
      pieces.push(plain, group);
      plain = "";
      at += width;
    } else if (character === "\\") {
      if (++at === text.length) throw new Fault("A replacement ends with a backslash");
      plain += text.charAt(at);
    } else {
      plain += character;
    }
  }
  pieces.push(plain);
  return pieces;
}

function groupAt(regex: JavaRegex, text: string, at: number): readonly [group: number, width: number] {
  const name = /\{([A-Za-z][A-Za-z0-9]*)\}/y;
  name.lastIndex = at;
  const named = name.exec(text);
  if (named !== null) {
    const group = regex.groupNamed(named[1] ?? "");
    if (group === undefined) throw new Fault(`There is no group ${named[1]}`);
    return [group, named[0].length];
  }
  let group = -1;
  let width = 0;
  // As many digits as there are groups for, one at least.
  for (; /[0-9]/.test(text.charAt(at + width)); width++) {
    const next = Math.max(group, 0) * 10 + Number(text.charAt(at + width));
    if (width > 0 && next > regex.groups) break;
    group = next;
  }
  if (group < 0 || group > regex.groups) throw new Fault("A replacement names a group that there is not");
  return [group, width];
}

const expand = (pieces: readonly Piece[], text: string, match: Match): string =>
  pieces
    .map((piece) => {
      if (typeof piece === "string") return piece;
      const start = match[2 * piece] ?? -1;
      return start < 0 ? "" : text.slice(start, match[2 * piece + 1]);
    })
    .join("");

/** As in Java, a replacement that is bad or not there is found out when it is first needed. */
export const replace = (
  run: Run,
  text: string,
  expression: string,
  replacement: Value | undefined,
  isAll: boolean,
): string =>
  using(expression, (regex) => {
    let pieces: readonly Piece[] | undefined;
    run.scan(text.length);
    let result = "";
    let from = 0;
    for (const match of matchesOf(run, regex, text)) {
      const [start = 0, end = 0] = match;
      pieces ??= replacementOf(regex, replacement);
      result += text.slice(from, start) + run.made(expand(pieces, text, match));
      from = end;
      if (!isAll) break;
    }
    return run.made(result + text.slice(from));
  });

/** At most `limit` pieces where that is positive; empty ones at the end are dropped where it is zero. */
export const split = (run: Run, text: string, expression: string, limit: number): string[] =>
  using(expression, (regex) => {
    const pieces: string[] = [];
    let from = 0;
    run.scan(text.length);
    for (const [start = 0, end = 0] of matchesOf(run, regex, text)) {
      if (limit > 0 && pieces.length === limit - 1) break;
      // An empty match at the beginning splits nothing off.
      if (end === 0) continue;
      pieces.push(run.made(text.slice(from, start)));
      from = end;
    }
    if (from === 0 && pieces.length === 0) return [text];
    pieces.push(run.made(text.slice(from)));
    if (limit === 0) while (pieces.at(-1) === "") pieces.pop();
    return pieces;
  });
