/** Our own bounds on what callers name and describe, so that no document grows without end. */
import { badRequest } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { toMap } from "../../model/record.ts";
import { toText } from "../patch/coerce.ts";

/** A description, bounded; undefined stays so. */
export const checkedDescription = (text: string | undefined): string | undefined =>
  text === undefined
    ? undefined
    : toText(
        text,
        limits.descriptionLength,
        `Description can be at most ${limits.descriptionLength} characters without control characters`,
      );

/** A name or other short text, bounded; undefined stays so. `what` begins the message. */
export const checkedName = (text: string | undefined, what: string): string | undefined =>
  text === undefined
    ? undefined
    : toText(
        text,
        limits.nameLength,
        `${what} can be at most ${limits.nameLength} characters without control characters`,
      );

/** Throws when a map has too many entries, or a key or a text in it is too long. `what` is the member's name. */
export function checkMap(
  map: Readonly<Record<string, unknown>> | undefined,
  what: string,
  valueLength: number = limits.mapValueLength,
): void {
  const entries = Object.entries(map ?? {});
  if (entries.length > limits.mapEntries) throw badRequest(`${what} can have at most ${limits.mapEntries} entries`);
  for (const [key, value] of entries) {
    if (key.length > limits.mapKeyLength) {
      throw badRequest(`The keys of ${what} can be at most ${limits.mapKeyLength} characters`);
    }
    if (typeof value === "string" && value.length > valueLength) {
      throw badRequest(`The values of ${what} can be at most ${valueLength} characters`);
    }
  }
}

/** Throws when a list has too many elements or one that is too long. `what` is the member's name. */
export function checkList(list: readonly string[] | undefined, what: string): void {
  if (list !== undefined && list.length > limits.mapEntries) {
    throw badRequest(`${what} can have at most ${limits.mapEntries} elements`);
  }
  if (list?.some((element) => element.length > limits.mapKeyLength) === true) {
    throw badRequest(`The elements of ${what} can be at most ${limits.mapKeyLength} characters`);
  }
}

/** A bound as messages say it: `4 MB`. */
export const megabytes = (bytes: number): string => `${bytes / 1_048_576} MB`;

/** Whether a text is a status as the service's model has it: 100 to 599. */
export const isStatusCode = (text: string): boolean => /^[1-5]\d\d$/.test(text);

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const contentType = new RegExp(`^${token}/${token}(?:[ \\t]*;[ -~\\t]*)?$`);

/** Whether a text is a media type such as `application/json`; parameters are allowed. */
export const isContentType = (text: string): boolean => contentType.test(text);

/** A map as it was sent, with `value` in the place of nulls; undefined stays so. */
export const withoutNulls = <V>(
  map: Readonly<Record<string, V | null>> | undefined,
  value: V,
): Record<string, V> | undefined =>
  map === undefined ? undefined : toMap(Object.entries(map).map(([key, sent]) => [key, sent ?? value] as const));

/** The name of a VpcLink; throws for an empty one (facts/control.md 15). */
export function checkedVpcLinkName(name: string): string {
  if (name === "") throw badRequest("Name cannot be empty");
  return checkedName(name, "Name") ?? name;
}

/** The name of a RequestValidator; throws for an empty one, undefined stays so (facts/control.md 9). */
export function checkedValidatorName(name: string | undefined): string | undefined {
  if (name === "") throw badRequest("Request Validator name cannot be blank");
  return checkedName(name, "Name");
}
