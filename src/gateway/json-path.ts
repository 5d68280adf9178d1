/**
 * JSONPath in the dialect of the service (facts/mapping.md 4.2): a definite path has one value or none, any other a list.
 * Paths are read once and remembered.
 */
import { limits } from "../limits.ts";
import { Fault } from "./vtl/error.ts";
import { doubleOf } from "./vtl/method-table.ts";
import { jsonText } from "./vtl/print.ts";
import { Run } from "./vtl/run.ts";
import { Double, isNumber, type Value, VtlList, VtlMap } from "./vtl/value.ts";
import { isWanted, type Looking } from "./json-path/filter.ts";
import { parseJsonPath } from "./json-path/parse.ts";
import type { Path, PathStep, Spend } from "./json-path/syntax.ts";

const remembered = new Map<string, JsonPath | undefined>();

/** The path, with or without its leading `$.`; undefined when it is none. */
export function compileJsonPath(text: string): JsonPath | undefined {
  if (remembered.has(text)) return remembered.get(text);
  const parsed = parseJsonPath(text);
  const path = parsed && new JsonPath(parsed);
  if (remembered.size >= limits.jsonPathCache) remembered.delete(remembered.keys().next().value ?? "");
  remembered.set(text, path);
  return path;
}

export class JsonPath {
  readonly #path: Path;

  constructor(path: Path) {
    this.#path = path;
  }

  /** The value at a definite path, undefined when there is none; the list of all values at any other. */
  read(root: Value, spend: Spend): Value | undefined {
    return readPath(this.#path, root, root, spend);
  }
}

function readPath({ steps, isDefinite }: Path, value: Value, root: Value, spend: Spend): Value | undefined {
  let found: readonly Value[] = [value];
  let isDeep = false;
  for (const [i, step] of steps.entries()) {
    if (step.kind === "function") {
      found = applyFunction(step.name, found, isDeep, spend);
    } else {
      const reached: Value[] = [];
      const read: Reader["read"] = (path, from = root) => readPath(path, from, root, spend);
      const reader = { read, spend, isLast: i === steps.length - 1, reached };
      for (const each of found) walk(reader, step, each);
      found = reached;
      isDeep ||= step.kind === "deep";
    }
  }
  return isDefinite ? found[0] : new VtlList([...found], true);
}

interface Reader extends Looking {
  readonly isLast: boolean;
  readonly reached: Value[];
}

function walk(reader: Reader, step: PathStep, value: Value): void {
  reader.spend(1);
  switch (step.kind) {
    case "names":
      if (value instanceof VtlMap) pickNames(reader, step.names, value);
      break;
    case "indexes":
      if (value instanceof VtlList) pickIndexes(reader, step.indexes, value);
      break;
    case "slice":
      if (value instanceof VtlList) pickIndexes(reader, placesOf(step.from, step.to, value.items.length), value);
      break;
    case "all":
      addAll(reader, childrenOf(value));
      break;
    case "filter":
      for (const child of value instanceof VtlList ? value.items : value instanceof VtlMap ? [value] : []) {
        if (isWanted(step.filter, child, reader)) reader.reached.push(child);
      }
      break;
    case "deep":
      walkDeep(reader, step.of, value, 0);
      break;
    case "function":
      break;
  }
}

function pickNames({ isLast, reached, spend }: Reader, names: readonly string[], { entries }: VtlMap): void {
  spend(names.length);
  const present = names.filter((name) => entries.has(name));
  const picked = present.map((name) => [name, entries.get(name) ?? null] as const);
  if (names.length > 1 && isLast) reached.push(new VtlMap(new Map(picked)));
  else for (const [, value] of picked) reached.push(value);
}

function pickIndexes({ reached, spend }: Reader, indexes: readonly number[], { items }: VtlList): void {
  spend(indexes.length);
  for (const index of indexes) {
    const item = items.at(index);
    if (item !== undefined) reached.push(item);
  }
}

function placesOf(from: number | undefined, to: number | undefined, size: number): number[] {
  const place = (index: number): number => Math.min(Math.max(index < 0 ? index + size : index, 0), size);
  const start = place(from ?? 0);
  return Array.from({ length: Math.max(0, place(to ?? size) - start) }, (_, i) => start + i);
}

function childrenOf(value: Value): Iterable<Value> {
  if (value instanceof VtlList) return value.items;
  return value instanceof VtlMap ? value.entries.values() : [];
}

function addAll({ reached, spend }: Reader, values: Iterable<Value>): void {
  for (const value of values) {
    spend(1);
    reached.push(value);
  }
}

/** A value before what is below it. A filter looks at each value itself here. */
function walkDeep(reader: Reader, of: PathStep, value: Value, depth: number): void {
  if (depth > limits.templateValueDepth) return;
  if (of.kind === "filter") {
    if (isWanted(of.filter, value, reader)) reader.reached.push(value);
  } else {
    walk(reader, of, value);
  }
  for (const child of childrenOf(value)) walkDeep(reader, of, child, depth + 1);
}

const numbersOf = ({ items }: VtlList): number[] => items.filter(isNumber).map(doubleOf);

/** Aggregates are fractions, as in Jayway's library. */
const aggregates: Readonly<Record<string, (numbers: readonly number[]) => number>> = {
  min: (numbers) => numbers.reduce((a, b) => Math.min(a, b)),
  max: (numbers) => numbers.reduce((a, b) => Math.max(a, b)),
  sum: (numbers) => numbers.reduce((a, b) => a + b),
  avg: (numbers) => numbers.reduce((a, b) => a + b) / numbers.length,
};

/** A list's or map's size; a single value has none. */
function sizeOf(value: Value): number | null {
  if (value instanceof VtlList) return value.items.length;
  return value instanceof VtlMap ? value.entries.size : null;
}

/** Of each value; of all that a deep path has found, together. Sizes of those are added up. */
function applyFunction(name: string, found: readonly Value[], isDeep: boolean, spend: Spend): readonly Value[] {
  spend(found.length);
  if (name === "length" || name === "size") {
    const sizes = found.map(sizeOf);
    return isDeep ? [sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0)] : sizes;
  }
  const results: Value[] = [];
  for (const value of isDeep ? [new VtlList([...found], true)] : found) {
    spend(sizeOf(value) ?? 0);
    const result = valueOf(name, value);
    if (result !== undefined) results.push(result);
  }
  return results;
}

function valueOf(name: string, value: Value): Value | undefined {
  if (name === "keys") return value instanceof VtlMap ? new VtlList([...value.entries.keys()], true) : undefined;
  if (!(value instanceof VtlList)) return undefined;
  if (name === "first") return value.items[0];
  if (name === "last") return value.items.at(-1);
  const numbers = numbersOf(value);
  const result = numbers.length === 0 ? undefined : aggregates[name]?.(numbers);
  return result === undefined ? undefined : new Double(result);
}

/**
 * The text of what a parameter mapping's path finds: texts as they are, the rest as JSON. Undefined for nothing, and for
 * what takes too many steps to find.
 */
export function readForMapping(path: JsonPath, root: Value): string | undefined {
  const run = new Run([]);
  try {
    const value = path.read(root, (steps) => run.step(steps));
    if (value === undefined || value === null) return undefined;
    return typeof value === "string" ? value : jsonText(run, value);
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}
