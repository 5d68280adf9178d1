/**
 * What the SDK's schemas do not say about members: enums, patterns, kinds of numbers. constraints.json is extracted from
 * the public service model (docs/extract-constraints.ts); what the real service was recorded to print differently
 * stands here.
 */
import data from "./constraints.json" with { type: "json" };

export type NumberKind = "Integer" | "Long" | "Double" | "Float";

export type Constraint =
  | { readonly enum: readonly string[] }
  /** `pattern` as error texts print it; `matches` tests the whole value. */
  | { readonly pattern: string; readonly matches: RegExp };

/** Orders in which the service prints an enum, where recorded (facts/stage.md 1.4, facts/control.md 1, 5). */
export const recordedOrders: Readonly<Record<string, readonly string[]>> = {
  Op: ["add", "remove", "move", "test", "replace", "copy"],
  EndpointType: ["PRIVATE", "EDGE", "REGIONAL"],
  IntegrationType: ["HTTP", "MOCK", "AWS_PROXY", "HTTP_PROXY", "AWS"],
  IpAddressType: ["ipv4", "dualstack"],
};

const named = new Map<string, Constraint>([
  ...Object.entries(data.enums).map(([name, values]): [string, Constraint] => [
    name,
    { enum: recordedOrders[name] ?? values },
  ]),
  ...Object.entries(data.patterns).map(([name, pattern]): [string, Constraint] => [
    name,
    { pattern, matches: new RegExp(`^(?:${pattern})$`) },
  ]),
]);

const members = new Map(Object.entries(data.members));

/** The constraint on a shape's member, or on each element of it when the member is a list. */
export function constraintOf(shape: string, member: string): Constraint | undefined {
  return named.get(members.get(`${shape}.${member}`)?.replace("[]", "") ?? "");
}

/** Whether a shape's numeric member is a whole number, and of what size. */
export function numberKindOf(shape: string, member: string): NumberKind {
  const kind = members.get(`${shape}.${member}`);
  return kind === "Integer" || kind === "Long" || kind === "Float" ? kind : "Double";
}
