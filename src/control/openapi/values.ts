/** Members of a definition as what they should be; what is something else counts as absent. */
import { isObject, isTextList, type JsonObject } from "../../model/json.ts";
import { entryOf } from "../../model/record.ts";
import { text } from "./members.ts";

export function mapAt(object: JsonObject, name: string): JsonObject {
  const value = entryOf(object, name);
  return isObject(value) ? value : {};
}

export function listAt(object: JsonObject, name: string): readonly unknown[] {
  const value = entryOf(object, name);
  return Array.isArray(value) ? value : [];
}

/** Undefined for a list that is absent or has something else than texts in it. */
export function textsAt(object: JsonObject, name: string): readonly string[] | undefined {
  const value = entryOf(object, name);
  return isTextList(value) ? value : undefined;
}

/** Numbers and booleans count as texts. */
export const textAt = (object: JsonObject, name: string): string | undefined => text.read(entryOf(object, name));

/** Extensions stand where names are the owner's, and are none of them. */
export const isExtension = (name: string): boolean => name.startsWith("x-");
