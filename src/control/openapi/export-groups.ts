/** Which extensions an export has: the words of its parameter `extensions` (facts/control.md 17). */
import { badRequest } from "../../errors.ts";
import { entryOf } from "../../model/record.ts";

/** What can be asked for by itself. `settings` are those of the RestApi: policy, key source, compression, endpoint. */
const groups = ["integrations", "authorizers", "documentation", "validators", "gatewayResponses", "settings"] as const;
export type ExportGroup = (typeof groups)[number];
export type ExportGroups = ReadonlySet<ExportGroup>;

/** Postman reads a definition as it is, so its word adds nothing. */
const words: Readonly<Record<string, readonly ExportGroup[]>> = {
  apigateway: groups,
  integrations: ["integrations"],
  authorizers: ["authorizers"],
  documentation: ["documentation"],
  validators: ["validators"],
  gatewayresponses: ["gatewayResponses"],
  postman: [],
};

/** Other spellings: the developer guide has `integration` too, and the extensions themselves have longer names. */
const spellings: Readonly<Record<string, string>> = {
  integration: "integrations",
  requestvalidators: "validators",
};

function groupsOf(word: string): readonly ExportGroup[] {
  const plain = word.toLowerCase().replace(/[-_ ]/g, "");
  const found = entryOf(words, entryOf(spellings, plain) ?? plain);
  if (found !== undefined) return found;
  throw badRequest(`Invalid extensions specified. Valid options are ${Object.keys(words).join(",")}`);
}

/** What a list such as `integrations,authorizers` asks for; documentation alone when nothing is said. */
export function exportGroups(list: string | undefined): readonly ExportGroup[] {
  const asked = (list ?? "")
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
  return asked.length === 0 ? ["documentation"] : [...new Set(asked.flatMap(groupsOf))];
}
