/**
 * The patch engine. It knows no resource: a resource is a table of rules, one a path, each saying what `add`, `replace`,
 * `remove` and `copy` do there. What a table does not list, it refuses in the words of its resource.
 *
 * Operations apply in order and each sees what those before it did; the first refusal ends the request and nothing of it
 * remains, because documents are never changed in place (facts/stage.md 4.8).
 */
import { badRequest } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { splitPointer, unescapeSegment } from "../../model/json-pointer.ts";
import type { PatchOperation } from "../../model/service.ts";

/** One operation as a rule sees it. */
export interface Step<C> {
  readonly op: string;
  /** As sent; `null` in letters when there was none, as the service prints it (facts/control.md 0.1). */
  readonly path: string;
  /** The `{name}` parts of the rule's path, un-escaped. `{name+}` takes several segments and is left as it was spelt. */
  readonly captures: Readonly<Record<string, string>>;
  /** As sent; undefined when absent or null. */
  readonly value: string | undefined;
  /** The source of a `copy`; undefined when absent or null. */
  readonly from: string | undefined;
  readonly context: C;
  /** The same object for all operations of one request: an effect may keep under it what later ones can build on. */
  readonly request: object;
}

/** What one op does at one path: the changed document, or a `Fault`. */
export type Effect<D, C> = (document: D, step: Step<C>) => D;

export type PatchOp = "add" | "replace" | "remove" | "copy" | "move" | "test";

/**
 * One row of a resource's table. In `path`, `{name}` stands for one segment and `{name+}` for one or more, neither of
 * them empty; a literal segment beats `{name}`, which beats `{name+}`, and of two rows that begin alike the longer wins,
 * whatever the order of the rows. A row has at most one `{name+}`.
 */
export type PatchRule<D, C> = { readonly path: string } & { readonly [op in PatchOp]?: Effect<D, C> };

export interface PatchTable<D, C> {
  readonly rules: readonly PatchRule<D, C>[];
  /** What the service says to an op and path that no row allows. `rule` is the row for the path, if there is one. */
  readonly refuse: (document: D, step: Step<C>, rule: PatchRule<D, C> | undefined) => Error;
}

/** One segment of a rule's path: the text it must be, or the name that it is captured under. */
interface Part {
  readonly literal: string | undefined;
  readonly name: string;
}

interface CompiledRule<D, C> {
  readonly rule: PatchRule<D, C>;
  /** The parts before the `{name+}`, or all of them when there is none. */
  readonly head: readonly Part[];
  /** The name of the `{name+}`. */
  readonly tail: string | undefined;
  /** The parts behind the `{name+}`. */
  readonly last: readonly Part[];
}

/** A table made ready to apply. Made once, at start-up. */
export interface CompiledTable<D, C> {
  readonly table: PatchTable<D, C>;
  /** Rows without captures, by path: nothing can be more exact, so they need no search. */
  readonly exact: ReadonlyMap<string, PatchRule<D, C>>;
  /** Rows with captures, by their first segment where that is literal; the more exact first. */
  readonly byFirstSegment: ReadonlyMap<string, readonly CompiledRule<D, C>[]>;
  /** Rows whose first segment is a capture; the more exact first. */
  readonly others: readonly CompiledRule<D, C>[];
}

const noCaptures: Readonly<Record<string, string>> = Object.freeze({});
const patchOps: ReadonlySet<string> = new Set<PatchOp>(["add", "replace", "remove", "copy", "move", "test"]);
const isPatchOp = (op: string): op is PatchOp => patchOps.has(op);

/** 0 literal, 1 `{name}`, 2 `{name+}`: compared segment by segment, so that the more exact row is tried first. */
const rank = (segment: string): number => (segment.endsWith("+}") ? 2 : segment.startsWith("{") ? 1 : 0);

function compareSegments(a: readonly string[], b: readonly string[]): number {
  for (const [i, segment] of a.entries()) {
    const other = b[i];
    if (other === undefined) break;
    const order = rank(segment) - rank(other);
    if (order !== 0) return order;
  }
  return b.length - a.length;
}

const toPart = (segment: string): Part =>
  rank(segment) === 0 ? { literal: segment, name: "" } : { literal: undefined, name: segment.slice(1, -1) };

function compileRule<D, C>(rule: PatchRule<D, C>, segments: readonly string[]): CompiledRule<D, C> {
  const at = segments.findIndex((segment) => rank(segment) === 2);
  if (at < 0) return { rule, head: segments.map(toPart), tail: undefined, last: [] };
  return {
    rule,
    head: segments.slice(0, at).map(toPart),
    tail: segments[at]?.slice(1, -2),
    last: segments.slice(at + 1).map(toPart),
  };
}

/** Throws on a table that contradicts itself, which is a mistake of ours. */
export function compileTable<D, C>(table: PatchTable<D, C>): CompiledTable<D, C> {
  const exact = new Map<string, PatchRule<D, C>>();
  const patterns: { rule: PatchRule<D, C>; segments: string[] }[] = [];
  const paths = new Set<string>();
  for (const rule of table.rules) {
    const segments = splitPointer(rule.path);
    if (segments === undefined || paths.has(rule.path)) throw new Error(`patch rule ${rule.path} is wrong or double`);
    paths.add(rule.path);
    if (segments.every((segment) => rank(segment) === 0)) exact.set(rule.path, rule);
    else patterns.push({ rule, segments });
  }
  const byFirstSegment = new Map<string, CompiledRule<D, C>[]>();
  const others: CompiledRule<D, C>[] = [];
  for (const { rule, segments } of patterns.toSorted((a, b) => compareSegments(a.segments, b.segments))) {
    const first = segments[0] ?? "";
    const list = rank(first) > 0 ? others : (byFirstSegment.get(first) ?? []);
    if (rank(first) === 0) byFirstSegment.set(first, list);
    list.push(compileRule(rule, segments));
  }
  return { table, exact, byFirstSegment, others };
}

/** Whether the parts fit the segments from `offset` on. Looks at texts only: nothing is allocated for a row that does not fit. */
function fits(parts: readonly Part[], segments: readonly string[], offset: number): boolean {
  for (let i = 0; i < parts.length; i++) {
    const literal = parts[i]?.literal;
    const segment = segments[offset + i];
    if (literal === undefined ? segment === "" : segment !== literal) return false;
  }
  return true;
}

function capture(
  parts: readonly Part[],
  segments: readonly string[],
  offset: number,
  captures: Record<string, string>,
): void {
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i];
    if (part?.literal === undefined) captures[part?.name ?? ""] = unescapeSegment(segments[offset + i] ?? "");
  }
}

/** The captures of a path under one row, or undefined when it does not fit. */
function match<D, C>(
  compiled: CompiledRule<D, C>,
  segments: readonly string[],
): Readonly<Record<string, string>> | undefined {
  const { head, tail, last } = compiled;
  const extra = segments.length - head.length - last.length;
  if (tail === undefined ? extra !== 0 : extra < 1) return undefined;
  const afterTail = segments.length - last.length;
  if (!fits(last, segments, afterTail) || !fits(head, segments, 0)) return undefined;
  const captures: Record<string, string> = {};
  capture(head, segments, 0, captures);
  if (tail !== undefined) {
    const taken = segments.slice(head.length, afterTail).join("/");
    if (taken === "") return undefined;
    captures[tail] = taken;
  }
  capture(last, segments, afterTail, captures);
  return captures;
}

interface Found<D, C> {
  readonly rule: PatchRule<D, C> | undefined;
  readonly captures: Readonly<Record<string, string>>;
}

function find<D, C>(compiled: CompiledTable<D, C>, path: string): Found<D, C> {
  const exact = compiled.exact.get(path);
  if (exact !== undefined) return { rule: exact, captures: noCaptures };
  const segments = splitPointer(path);
  if (segments === undefined) return { rule: undefined, captures: noCaptures };
  for (const candidates of [compiled.byFirstSegment.get(segments[0] ?? ""), compiled.others]) {
    for (const candidate of candidates ?? []) {
      const captures = match(candidate, segments);
      if (captures !== undefined) return { rule: candidate.rule, captures };
    }
  }
  return { rule: undefined, captures: noCaptures };
}

/** Bounds that hold whatever the resource; without them a request could make one reply or one document without end. */
function checkBounds(operations: readonly PatchOperation[]): void {
  if (operations.length > limits.patchOperations) {
    throw badRequest(`Invalid patch specified. A request can have at most ${limits.patchOperations} operations`);
  }
  let length = 0;
  for (const operation of operations) length += checkedLength(operation);
  if (length > limits.patchLength) {
    throw badRequest(`Invalid patch specified. A request can have at most ${limits.patchLength} characters`);
  }
}

/** The characters of one operation, each part of which has a bound of its own. */
function checkedLength({ path, value, from }: PatchOperation): number {
  const pathLength = path?.length ?? 0;
  const fromLength = from?.length ?? 0;
  const valueLength = value?.length ?? 0;
  if (Math.max(pathLength, fromLength) > limits.patchPathLength) {
    throw badRequest(`Invalid patch path specified. Paths can be at most ${limits.patchPathLength} characters`);
  }
  if (valueLength > limits.patchValueLength) {
    throw badRequest(`Invalid patch value specified. Values can be at most ${limits.patchValueLength} characters`);
  }
  return pathLength + fromLength + valueLength;
}

/** The document after all operations, in order. Throws the first refusal; the document passed in is never changed. */
export function applyPatch<D, C>(
  document: D,
  operations: readonly PatchOperation[],
  compiled: CompiledTable<D, C>,
  context: C,
): D {
  checkBounds(operations);
  const request = {};
  let current = document;
  for (const operation of operations) {
    const op = operation.op ?? "null";
    const path = operation.path ?? "null";
    const value = operation.value ?? undefined;
    const from = operation.from ?? undefined;
    const { rule, captures } = find(compiled, path);
    const step: Step<C> = { op, path, captures, value, from, context, request };
    // Only the six words: a row must never be asked for `constructor`, or for its own `path`.
    const effect = isPatchOp(op) ? rule?.[op] : undefined;
    if (effect === undefined) throw compiled.table.refuse(current, step, rule);
    current = effect(current, step);
  }
  return current;
}
