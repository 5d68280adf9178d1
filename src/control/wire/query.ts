/** Query strings as clients send them: `+` is a blank, pairs repeat, a bad escape is a 400. */
import { badRequest } from "../../errors.ts";

export type QueryPairs = readonly (readonly [name: string, value: string])[];

/** The decoded pairs, in order. Throws a BadRequestException for what is not percent-encoded UTF-8. */
export function parseQuery(query: string): QueryPairs {
  if (query === "") return [];
  return query
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const mark = pair.indexOf("=");
      return mark < 0 ? [decode(pair), ""] : [decode(pair.slice(0, mark)), decode(pair.slice(mark + 1))];
    });
}

function decode(raw: string): string {
  try {
    return decodeURIComponent(raw.replaceAll("+", " "));
  } catch {
    throw badRequest("The query is not valid percent-encoded UTF-8");
  }
}
