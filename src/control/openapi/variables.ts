/** The service's variables in a definition, such as `${AWS::Region}` (facts/control.md 1.1). */
import { isObject, type JsonObject } from "../../model/json-schema/syntax.ts";

export interface VariablePlace {
  readonly accountId: string;
  readonly region: string;
}

const variable = /\$\{AWS::(AccountId|Partition|Region)\}/g;

/** The partition of a region; it follows from the region's name. */
const partitionOf = (region: string): string =>
  region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";

/** The definition with their values in the place of variables. */
export function resolveVariables(root: JsonObject, { accountId, region }: VariablePlace): JsonObject {
  const values: Readonly<Record<string, string>> = {
    AccountId: accountId,
    Region: region,
    Partition: partitionOf(region),
  };
  const resolve = (value: unknown): unknown => {
    if (typeof value === "string") {
      return value.includes("${AWS::") ? value.replace(variable, (_whole, name: string) => values[name] ?? "") : value;
    }
    if (Array.isArray(value)) return value.map(resolve);
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, resolve(member)]));
  };
  return resolve(root) as JsonObject;
}
