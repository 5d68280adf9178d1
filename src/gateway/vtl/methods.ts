/** Which table a value's methods stand in. What is in none cannot be called, and nothing else is ever looked at. */
import { type MethodTable, type Overload, overloadFor } from "./method-table.ts";
import { listMethods, mapMethods } from "./methods/collection.ts";
import { booleanMethods, doubleMethods, integerMethods } from "./methods/number.ts";
import { stringMethods } from "./methods/string.ts";
import type { Run } from "./run.ts";
import { Double, isInteger, type Value, VtlList, VtlMap, VtlObject } from "./value.ts";

function tableOf(value: Exclude<Value, null>): MethodTable<never> {
  if (value instanceof VtlObject) return value.type.methods;
  if (typeof value === "string") return stringMethods;
  if (value instanceof VtlMap) return mapMethods;
  if (value instanceof VtlList) return listMethods;
  if (isInteger(value)) return integerMethods;
  return value instanceof Double ? doubleMethods : booleanMethods;
}

/** A method that there is not, or not for these arguments, is nothing. */
export function callMethod(run: Run, self: Value, name: string, given: readonly Value[]): Value {
  if (self === null) return null;
  const overload = overloadFor(tableOf(self), name, given);
  return overload === undefined ? null : overload.call(self as never, given, run);
}

/** A property: `$entry.key` is `$entry.getKey()`, `$list.empty` is `$list.isEmpty()`. The table found last is remembered. */
export function propertyNamed(name: string): (run: Run, self: Value) => Value {
  const suffix = name.charAt(0).toUpperCase() + name.slice(1);
  let table: MethodTable<never> | undefined;
  let getter: Overload<never> | undefined;
  return (run, self) => {
    if (self === null) return null;
    const present = tableOf(self);
    if (present !== table) {
      table = present;
      getter = overloadFor(present, `get${suffix}`, []) ?? overloadFor(present, `is${suffix}`, []);
    }
    return getter === undefined ? null : getter.call(self as never, [], run);
  };
}
