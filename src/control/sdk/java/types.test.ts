import { expect, it } from "vitest";
import { newClassNames } from "./names.ts";
import { JavaTypes } from "./types.ts";

const url = (name: string): string => `https://apigateway.amazonaws.com/restapis/a1b2c3d4e5/models/${name}`;

/** The type of the Model `A`, and the classes that it needs. */
function typeOf(schema: object, others: Readonly<Record<string, object>> = {}) {
  const models = Object.entries({ A: schema, ...others }).map(([name, each]) => ({
    name,
    schema: JSON.stringify(each),
  }));
  const types = new JavaTypes(models, newClassNames());
  return { type: types.ofModel("A").name, classes: types.classes.map(({ name }) => name) };
}

it.each<[what: string, schema: object, type: string]>([
  ["a text", { type: "string" }, "String"],
  ["a text or nothing", { type: ["string", "null"] }, "String"],
  ["a text or a number", { type: ["string", "number"] }, "Object"],
  ["numbers in lists", { type: "array", items: { type: "array", items: { type: "integer" } } }, "List<List<Long>>"],
  ["an object of which nothing is known", { type: "object" }, "Map<String, Object>"],
  ["a list of itself", { type: "array", items: { $ref: url("A") } }, "List<Object>"],
  ["itself", { $ref: url("A") }, "Object"],
  ["what is not there", { $ref: url("None") }, "Object"],
  ["no reference", { $ref: "http://elsewhere/" }, "Object"],
])("%s", (_what, schema, type) => {
  expect(typeOf(schema)).toEqual({ type, classes: [] });
});

it("has one class for what refers to itself, through lists and other Models", () => {
  const pet = { properties: { friends: { type: "array", items: { $ref: url("A") } }, owner: { $ref: url("Owner") } } };
  const owner = { type: "object", properties: { pets: { type: "array", items: { $ref: url("A") } } } };
  expect(typeOf(pet, { Owner: owner })).toEqual({ type: "A", classes: ["Owner", "A"] });
});
