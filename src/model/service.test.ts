import { describe, expect, it } from "vitest";
import { operations } from "./service.ts";

const membersOf = (name: Parameters<typeof operations.get>[0], side: "input" | "output"): readonly string[] => {
  const schema = operations.get(name)?.[side];
  return schema?.isStructSchema() === true ? [...schema.structIterator()].map(([member]) => member) : [];
};

describe("operations", () => {
  it("are all 124 of the service", () => {
    expect(operations.size).toBe(124);
  });

  it("say where the next page begins if they have pages, but for the one that the service does not page yet", () => {
    const paged = [...operations.keys()].filter((name) => membersOf(name, "input").includes("position"));
    expect(paged).toContain("GetSdkTypes");
    expect(paged.filter((name) => !membersOf(name, "output").includes("position"))).toEqual(["GetTags"]);
  });
});
