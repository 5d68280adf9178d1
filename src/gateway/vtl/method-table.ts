/** How the methods that a template may call are written down: as tables, by type. */
import { Fault } from "./error.ts";
import type { Run } from "./run.ts";
import { Double, isNumber, type Value, VtlList, VtlMap } from "./value.ts";

/** `any` takes null too; the others refuse it as Java's methods would, with an error. */
export type ParameterType = "any" | "string" | "int" | "number" | "list" | "map";

/** One method with one list of parameters. */
export interface Overload<S> {
  readonly parameters: readonly ParameterType[];
  readonly call: (self: S, given: readonly Value[], run: Run) => Value;
}

/** By name; each with the overloads that it has. */
export type MethodTable<S> = ReadonlyMap<string, readonly Overload<S>[]>;

/** The methods of a `VtlObject`; what the table does not have cannot be called. */
export interface ObjectType {
  readonly name: string;
  readonly methods: MethodTable<never>;
}

const accepts: Readonly<Record<ParameterType, (value: Value) => boolean>> = {
  any: () => true,
  string: (value) => typeof value === "string" || value === null,
  /** Java's int: where one is wanted, a larger number fits nowhere. */
  int: (value) => typeof value === "number" && value === (value | 0),
  number: isNumber,
  list: (value) => value instanceof VtlList || value === null,
  map: (value) => value instanceof VtlMap || value === null,
};

/**
 * The overload that fits these arguments, or undefined: then the call is null. A method without parameters fits whatever it
 * is given, and then fails, as in Velocity.
 */
export function overloadFor<S>(table: MethodTable<S>, name: string, given: readonly Value[]): Overload<S> | undefined {
  const overloads = table.get(name);
  if (overloads === undefined) return undefined;
  for (const overload of overloads) {
    const { parameters } = overload;
    if (parameters.length !== given.length) continue;
    if (parameters.every((type, i) => accepts[type](given[i] ?? null))) return overload;
  }
  if (overloads.some(({ parameters }) => parameters.length === 0)) throw new Fault(`${name}() takes no arguments`);
  return undefined;
}

type Row<S> = readonly [signature: string, call: Overload<S>["call"]];

/** A table from rows such as `["substring(int, int)", …]`. */
export function methodTable<S>(rows: readonly Row<S>[]): MethodTable<S> {
  const table = new Map<string, Overload<S>[]>();
  for (const [signature, call] of rows) {
    const [name = "", inner = ""] = signature.slice(0, -1).split("(");
    const parameters = inner === "" ? [] : (inner.split(", ") as ParameterType[]);
    const overloads = table.get(name) ?? [];
    overloads.push({ parameters, call });
    table.set(name, overloads);
  }
  return table;
}

export const doubleOf = (value: Value): number => (value instanceof Double ? value.value : Number(value));
