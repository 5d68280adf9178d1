/** Which of the Models of a body an export and an SDK have: those for JSON (facts/control.md 17). */
import { badRequest } from "../../errors.ts";
import { entryOf, type StringMap } from "../../model/record.ts";

const isJson = (contentType: string): boolean => /[/+]json\s*(?:;|$)/i.test(contentType);

/**
 * The Model for JSON among those of a body; undefined when there is none. `$default` stands for every content type that has
 * none of its own, JSON included.
 */
export const jsonModelOf = (models: StringMap = {}): string | undefined =>
  entryOf(models, Object.keys(models).find(isJson) ?? "$default");

/** Throws when a body has Models and none of them is for JSON. `place`: `method request: /pets/POST`. */
export function checkJsonModels(models: StringMap, place: string): void {
  if (Object.keys(models).length > 0 && jsonModelOf(models) === undefined) {
    throw badRequest(`Only found non-JSON body models for ${place}`);
  }
}
