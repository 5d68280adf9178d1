import { describe, expect, it } from "vitest";
import { operations } from "../../model/service.ts";
import { valueWriter } from "./write.ts";

const output = operations.get("GetResources")?.output;
if (output === undefined) throw new Error("GetResources has no output");
const write = valueWriter(output, "epoch");

const resource = (pathPart: string) => ({ id: "abc", pathPart });
const items = (...some: readonly object[]) => ({ item: some });

describe("a list", () => {
  it("is written from what is frozen as from what is not", () => {
    const frozen = Object.freeze(resource("pets"));
    for (let time = 0; time < 2; time++) expect(write({ items: [frozen] })).toEqual(items(resource("pets")));
  });

  it("shows what came in place of a frozen element", () => {
    write({ items: [Object.freeze(resource("pets"))] });
    expect(write({ items: [Object.freeze(resource("toys"))] })).toEqual(items(resource("toys")));
  });

  it("shows a change of what is not frozen", () => {
    const changing = resource("pets");
    write({ items: [changing] });
    changing.pathPart = "toys";
    expect(write({ items: [changing] })).toEqual(items(resource("toys")));
  });
});
