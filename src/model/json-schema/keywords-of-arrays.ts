/** The keywords of JSON Schema draft 4 that ask about arrays. */
import { canonical } from "./equality.ts";
import { isList, isObject } from "../json.ts";
import { expected, isSize, type Keyword } from "./syntax.ts";

const items: Keyword = (argument, { compile, schema }) => {
  const tuple = isList(argument) ? argument.map(compile) : [];
  const { additionalItems } = schema;
  const rest = isList(argument) ? (isObject(additionalItems) ? additionalItems : {}) : argument;
  const others = compile(rest);
  const closed = isList(argument) && additionalItems === false;
  return (value, run) => {
    if (!isList(value)) return;
    for (const [i, item] of value.entries()) run.validate(tuple[i] ?? others, item);
    if (closed && value.length > tuple.length) {
      run.fail(() => `array is too long: only ${tuple.length} elements are allowed but instance has ${value.length}`);
    }
  };
};

const additionalItems: Keyword = (argument, { compile }) => {
  if (typeof argument !== "boolean") compile(argument);
  return undefined;
};

const minItems: Keyword = (argument) => {
  const bound = expected(argument, isSize, "a size");
  return (value, run) => {
    if (!isList(value) || value.length >= bound) return;
    run.fail(
      () => `array is too short: must have at least ${bound} elements but instance has ${value.length} elements`,
    );
  };
};

const maxItems: Keyword = (argument) => {
  const bound = expected(argument, isSize, "a size");
  return (value, run) => {
    if (!isList(value) || value.length <= bound) return;
    run.fail(() => `array is too long: must have at most ${bound} elements but instance has ${value.length} elements`);
  };
};

const uniqueItems: Keyword = (argument) => {
  if (argument !== true) return undefined;
  return (value, run) => {
    if (!isList(value)) return;
    const texts = new Set(value.map((item) => canonical(item, run.spend)));
    if (texts.size < value.length) run.fail(() => "array must not contain duplicate elements");
  };
};

export const keywordsOfArrays: readonly (readonly [string, Keyword])[] = [
  ["items", items],
  ["additionalItems", additionalItems],
  ["minItems", minItems],
  ["maxItems", maxItems],
  ["uniqueItems", uniqueItems],
];
