/** What a schema is made of once it is compiled, and what is said of one that cannot be. */
import { limits } from "../../limits.ts";
import { isList, type JsonObject } from "../json.ts";
import type { Run } from "./run.ts";

/** A schema that is none, or one that is not taken here. The message says why, for the operator. */
export class SchemaRefused extends Error {
  override readonly name = "SchemaRefused";
}

/** Says to the run what is wrong with a value, if anything. */
export type Check = (value: unknown, run: Run) => void;

/** A schema, compiled: a value is valid when no check has anything to say. */
export interface SchemaProgram {
  readonly checks: readonly Check[];
}

/**
 * What makes a check of a keyword's argument. Throws `SchemaRefused` for an argument that the keyword cannot have.
 * Undefined: it says nothing by itself.
 */
export type Keyword = (argument: unknown, scope: Scope) => Check | undefined;

/** What a keyword may know when it is compiled. */
export interface Scope {
  /** The schema that the keyword stands in. */
  readonly schema: JsonObject;
  /** A schema below this one. */
  readonly compile: (schema: unknown) => SchemaProgram;
}

/** A value in the text of a violation. For values of the schema: those of callers may be of any size. */
export const json = (value: unknown): string => JSON.stringify(value) ?? "null";
/** A caller's text, as far as a violation has room for it. */
export const quoted = (text: string): string => json(text.slice(0, limits.validationViolationLength));

/** The value when the test holds; else the schema is refused. */
export function expected<T>(value: unknown, test: (value: unknown) => value is T, what: string): T {
  if (!test(value)) throw new SchemaRefused(`${what} expected`);
  return value;
}

export const isNumber = (value: unknown): value is number => typeof value === "number";
export const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
export const isFilledList = (value: unknown): value is readonly unknown[] => isList(value) && value.length > 0;
