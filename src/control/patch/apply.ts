/**
 * The patch engine. It knows no resource: a resource is a table of rules, one a path, each saying what `add`, `replace`,
 * `remove` and `copy` do there. What a table does not list, it refuses in the words of its resource.
 *
 * Operations apply in order and each sees what those before it did; the first refusal ends the request and nothing of it
 * remains, because documents are never changed in place (facts/stage.md 4.8).
 */
import type { PatchOperation } from "../../model/service.ts";
import { splitPointer, unescapeSegment } from "./pointer.ts";

/** One operation as a rule sees it. */
export interface Step<C> {
  readonly op: string;
  /** As sent. */
  readonly path: string;
  /** The `{name}` parts of the rule's path, un-escaped. `{name+}` takes several segments and is left as it was spelt. */
  readonly captures: Readonly<Record<string, string>>;
  /** As sent; undefined when absent or null. */
  readonly value: string | undefined;
  /** The source of a `copy`; undefined when absent or null. */
  readonly from: string | undefined;
  readonly context: C;
}

/** What one op does at one path: the changed document, or a `Fault`. */
export type Effect<D, C> = (document: D, step: Step<C>) => D;

export type PatchOp = "add" | "replace" | "remove" | "copy" | "move" | "test";

/**
 * One row of a resource's table. In `path`, `{name}` stands for one segment and `{name+}` for one or more; a literal
 * segment beats `{name}`, which beats `{name+}`, whatever the order of the rows.
 */
export type PatchRule<D, C> = { readonly path: string } & { readonly [op in PatchOp]?: Effect<D, C> };

export interface PatchTable<D, C> {
  readonly rules: readonly PatchRule<D, C>[];
  /** What the service says to an op and path that no row allows. `rule` is the row for the path, if there is one. */
  readonly refuse: (document: D, step: Step<C>, rule: PatchRule<D, C> | undefined) => Error;
}

interface CompiledRule<D, C> {
  readonly rule: PatchRule<D, C>;
  readonly segments: readonly string[];
  /** Place of the `{name+}` segment, or -1. */
  readonly tail: number;
}

/** A table made ready to apply. Made once, at start-up. */
export interface CompiledTable<D, C> {
  readonly table: PatchTable<D, C>;
  readonly rules: readonly CompiledRule<D, C>[];
}

/** 0 literal, 1 `{name}`, 2 `{name+}`: compared segment by segment, so that the more exact row is tried first. */
const rank = (segment: string): number => (segment.endsWith("+}") ? 2 : segment.startsWith("{") ? 1 : 0);

function compareRules(a: CompiledRule<never, never>, b: CompiledRule<never, never>): number {
  for (let i = 0; i < Math.min(a.segments.length, b.segments.length); i++) {
    const order = rank(a.segments[i] as string) - rank(b.segments[i] as string);
    if (order !== 0) return order;
  }
  return 0;
}

export function compileTable<D, C>(table: PatchTable<D, C>): CompiledTable<D, C> {
  const rules = table.rules.map((rule) => {
    const segments = splitPointer(rule.path) ?? [];
    return { rule, segments, tail: segments.findIndex((segment) => rank(segment) === 2) };
  });
  return { table, rules: rules.toSorted(compareRules as never) };
}

/** The captures of a path under one rule, or undefined when it does not fit. */
function match(rule: CompiledRule<never, never>, segments: readonly string[]): Record<string, string> | undefined {
  const extra = segments.length - rule.segments.length;
  if (extra < 0 || (extra > 0 && rule.tail < 0)) return undefined;
  const captures: Record<string, string> = {};
  let at = 0;
  for (const [index, pattern] of rule.segments.entries()) {
    const width = index === rule.tail ? extra + 1 : 1;
    const taken = segments.slice(at, at + width).join("/");
    at += width;
    if (rank(pattern) === 0) {
      if (taken !== pattern) return undefined;
    } else if (taken === "") {
      return undefined;
    } else if (index === rule.tail) {
      captures[pattern.slice(1, -2)] = taken;
    } else {
      captures[pattern.slice(1, -1)] = unescapeSegment(taken);
    }
  }
  return captures;
}

function find<D, C>(
  compiled: CompiledTable<D, C>,
  path: string,
): { rule: PatchRule<D, C>; captures: Record<string, string> } | undefined {
  const segments = splitPointer(path);
  if (segments === undefined) return undefined;
  for (const candidate of compiled.rules) {
    const captures = match(candidate as never, segments);
    if (captures !== undefined) return { rule: candidate.rule, captures };
  }
  return undefined;
}

/** The document after all operations, in order. Throws the first refusal; the document passed in is never changed. */
export function applyPatch<D, C>(
  document: D,
  operations: readonly PatchOperation[],
  compiled: CompiledTable<D, C>,
  context: C,
): D {
  let current = document;
  for (const operation of operations) {
    const op = operation.op ?? "";
    const path = operation.path ?? "null";
    const found = find(compiled, path);
    const step: Step<C> = {
      op,
      path,
      captures: found?.captures ?? {},
      value: operation.value ?? undefined,
      from: operation.from ?? undefined,
      context,
    };
    const effect = found?.rule[op as PatchOp];
    if (effect === undefined) throw compiled.table.refuse(current, step, found?.rule);
    current = effect(current, step);
  }
  return current;
}
