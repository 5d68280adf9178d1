/** What tags may be, wherever they are given: at creation and by TagResource (facts/stage.md 3.3). */
import { badRequest } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { isEmptyMap, mergeEntries, type StringMap, toMap } from "../../model/record.ts";

/** Letters and digits of any script, space and `. : + = @ _ / -`. */
const legal = /^[\p{L}\p{M}\p{N} .:+=@_/-]*$/u;

function checkTag(key: string, value: string): void {
  if (key === "" || key.length > limits.tagKeyLength) {
    throw badRequest(`Tag keys must have between 1 and ${limits.tagKeyLength} characters`);
  }
  if (value.length > limits.tagValueLength) {
    throw badRequest(`Tag values must have at most ${limits.tagValueLength} characters`);
  }
  if (!legal.test(key) || !legal.test(value)) {
    throw badRequest(
      "Tag keys and values only allow letters, digits, spaces and the characters '.', ':', '+', '=', '@', '_', '/' and '-'",
    );
  }
  if (key.toLowerCase().startsWith("aws:")) throw badRequest("Tag keys must not begin with 'aws:'");
}

function checkTagCount(count: number): void {
  if (count > limits.tagsPerResource) {
    throw badRequest(`A resource can have at most ${limits.tagsPerResource} tags`);
  }
}

/**
 * The present tags with the given ones added; undefined when that is none. A null value counts as an empty text.
 * Throws a BadRequestException for a tag that is not allowed, or too many.
 */
export function withTags(
  present: StringMap | undefined,
  given: Readonly<Record<string, string | null>> | undefined,
): StringMap | undefined {
  const added = Object.entries(given ?? {}).map(([key, value]): [string, string] => [key, value ?? ""]);
  checkTagCount(added.length);
  for (const [key, value] of added) checkTag(key, value);
  const tags = mergeEntries(present, toMap(added));
  checkTagCount(Object.keys(tags).length);
  return isEmptyMap(tags) ? undefined : tags;
}

/** Tags given at creation; undefined when there are none. Throws as `withTags` does. */
export const newTags = (given: Readonly<Record<string, string | null>> | undefined): StringMap | undefined =>
  withTags(undefined, given);
