/**
 * Members that must be maps or lists and are something else: they count as absent, and their owner is told so in the words
 * of the service's parser, which calls an operation's place `paths.'/pets'(get)`.
 */
import { isList, isObject, type JsonObject } from "../../model/json.ts";
import { entryOf } from "../../model/record.ts";
import type { Problems } from "./problems.ts";

type MemberType = "object" | "array";

/** Warns of a value that is not of its type; null counts as absent. */
export function checkType(value: unknown, type: MemberType, location: string, problems: Problems): void {
  if (value === undefined || value === null) return;
  if (type === "array" ? isList(value) : isObject(value)) return;
  problems.warn(`Parse issue: attribute ${location} is not of type \`${type}\``);
}

/** The same of an object's members, by their names; `location` is the object's own. */
export function checkTypes(
  object: JsonObject,
  types: Readonly<Record<string, MemberType>>,
  location: string,
  problems: Problems,
): void {
  for (const [name, type] of Object.entries(types)) {
    checkType(entryOf(object, name), type, `${location}.${name}`, problems);
  }
}
