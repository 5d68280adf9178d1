/**
 * The Condition element of a policy's statement, compiled: operators as a table, each with what makes its test from the
 * values that the policy has (AWS, "IAM JSON policy elements: Condition operators").
 */
import { BlockList, isIP } from "node:net";
import { compileArnPattern, compilePattern, type Evaluation, type Matches } from "./pattern.ts";
import { PolicyRefused, textsOf } from "./syntax.ts";

/** Makes a test whether a value of the request is one of the policy's. `variables`: whether those have any. */
type CompileOperator = (values: readonly string[], variables: boolean) => Matches;

/** Whether the statement holds for a request, as far as its conditions go. */
export type Condition = (evaluation: Evaluation) => boolean;

const anyOf =
  (tests: readonly Matches[]): Matches =>
  (text, evaluation) =>
    tests.some((matches) => matches(text, evaluation));

const equals: CompileOperator = (values, variables) =>
  anyOf(values.map((value) => compilePattern(value, { wildcards: false, variables })));
const like: CompileOperator = (values, variables) =>
  anyOf(values.map((value) => compilePattern(value, { wildcards: true, variables })));
const arnLike: CompileOperator = (values, variables) =>
  anyOf(values.map((value) => compileArnPattern(value, { wildcards: true, variables })));

const equalsIgnoreCase: CompileOperator = (values, variables) => {
  const isOneOf = anyOf(
    values.map((value) => compilePattern(value, { wildcards: false, variables, ignoreCase: true })),
  );
  // Once for all values: texts of the request may be long.
  return (text, evaluation) => isOneOf(text.toLowerCase(), evaluation);
};

/** NaN for what is no number. */
const numberOf = (text: string): number => (/^[+-]?\d{1,20}(?:\.\d{1,20})?$/.test(text) ? Number(text) : Number.NaN);

const dateForm = /^\d{4}-\d\d(?:-\d\d(?:(T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:\d\d)?)?)?$/;

/** ISO 8601, in UTC where it names no zone, or seconds since 1970; NaN for what is neither. */
function timeOf(text: string): number {
  const date = dateForm.exec(text);
  if (date === null) return numberOf(text) * 1_000;
  const [, time, zone] = date;
  return Date.parse(time !== undefined && zone === undefined ? `${text}Z` : text);
}

type Order = (given: number, limit: number) => boolean;
type Read = (text: string) => number;

const compared =
  (read: Read, holds: Order): CompileOperator =>
  (values) => {
    const bounds = values.map((value) => {
      const bound = read(value);
      if (Number.isNaN(bound)) throw new PolicyRefused(`a condition cannot compare with ${value}`);
      return bound;
    });
    return (text) => bounds.some((bound) => holds(read(text), bound));
  };

const orders = {
  Equals: (given, limit) => given === limit,
  LessThan: (given, limit) => given < limit,
  LessThanEquals: (given, limit) => given <= limit,
  GreaterThan: (given, limit) => given > limit,
  GreaterThanEquals: (given, limit) => given >= limit,
} as const satisfies Record<string, Order>;

const comparisons = (type: string, read: Read): readonly (readonly [string, CompileOperator])[] =>
  Object.entries(orders).map(([name, holds]) => [`${type}${name}`, compared(read, holds)] as const);

const familyOf = (address: string): "ipv4" | "ipv6" | undefined => {
  const family = isIP(address);
  return family === 0 ? undefined : family === 4 ? "ipv4" : "ipv6";
};

/** Addresses, and networks as `203.0.113.0/24`. */
function ipAddress(values: readonly string[]): Matches {
  const networks = new BlockList();
  for (const value of values) {
    const [, address = "", prefix] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(value) ?? [];
    const family = familyOf(address);
    const longest = family === "ipv4" ? 32 : 128;
    const length = Number(prefix ?? longest);
    if (family === undefined || length > longest) throw new PolicyRefused(`a condition has no network ${value}`);
    networks.addSubnet(address, length, family);
  }
  return (text) => {
    const family = familyOf(text);
    return family !== undefined && networks.check(text, family);
  };
}

const bool: CompileOperator = (values) => {
  const wanted = new Set(values.map((value) => value.toLowerCase()));
  return (text) => wanted.has(text.toLowerCase());
};

const operators: ReadonlyMap<string, CompileOperator> = new Map([
  ["StringEquals", equals],
  ["StringEqualsIgnoreCase", equalsIgnoreCase],
  ["StringLike", like],
  ["ArnEquals", arnLike],
  ["ArnLike", arnLike],
  ["BinaryEquals", equals],
  ["Bool", bool],
  ["IpAddress", ipAddress],
  ...comparisons("Numeric", numberOf),
  ...comparisons("Date", timeOf),
]);

/** The operators that hold where those behind them do not. */
const negated: ReadonlyMap<string, string> = new Map([
  ["StringNotEquals", "StringEquals"],
  ["StringNotEqualsIgnoreCase", "StringEqualsIgnoreCase"],
  ["StringNotLike", "StringLike"],
  ["ArnNotEquals", "ArnEquals"],
  ["ArnNotLike", "ArnLike"],
  ["NotIpAddress", "IpAddress"],
  ["NumericNotEquals", "NumericEquals"],
  ["DateNotEquals", "DateEquals"],
]);

const operatorForm = /^(?:(ForAnyValue|ForAllValues):)?([A-Za-z]+?)(IfExists)?$/;

interface Operator {
  readonly compile: CompileOperator;
  readonly isNegated: boolean;
  readonly quantifier: string | undefined;
  readonly ifExists: boolean;
}

function operatorOf(text: string): Operator {
  const [, quantifier, name = "", ifExists] = operatorForm.exec(text) ?? [];
  const positive = negated.get(name);
  const compile = operators.get(positive ?? name);
  if (compile === undefined) throw new PolicyRefused(`there is no condition operator ${text}`);
  return { compile, isNegated: positive !== undefined, quantifier, ifExists: ifExists !== undefined };
}

/** What a key that the request lacks comes to. */
function holdsWithout({ quantifier, ifExists, isNegated }: Operator): boolean {
  if (quantifier === "ForAnyValue") return ifExists;
  return ifExists || isNegated || quantifier === "ForAllValues";
}

function compileKey(operator: Operator, key: string, values: readonly string[], variables: boolean): Condition {
  const { isNegated, quantifier } = operator;
  const isOneOf = operator.compile(values, variables);
  const withoutKey = holdsWithout(operator);
  return (evaluation) => {
    const given = evaluation.values(key);
    if (given.length === 0) return withoutKey;
    const holds = (value: string): boolean => isOneOf(value, evaluation) !== isNegated;
    // Of several values without a word about how many: one that is meant is enough, and none may be that is not meant.
    const all = quantifier === "ForAllValues" || (quantifier === undefined && isNegated);
    return all ? given.every(holds) : given.some(holds);
  };
}

/** `true`: the request lacks the key. */
function compileNull(key: string, values: readonly string[]): Condition {
  const wanted = new Set(values.map((value) => value.toLowerCase()));
  return (evaluation) => wanted.has(String(evaluation.values(key).length === 0));
}

/** All of a statement's conditions, each of which must hold. Throws a `PolicyRefused` for what is none. */
export function compileConditions(
  conditions: Readonly<Record<string, unknown>>,
  variables: boolean,
): readonly Condition[] {
  return Object.entries(conditions).flatMap(([operator, keys]) => {
    if (typeof keys !== "object" || keys === null || Array.isArray(keys)) {
      throw new PolicyRefused(`the condition ${operator} has no keys`);
    }
    const known = operator === "Null" ? undefined : operatorOf(operator);
    return Object.entries(keys).map(([key, given]) => {
      const values = textsOf(given);
      const lower = key.toLowerCase();
      return known === undefined ? compileNull(lower, values) : compileKey(known, lower, values, variables);
    });
  });
}
