/** The keywords of JSON Schema draft 4 that ask about numbers. */
import { expected, isNumber, type Keyword, SchemaRefused } from "./syntax.ts";

const minimum: Keyword = (argument, { schema }) => {
  const bound = expected(argument, isNumber, "a number");
  const exclusive = schema["exclusiveMinimum"] === true;
  return (value, run) => {
    if (typeof value !== "number" || value > bound || (value === bound && !exclusive)) return;
    run.fail(() =>
      value === bound
        ? `numeric instance is not strictly greater than the required minimum ${bound}`
        : `numeric instance is lower than the required minimum (minimum: ${bound}, found: ${value})`,
    );
  };
};

const maximum: Keyword = (argument, { schema }) => {
  const bound = expected(argument, isNumber, "a number");
  const exclusive = schema["exclusiveMaximum"] === true;
  return (value, run) => {
    if (typeof value !== "number" || value < bound || (value === bound && !exclusive)) return;
    run.fail(() =>
      value === bound
        ? `numeric instance is not strictly lower than the required maximum ${bound}`
        : `numeric instance is greater than the required maximum (maximum: ${bound}, found: ${value})`,
    );
  };
};

/** Decimals have no exact quotient in binary: one that is whole but for the last bits counts as whole. */
function isMultiple(value: number, of: number): boolean {
  const quotient = value / of;
  return Math.abs(quotient - Math.round(quotient)) <= Math.abs(quotient) * Number.EPSILON * 4;
}

const multipleOf: Keyword = (argument) => {
  const divisor = expected(argument, isNumber, "a number");
  if (divisor <= 0) throw new SchemaRefused("a positive number expected");
  return (value, run) => {
    if (typeof value !== "number" || isMultiple(value, divisor)) return;
    run.fail(() => `remainder of division is not zero (${value} / ${divisor})`);
  };
};

export const keywordsOfNumbers: readonly (readonly [string, Keyword])[] = [
  ["minimum", minimum],
  ["maximum", maximum],
  ["multipleOf", multipleOf],
];
