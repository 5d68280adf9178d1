/** The keywords of JSON Schema draft 4 that ask about texts. */
import { formatTest } from "./formats.ts";
import { compileTextPattern } from "./text-pattern.ts";
import { isText } from "../json.ts";
import { expected, isSize, json, type Keyword, quoted } from "./syntax.ts";

/** Characters, not halves of surrogate pairs. */
function lengthOf(text: string): number {
  let length = text.length;
  for (let i = 0; i + 1 < text.length; i++) if ((text.codePointAt(i) ?? 0) > 0xffff) length--;
  return length;
}

const minLength: Keyword = (argument) => {
  const bound = expected(argument, isSize, "a size");
  return (value, run) => {
    if (typeof value !== "string" || value.length >= bound * 2) return;
    run.spend(value.length >> 3);
    const length = lengthOf(value);
    if (length < bound)
      run.fail(() => `string ${quoted(value)} is too short (length: ${length}, required minimum: ${bound})`);
  };
};

const maxLength: Keyword = (argument) => {
  const bound = expected(argument, isSize, "a size");
  return (value, run) => {
    if (typeof value !== "string" || value.length <= bound) return;
    run.spend(value.length >> 3);
    const length = lengthOf(value);
    if (length > bound)
      run.fail(() => `string ${quoted(value)} is too long (length: ${length}, maximum allowed: ${bound})`);
  };
};

const pattern: Keyword = (argument) => {
  const text = expected(argument, isText, "a pattern");
  const hasMatch = compileTextPattern(text);
  return (value, run) => {
    if (typeof value !== "string" || hasMatch(value, run.spend)) return;
    run.fail(() => `ECMA 262 regex ${json(text)} does not match input string ${quoted(value)}`);
  };
};

const format: Keyword = (argument) => {
  const name = expected(argument, isText, "a format");
  const test = formatTest(name);
  if (test === undefined) return undefined;
  return (value, run) => {
    if (typeof value !== "string") return;
    run.spend(1 + (value.length >> 5));
    if (!test(value)) run.fail(() => `string ${quoted(value)} is not valid against the requested format ${name}`);
  };
};

export const keywordsOfTexts: readonly (readonly [string, Keyword])[] = [
  ["minLength", minLength],
  ["maxLength", maxLength],
  ["pattern", pattern],
  ["format", format],
];
