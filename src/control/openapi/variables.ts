/** The service's variables in a definition, such as `${AWS::Region}` (facts/control.md 1.1). */
import type { JsonObject } from "../../model/json.ts";
import { setEntry } from "../../model/record.ts";
import { partitionOf } from "../../model/region.ts";

/** What they stand for. */
export interface VariablePlace {
  readonly accountId: string;
  readonly region: string;
}

const variable = /\$\{AWS::(AccountId|Partition|Region)\}/g;

/** Sets their values in their place, in a definition that nobody else has seen yet. */
export function resolveVariables(root: JsonObject, { accountId, region }: VariablePlace): JsonObject {
  const values = new Map([
    ["AccountId", accountId],
    ["Region", region],
    ["Partition", partitionOf(region)],
  ]);
  const resolve = (object: Record<string, unknown>): void => {
    // Plain data of a parser, every object of it: no list of the keys is made.
    for (const key in object) {
      const value = object[key];
      if (typeof value === "object" && value !== null) resolve(value as Record<string, unknown>);
      else if (typeof value === "string" && value.includes("${AWS::")) {
        setEntry(
          object,
          key,
          value.replace(variable, (_whole, name: string) => values.get(name) ?? ""),
        );
      }
    }
  };
  resolve(root);
  return root;
}
