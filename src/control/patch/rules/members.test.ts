/** Entries of maps: copied once a request, whatever the request does to them. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deepFreeze } from "../../../../test/support/memory-transaction.ts";
import { missing, refusalOf } from "../../../../test/support/api-fixture.ts";
import { applyPatch, compileTable } from "../apply.ts";
import { familyB } from "../families.ts";
import { absentParameter, mapEntry } from "./members.ts";

interface Document {
  readonly first?: Readonly<Record<string, string | null>>;
  readonly second?: Readonly<Record<string, string | null>>;
}

/** The maps that the operations made on their way, in order. */
const made: unknown[] = [];
const rowOf = (name: keyof Document) => {
  const effects = mapEntry<Document, unknown>(name, ({ value }) => value ?? null, absentParameter);
  const watched = (effect: typeof effects.add): typeof effects.add => {
    return (document, step) => {
      const changed = effect(document, step);
      made.push(changed[name]);
      return changed;
    };
  };
  return {
    path: `/${name}/{key}`,
    add: watched(effects.add),
    replace: watched(effects.replace),
    remove: watched(effects.remove),
  };
};
const table = compileTable<Document, unknown>({ rules: [rowOf("first"), rowOf("second")], refuse: familyB() });

const add = (path: string, value: string) => ({ op: "add", path, value }) as const;
const remove = (path: string) => ({ op: "remove", path }) as const;

describe("entries of maps", () => {
  it("are changed in one copy a request and a map", () => {
    const before = deepFreeze<Document>({ first: { a: "1" }, second: { b: "2" } });
    made.length = 0;
    const operations = [add("/first/x", "y"), remove("/first/a"), add("/second/x", "y"), add("/first/z", "y")];
    const after = applyPatch(before, operations, table, undefined);
    expect(after).toEqual({ first: { x: "y", z: "y" }, second: { b: "2", x: "y" } });
    const [one, two, other, three] = made;
    expect([two, three]).toEqual([one, one]);
    expect(two === one && three === one && other !== one).toBe(true);
    const again = applyPatch(after, [add("/first/x", "w")], table, undefined);
    expect(after.first).toEqual({ x: "y", z: "y" });
    expect(again.first).toEqual({ x: "w", z: "y" });
    expect(before).toEqual({ first: { a: "1" }, second: { b: "2" } });
  });

  it("know no word of JavaScript", () => {
    const after = applyPatch<Document, unknown>(
      {},
      [add("/first/__proto__", "x"), add("/first/constructor", "y")],
      table,
      0,
    );
    expect(Object.entries(after.first ?? {})).toEqual([
      ["__proto__", "x"],
      ["constructor", "y"],
    ]);
    const gone = applyPatch(after, [remove("/first/__proto__")], table, 0);
    expect(Object.keys(gone.first ?? {})).toEqual(["constructor"]);
    expect(refusalOf(() => applyPatch(gone, [remove("/first/__proto__")], table, 0))).toBe(missing(absentParameter));
  });

  it("come out as a plain map would have them", () => {
    const key = fc.constantFrom("a", "b", "c", "__proto__");
    const operation = fc.record({
      op: fc.constantFrom("add", "replace", "remove"),
      key,
      value: fc.constantFrom("1", "2"),
    });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 12 }), (operations) => {
        const expected = new Map([["a", "0"]]);
        let refused = false;
        for (const { op, key: at, value } of operations) {
          refused ||= op !== "add" && !expected.has(at);
          if (refused) break;
          if (op === "remove") expected.delete(at);
          else expected.set(at, value);
        }
        const patch = operations.map(({ op, key: at, value }) => ({ op, path: `/first/${at}`, value }));
        const before = deepFreeze<Document>({ first: { a: "0" } });
        const run = () => applyPatch(before, patch, table, undefined);
        if (refused) expect(refusalOf(run)).toBe(missing(absentParameter));
        else expect(new Map(Object.entries(run().first ?? {}))).toEqual(expected);
        expect(before).toEqual({ first: { a: "0" } });
      }),
      { seed: 4, numRuns: 500 },
    );
  });
});
