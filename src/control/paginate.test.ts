import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Fault } from "../errors.ts";
import { paginate } from "./paginate.ts";

fc.configureGlobal({ seed: 20_260_102 });

const numbers = (count: number) => Array.from({ length: count }, (_, index) => `key ${index}`);
const itself = (key: string) => key;

describe("paginate", () => {
  it.each([
    { limit: undefined, count: 25 },
    { limit: 10, count: 10 },
    { limit: 500, count: 500 },
    { limit: 501, count: 500 },
    { limit: 0, count: 0 },
    { limit: -1, count: 0 },
  ])("a limit of $limit gives $count of 600", ({ limit, count }) => {
    expect(paginate(numbers(600), { limit }, itself).items).toHaveLength(count);
  });

  it("has no position on the last page, and an empty list has one page", () => {
    expect(paginate(numbers(25), {}, itself).position).toBeUndefined();
    expect(paginate([], {}, itself)).toEqual({ items: [], position: undefined });
  });

  it("accepts the documented form of a position", () => {
    const position = Buffer.from("id=Sb").toString("base64");
    expect(paginate(["a", "b", "c"], { position }, itself).items).toEqual(["c"]);
  });

  it("goes on after the last element when the next is gone, and the other way round", () => {
    const { position } = paginate(["a", "b", "c", "d"], { limit: 2 }, itself);
    expect(paginate(["a", "b", "d"], { position }, itself).items).toEqual(["d"]);
    expect(paginate(["c", "d"], { position }, itself).items).toEqual(["c", "d"]);
    expect(paginate(["d", "e"], { position }, itself).items).toEqual(["d", "e"]);
  });

  it.each(["", "x", "%%%", Buffer.from("id=S%zz").toString("base64"), Buffer.from("id=N1").toString("base64")])(
    "refuses the position %j",
    (position) => {
      expect(() => paginate(["a"], { position }, itself)).toThrow(Fault);
    },
  );

  it("pages of any size, put together, are the list", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { maxLength: 60 }), fc.integer({ min: 1, max: 20 }), (all, limit) => {
        const seen: string[] = [];
        let position: string | undefined;
        do {
          const page = paginate(all, { position, limit }, itself);
          seen.push(...page.items);
          position = page.position;
        } while (position !== undefined);
        expect(seen).toEqual(all);
      }),
    );
  });
});
