/** The keywords of JSON Schema draft 4 that ask about any value. */
import { canonical } from "./equality.ts";
import { isList, isObject } from "../json.ts";
import { expected, isFilledList, json, type Keyword, type SchemaProgram, SchemaRefused, type Scope } from "./syntax.ts";

/** The values of a schema itself cost nothing. */
const free = (): void => undefined;

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

const types: ReadonlySet<unknown> = new Set(["array", "boolean", "integer", "null", "number", "object", "string"]);

const type: Keyword = (argument) => {
  const allowed = isList(argument) ? argument : [argument];
  if (allowed.length === 0 || !allowed.every((name) => types.has(name))) throw new SchemaRefused("a type expected");
  const names = new Set(allowed);
  if (names.has("number")) names.add("integer");
  const shown = json(allowed.map(String).sort());
  return (value, run) => {
    const actual = typeOf(value);
    if (names.has(actual)) return;
    run.fail(() => `instance type (${actual}) does not match any allowed primitive type (allowed: ${shown})`);
  };
};

const enumeration: Keyword = (argument) => {
  const values = expected(argument, isFilledList, "values");
  const texts = new Set(values.map((value) => canonical(value, free)));
  return (value, run) => {
    const text = canonical(value, run.spend);
    if (texts.has(text)) return;
    run.fail(() => `instance value (${text}) not found in enum (possible values: ${json(values)})`);
  };
};

const compileAll = (argument: unknown, { compile }: Scope): readonly SchemaProgram[] =>
  expected(argument, isFilledList, "schemas").map(compile);

const allOf: Keyword = (argument, scope) => {
  const programs = compileAll(argument, scope);
  return (value, run) => {
    for (const program of programs) run.validate(program, value);
  };
};

const anyOf: Keyword = (argument, scope) => {
  const programs = compileAll(argument, scope);
  return (value, run) => {
    if (programs.some((program) => run.passes(program, value))) return;
    run.fail(() => `instance failed to match at least one required schema among ${programs.length}`);
  };
};

const oneOf: Keyword = (argument, scope) => {
  const programs = compileAll(argument, scope);
  return (value, run) => {
    const matched = programs.filter((program) => run.passes(program, value)).length;
    if (matched === 1) return;
    run.fail(() => `instance failed to match exactly one schema (matched ${matched} out of ${programs.length})`);
  };
};

const not: Keyword = (argument, { compile }) => {
  const program = compile(argument);
  return (value, run) => {
    if (run.passes(program, value)) run.fail(() => "instance matched a schema which it should not have");
  };
};

const definitions: Keyword = (argument, { compile }) => {
  for (const schema of Object.values(expected(argument, isObject, "definitions"))) compile(schema);
  return undefined;
};

export const keywordsOfAll: readonly (readonly [string, Keyword])[] = [
  ["type", type],
  ["enum", enumeration],
  ["allOf", allOf],
  ["anyOf", anyOf],
  ["oneOf", oneOf],
  ["not", not],
  ["definitions", definitions],
];
