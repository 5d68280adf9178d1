/** Equality of JSON values: equal values have one text, whatever the order of their members. */
type Spend = (steps: number) => void;

/** The text of a value; pays for each part of it. Depth is that of the value, which whoever parsed it has bounded. */
export function canonical(value: unknown, spend: Spend): string {
  if (typeof value === "string") spend(1 + (value.length >> 5));
  else spend(1);
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item, spend)).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item, spend)}`).join(",")}}`;
}
