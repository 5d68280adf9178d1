/** Equality of JSON values: equal values have one text, whatever the order of their members. */
import { limits } from "../../limits.ts";

/** Steps that a part of a value costs beside its characters. */
const partCost = 4;

type Spend = (steps: number) => void;

/** The text of a value; pays for each part of it, and more than anyone has for one that is nested too deep. */
export function canonical(value: unknown, spend: Spend, depth = 0): string {
  if (depth > limits.validationDepth) spend(Number.POSITIVE_INFINITY);
  // Texts are made and kept: that costs more than looking.
  spend(typeof value === "string" ? partCost + (value.length >> 3) : partCost);
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item, spend, depth + 1)).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item, spend, depth + 1)}`).join(",")}}`;
}
