/** Which of the Models of a body can be exported: those for JSON (facts/control.md 17). */
import { badRequest } from "../../errors.ts";
import type { StringMap } from "../../model/record.ts";

/** `$default` stands for every content type, JSON included. */
const isJson = (contentType: string): boolean => contentType === "$default" || /[/+]json\s*(?:;|$)/i.test(contentType);

/** The Model for JSON among those of a body; undefined when there is none. */
export const jsonModelOf = (models: StringMap): string | undefined =>
  Object.entries(models).find(([contentType]) => isJson(contentType))?.[1];

/** Throws when a body has Models and none of them is for JSON. `place`: `method request: /pets/POST`. */
export function checkJsonModels(models: StringMap, place: string): void {
  if (Object.keys(models).length > 0 && jsonModelOf(models) === undefined) {
    throw badRequest(`Only found non-JSON body models for ${place}`);
  }
}
