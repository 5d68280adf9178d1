/** Which table a value's methods stand in. What is in none cannot be called, and nothing else is ever looked at. */
import { type MethodTable, overloadFor } from "./method-table.ts";
import { listMethods, mapMethods } from "./methods/collection.ts";
import { booleanMethods, doubleMethods, integerMethods } from "./methods/number.ts";
import { stringMethods } from "./methods/string.ts";
import type { Run } from "./run.ts";
import { Double, isInteger, type Value, VtlList, VtlMap } from "./value.ts";

function tableOf(value: Exclude<Value, null>): MethodTable<never> {
  if (typeof value === "string") return stringMethods;
  if (value instanceof VtlMap) return mapMethods;
  if (value instanceof VtlList) return listMethods;
  if (isInteger(value)) return integerMethods;
  if (value instanceof Double) return doubleMethods;
  return typeof value === "boolean" ? booleanMethods : value.type.methods;
}

/** A method that there is not, or not for these arguments, is nothing. */
export function callMethod(run: Run, self: Value, name: string, given: readonly Value[]): Value {
  if (self === null) return null;
  const overload = overloadFor(tableOf(self), name, given);
  return overload === undefined ? null : overload.call(self as never, given, run);
}

/** The methods that a property stands for: `$entry.key` is `$entry.getKey()`, `$list.empty` is `$list.isEmpty()`. */
export function gettersOf(property: string): readonly string[] {
  const name = property.charAt(0).toUpperCase() + property.slice(1);
  return [`get${name}`, `is${name}`];
}

export function propertyOf(run: Run, self: Value, getters: readonly string[]): Value {
  if (self === null) return null;
  const table = tableOf(self);
  for (const getter of getters) {
    const overload = overloadFor(table, getter, []);
    if (overload !== undefined) return overload.call(self as never, [], run);
  }
  return null;
}
