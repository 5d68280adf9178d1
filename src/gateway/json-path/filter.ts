/** What a filter of a JSONPath wants: `[?(@.price < 10 && @.name)]`. */
import { doubleOf } from "../vtl/method-table.ts";
import { doubleText } from "../vtl/number-text.ts";
import { Double, type Integer, isNumber, type Value, VtlList, VtlMap } from "../vtl/value.ts";
import type { Filter, Path, Spend, Term } from "./syntax.ts";

/** What a filter may ask for beside the value that it judges. */
export interface Looking {
  readonly spend: Spend;
  /** The value at a path, from a value or, without one, from the document's root. */
  readonly read: (path: Path, from: Value | undefined) => Value | undefined;
}

export function isWanted(filter: Filter, value: Value, looking: Looking): boolean {
  looking.spend(1);
  switch (filter.kind) {
    case "and":
      return filter.operands.every((operand) => isWanted(operand, value, looking));
    case "or":
      return filter.operands.some((operand) => isWanted(operand, value, looking));
    case "not":
      return !isWanted(filter.of, value, looking);
    case "exists":
      return exists(filter.term, value, looking);
    case "compare":
      break;
  }
  const { operator, left, right } = filter;
  if (operator === "=~") return doesMatch(left, right, value, looking);
  return compare(operator, valueOf(left, value, looking), valueOf(right, value, looking), looking.spend);
}

/** What a term stands for; undefined when its path has nothing. */
function valueOf(term: Term, value: Value, looking: Looking): Value | undefined {
  if (term.kind === "value") return term.value;
  return term.kind === "path" ? looking.read(term.path, term.fromRoot ? undefined : value) : undefined;
}

/** A list of nothing, as an indefinite path has, counts as nothing. */
function exists(term: Term, value: Value, looking: Looking): boolean {
  const found = valueOf(term, value, looking);
  if (term.kind !== "path") return found === true;
  return found !== undefined && (term.path.isDefinite || !(found instanceof VtlList) || found.items.length > 0);
}

function doesMatch(left: Term, right: Term, value: Value, looking: Looking): boolean {
  const regex = right.kind === "regex" ? right.regex : left.kind === "regex" ? left.regex : undefined;
  const found = valueOf(right.kind === "regex" ? left : right, value, looking);
  return regex !== undefined && typeof found === "string" && regex.matches(found, looking.spend);
}

/** Texts of any length can be compared: 32 characters are a step. */
const spendOn = (spend: Spend, left: string, right: string): void => spend(Math.min(left.length, right.length) >>> 5);

function isSame(left: Value | undefined, right: Value | undefined, spend: Spend): boolean {
  spend(1);
  // What is not there equals nothing, not even what is not there either.
  if (left === undefined || right === undefined) return false;
  if (isNumber(left) && isNumber(right)) return doubleOf(left) === doubleOf(right);
  // A number equals the text that it prints: the library compares them so.
  if (isNumber(left) && typeof right === "string") return textOf(left) === right;
  if (isNumber(right) && typeof left === "string") return textOf(right) === left;
  if (typeof left === "string" && typeof right === "string") spendOn(spend, left, right);
  if (left instanceof VtlList && right instanceof VtlList) {
    const { items } = right;
    return left.items.length === items.length && left.items.every((item, i) => isSame(item, items[i], spend));
  }
  return left === right;
}

const isNumeric = (value: Value | undefined): boolean => value !== undefined && isNumber(value);

const areOfOneKind = (left: Value | undefined, right: Value | undefined): boolean =>
  typeof left === typeof right || (isNumeric(left) && isNumeric(right));

const textOf = (value: Integer | Double): string => (value instanceof Double ? doubleText(value) : String(value));

/** Numbers and texts have an order among themselves; nothing else has. */
function orderOf(left: Value | undefined, right: Value | undefined, spend: Spend): number {
  if (typeof left === "string" && typeof right === "string") {
    spendOn(spend, left, right);
    return left < right ? -1 : left > right ? 1 : 0;
  }
  if (left === undefined || right === undefined || !isNumber(left) || !isNumber(right)) return Number.NaN;
  return Math.sign(doubleOf(left) - doubleOf(right));
}

const isIn = (value: Value | undefined, list: Value | undefined, spend: Spend): boolean =>
  list instanceof VtlList && list.items.some((item) => isSame(value, item, spend));

function holds(text: string, part: Value | undefined, spend: Spend): boolean {
  spendOn(spend, text, text);
  return typeof part === "string" && text.includes(part);
}

const itemsOf = (value: Value | undefined): readonly Value[] => (value instanceof VtlList ? value.items : []);

function sizeOf(value: Value | undefined): number {
  if (value instanceof VtlList) return value.items.length;
  if (value instanceof VtlMap) return value.entries.size;
  return typeof value === "string" ? value.length : -1;
}

type Comparison = (left: Value | undefined, right: Value | undefined, spend: Spend) => boolean;

const comparisons: Readonly<Record<string, Comparison>> = {
  "==": isSame,
  "===": (left, right, spend) => areOfOneKind(left, right) && isSame(left, right, spend),
  "!==": (left, right, spend) => !(areOfOneKind(left, right) && isSame(left, right, spend)),
  "!=": (left, right, spend) => !isSame(left, right, spend),
  "<": (left, right, spend) => orderOf(left, right, spend) < 0,
  "<=": (left, right, spend) => orderOf(left, right, spend) <= 0,
  ">": (left, right, spend) => orderOf(left, right, spend) > 0,
  ">=": (left, right, spend) => orderOf(left, right, spend) >= 0,
  in: isIn,
  nin: (left, right, spend) => right instanceof VtlList && !isIn(left, right, spend),
  contains: (left, right, spend) => (typeof left === "string" ? holds(left, right, spend) : isIn(right, left, spend)),
  subsetof: (left, right, spend) => left instanceof VtlList && left.items.every((item) => isIn(item, right, spend)),
  anyof: (left, right, spend) => itemsOf(left).some((item) => isIn(item, right, spend)),
  noneof: (left, right, spend) =>
    left instanceof VtlList && right instanceof VtlList && !left.items.some((item) => isIn(item, right, spend)),
  size: (left, right) => right !== undefined && isNumber(right) && sizeOf(left) === doubleOf(right),
  empty: (left, right) => sizeOf(left) >= 0 && (sizeOf(left) === 0) === right,
};

const compare = (operator: string, left: Value | undefined, right: Value | undefined, spend: Spend): boolean =>
  comparisons[operator]?.(left, right, spend) ?? false;
