import { describe, expect, test } from "vitest";
import { badRequestOf, refusal } from "../../../test/support/stage-fixture.ts";
import { applyPatch, compileTable, type Effect } from "./apply.ts";
import { familyA, familyB } from "./families.ts";

type Model = Readonly<Record<string, string>>;
const set: Effect<Model, undefined> = (document) => document;

const said = (family: "A" | "B", op: string, path: string | undefined) => {
  const rules = [
    { path: "/description", replace: set },
    { path: "/tags/{key}", add: set, replace: set, remove: set },
  ];
  const refuse = family === "A" ? familyA<Model, undefined>(["/description", "/schema"]) : familyB<Model, undefined>();
  const table = compileTable<Model, undefined>({ rules, refuse });
  return refusal(() => applyPatch({}, [path === undefined ? { op } : { op, path }], table, undefined));
};

// The texts of facts/control.md 0.1, two blanks behind "path" included.
describe("family A", () => {
  test.each([
    ["replace", "/x", "Invalid patch path  '/x' specified for op 'replace'. Must be one of: [/description, /schema]"],
    ["add", "/x", "Invalid patch path  '/x' specified for op 'add'. Please choose supported operations"],
    [
      "remove",
      "/description",
      "Invalid patch path  '/description' specified for op 'remove'. Please choose supported operations",
    ],
    [
      "test",
      "/description",
      "Invalid patch path  '/description' specified for op 'test'. Please choose supported operations",
    ],
  ])("%s %s", (op, path, message) => {
    expect(said("A", op, path)).toEqual(badRequestOf(message));
  });
});

describe("family B", () => {
  test.each([
    ["replace", "/x", "Invalid patch path /x"],
    ["add", "description", "Invalid patch path description"],
    ["replace", undefined, "Invalid patch path null"],
    ["add", "/description", "Invalid patch operation specified. Must be one of: [replace]"],
    ["move", "/tags/a~1b", "Invalid patch operation specified. Must be one of: [add, remove, replace]"],
  ])("%s %s", (op, path, message) => {
    expect(said("B", op, path)).toEqual(badRequestOf(message));
  });
});
