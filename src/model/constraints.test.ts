import * as sdk from "@aws-sdk/client-api-gateway";
import type { NormalizedSchema } from "@smithy/core/schema";
import { describe, expect, it } from "vitest";
import data from "./constraints.json" with { type: "json" };
import { constraintOf, numberKindOf, recordedOrders } from "./constraints.ts";
import { operations } from "./service.ts";

/** `Shape.member` → its schema, of everything that a caller sends. */
function inputMembers(): ReadonlyMap<string, NormalizedSchema> {
  const members = new Map<string, NormalizedSchema>();
  const visit = (schema: NormalizedSchema): void => {
    if (schema.isListSchema() || schema.isMapSchema()) visit(schema.getValueSchema());
    if (!schema.isStructSchema()) return;
    for (const [name, member] of schema.structIterator()) {
      const key = `${schema.getName()}.${name}`;
      if (members.has(key)) continue;
      members.set(key, member);
      visit(member);
    }
  };
  for (const { input } of operations.values()) visit(input);
  return members;
}

const members = inputMembers();
const numberKinds = new Set(["Integer", "Long", "Double", "Float"]);

describe("constraints.json", () => {
  it.each(Object.entries(data.members))("%s exists in the SDK and is %s", (path, constraint) => {
    const schema = members.get(path);
    const value = constraint.endsWith("[]") ? schema?.getValueSchema() : schema;
    expect(numberKinds.has(constraint) ? value?.isNumericSchema() : value?.isStringSchema()).toBe(true);
    const name = constraint.replace("[]", "");
    expect(numberKinds.has(name) || name in data.enums || name in data.patterns).toBe(true);
  });

  it("knows every number that a caller sends", () => {
    const numbers = [...members].filter(([, schema]) => schema.isNumericSchema()).map(([path]) => path);
    expect(numbers.filter((path) => !(path in data.members))).toEqual([]);
  });

  it.each(Object.entries(data.enums))("%s has all values of the SDK's", (name, values) => {
    const known: unknown = Reflect.get(sdk, name);
    expect(new Set(values)).toEqual(new Set(Object.values(known ?? {})));
  });

  it.each(Object.entries(recordedOrders))("%s was recorded with the values that the model has", (name, order) => {
    expect(new Set(order)).toEqual(new Set((data.enums as Record<string, string[]>)[name]));
  });
});

describe("constraintOf", () => {
  it("gives enums, in the recorded order, and whole-value patterns", () => {
    expect(constraintOf("PatchOperation", "op")).toEqual({ enum: recordedOrders["Op"] });
    expect(constraintOf("EndpointConfiguration", "types")).toEqual({ enum: ["PRIVATE", "EDGE", "REGIONAL"] });
    const status = constraintOf("PutMethodResponseRequest", "statusCode");
    expect(status).toMatchObject({ pattern: String.raw`[1-5]\d\d` });
    expect(status !== undefined && "matches" in status && status.matches.test("a200b")).toBe(false);
    expect(constraintOf("Stage", "stageName")).toBeUndefined();
  });
});

describe("numberKindOf", () => {
  it("tells whole numbers from others", () => {
    expect(numberKindOf("PutIntegrationRequest", "timeoutInMillis")).toBe("Integer");
    expect(numberKindOf("CanarySettings", "percentTraffic")).toBe("Double");
  });
});
