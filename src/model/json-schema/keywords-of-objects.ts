/** The keywords of JSON Schema draft 4 that ask about objects. */
import { limits } from "../../limits.ts";
import { compileTextPattern, type HasMatch } from "./text-pattern.ts";
import { isList, isObject, isTextList } from "../json.ts";
import { type Check, expected, isSize, json, type Keyword, type SchemaProgram, type Scope } from "./syntax.ts";

const required: Keyword = (argument) => {
  const names = expected(argument, isTextList, "names");
  return (value, run) => {
    if (!isObject(value)) return;
    run.spend(names.length);
    const missing = names.filter((name) => !Object.hasOwn(value, name));
    if (missing.length > 0) run.fail(() => `object has missing required properties (${json(missing.sort())})`);
  };
};

const minProperties: Keyword = (argument) => {
  const bound = expected(argument, isSize, "a size");
  return (value, run) => {
    if (!isObject(value)) return;
    const found = Object.keys(value).length;
    run.spend(found);
    if (found < bound) run.fail(() => `object has too few properties (found ${found} but schema requires ${bound})`);
  };
};

const maxProperties: Keyword = (argument) => {
  const bound = expected(argument, isSize, "a size");
  return (value, run) => {
    if (!isObject(value)) return;
    const found = Object.keys(value).length;
    run.spend(found);
    if (found > bound) run.fail(() => `object has too many properties (found ${found} but schema allows ${bound})`);
  };
};

type PropertyPatterns = readonly (readonly [hasMatch: HasMatch, program: SchemaProgram])[];

function propertyPatterns({ compile, schema }: Scope): PropertyPatterns {
  const { patternProperties: patterns = {} } = schema;
  return Object.entries(expected(patterns, isObject, "patternProperties")).map(
    ([text, below]) => [compileTextPattern(text), compile(below)] as const,
  );
}

/** `properties`, `patternProperties` and `additionalProperties` are one question; the first of them that is there asks it. */
function members(scope: Scope): Check {
  const { compile, schema } = scope;
  const { properties: named = {}, additionalProperties: rest = true } = schema;
  const programs = new Map(
    Object.entries(expected(named, isObject, "properties")).map(([name, below]) => [name, compile(below)]),
  );
  const patterns = propertyPatterns(scope);
  const others = typeof rest === "boolean" ? undefined : compile(rest);
  return (value, run) => {
    if (!isObject(value)) return;
    const refused: string[] = [];
    for (const name of Object.keys(value)) {
      run.spend(2);
      const member = value[name];
      const program = programs.get(name);
      if (program !== undefined) run.validate(program, member);
      let known = program !== undefined;
      for (const [hasMatch, below] of patterns) {
        if (!hasMatch(name, run.spend)) continue;
        known = true;
        run.validate(below, member);
      }
      if (known) continue;
      if (others !== undefined) run.validate(others, member);
      // As many as a violation has room for.
      else if (rest === false && refused.length < limits.validationViolations) refused.push(name);
    }
    if (refused.length > 0) {
      run.fail(() => `object instance has properties which are not allowed by the schema: ${json(refused.sort())}`);
    }
  };
}

const memberKeywords = ["properties", "patternProperties", "additionalProperties"] as const;

const membersOf =
  (name: (typeof memberKeywords)[number]): Keyword =>
  (_argument, scope) =>
    memberKeywords.find((keyword) => Object.hasOwn(scope.schema, keyword)) === name ? members(scope) : undefined;

const dependencies: Keyword = (argument, { compile }) => {
  const rows = Object.entries(expected(argument, isObject, "dependencies")).map(
    ([name, needs]) => [name, isList(needs) ? expected(needs, isTextList, "names") : compile(needs)] as const,
  );
  return (value, run) => {
    if (!isObject(value)) return;
    for (const [name, needs] of rows) {
      run.spend(1);
      if (!Object.hasOwn(value, name)) continue;
      if ("checks" in needs) {
        run.validate(needs, value);
        continue;
      }
      run.spend(needs.length);
      const missing = needs.filter((other) => !Object.hasOwn(value, other));
      if (missing.length > 0) {
        run.fail(() => `property ${json(name)} of object has missing property dependencies (${json(missing)})`);
      }
    }
  };
};

export const keywordsOfObjects: readonly (readonly [string, Keyword])[] = [
  ["required", required],
  ["minProperties", minProperties],
  ["maxProperties", maxProperties],
  ["dependencies", dependencies],
  ...memberKeywords.map((name) => [name, membersOf(name)] as const),
];
