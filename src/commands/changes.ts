/** What differs between two definitions of an API, for people and for programs. */
import type { Definition, Part, PartKind } from "./definition.ts";
import { oneLine, type Style, type Terminal } from "./terminal.ts";
import { cutTo, widthOf } from "./text-table.ts";

export interface ChangedValue {
  readonly name: string;
  /** Undefined where there was, or is, none. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

export interface Change {
  readonly change: "added" | "removed" | "changed";
  readonly kind: PartKind;
  readonly name: string;
  /** Of a changed part alone. */
  readonly values: readonly ChangedValue[];
  /** What it is, or was. */
  readonly brief: string;
}

const kinds: readonly PartKind[] = ["api", "method", "model", "validator", "authorizer", "gateway response"];

function changedValues(before: Part, after: Part): ChangedValue[] {
  const names = [...new Set([...before.values.keys(), ...after.values.keys()])].toSorted();
  return names
    .map((name) => ({ name, before: before.values.get(name), after: after.values.get(name) }))
    .filter((value) => value.before !== value.after);
}

function changeOf(before: Part | undefined, after: Part | undefined): Change | undefined {
  const part = after ?? before;
  if (part === undefined) return undefined;
  const { kind, name, brief } = part;
  if (before === undefined || after === undefined) {
    return { change: before === undefined ? "added" : "removed", kind, name, brief, values: [] };
  }
  const values = changedValues(before, after);
  return values.length === 0 ? undefined : { change: "changed", kind, name, brief, values };
}

/** By path, then verb. */
const orderOf = ({ kind, name }: Change): string => (kind === "method" ? name.split(" ").toReversed().join(" ") : name);

/** In the order of the kinds, and by name. An API is never added or removed: that is told otherwise. */
export function changesBetween(before: Definition, after: Definition): Change[] {
  const found = [...new Set([...before.keys(), ...after.keys()])]
    .map((key) => changeOf(before.get(key), after.get(key)))
    .filter((change) => change !== undefined && (change.kind !== "api" || change.change === "changed"))
    .filter((change) => change !== undefined);
  return found.toSorted((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || (orderOf(a) < orderOf(b) ? -1 : 1));
}

const signs: Readonly<Record<Change["change"], readonly [sign: string, style: Style]>> = {
  added: ["+", "green"],
  removed: ["-", "red"],
  changed: ["~", "yellow"],
};

/** Changed values of one part, and parts, that are written out. */
const valuesShown = 6;
const partsShown = 40;

/** How much of what two values have in common is shown before the place where they part. */
const context = 12;

/** Two values in at most so many columns each, from near the place where they part. */
function cutAtDifference(was: string, is: string, columns: number): [string, string] {
  if (widthOf(was) <= columns && widthOf(is) <= columns) return [was, is];
  let same = 0;
  while (same < was.length && was[same] === is[same]) same++;
  if (same <= context + 1) return [cutTo(was, columns), cutTo(is, columns)];
  const from = same - context;
  return [cutTo(`…${was.slice(from)}`, columns), cutTo(`…${is.slice(from)}`, columns)];
}

/** On one line where that has room, else the value that it was above the one that it is. */
function valueLines({ name, before, after }: ChangedValue, terminal: Terminal): string[] {
  const [was = "", is = ""] = [before, after].map((text) => (text === undefined ? "(none)" : oneLine(text) || '""'));
  const head = `      ${oneLine(name)}:`;
  const line = `${head} ${was} → ${is}`;
  if (widthOf(line) <= terminal.columns) return [line];
  const [first, second] = cutAtDifference(was, is, terminal.columns - 10);
  return [
    cutTo(head, terminal.columns),
    `        ${terminal.styled("red", "-")} ${first}`,
    `        ${terminal.styled("green", "+")} ${second}`,
  ];
}

function linesOf(change: Change, terminal: Terminal): string[] {
  const { columns } = terminal;
  const [sign, style] = signs[change.change];
  const title = change.kind === "method" ? change.name : `${change.kind} ${change.name}`;
  const brief = change.change === "changed" ? "" : `  ${change.brief}`;
  const lines = [
    `  ${terminal.styled(style, sign)} ${cutTo(`${oneLine(title)}${oneLine(brief)}`.trimEnd(), columns - 4)}`,
  ];
  for (const value of change.values.slice(0, valuesShown)) lines.push(...valueLines(value, terminal));
  const more = change.values.length - valuesShown;
  if (more > 0) lines.push(`      and ${more} more`);
  return lines;
}

/** One line for each part that differs, and those of the values in it. */
export function changeLines(changes: readonly Change[], terminal: Terminal): string[] {
  if (changes.length === 0) return ["  the definition is as it was"];
  const lines = changes.slice(0, partsShown).flatMap((change) => linesOf(change, terminal));
  const more = changes.length - partsShown;
  if (more > 0) lines.push(`  and ${more} more`);
  return lines;
}
