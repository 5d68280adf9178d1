import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type Turn, Turns, createTurnSlab } from "./turns.ts";

test("calls that nobody refreshed between are as good as each other", () => {
  const turns = new Turns();
  const [one, two] = [turns.begin("a"), turns.begin("a")];
  expect([two.keep(), one.isOvertaken, one.keep(), two.isOvertaken]).toEqual([true, false, true, false]);
});

test("what began before a refresh is overtaken when that has brought an answer, on every thread", () => {
  const slab = createTurnSlab();
  const [here, there] = [new Turns(slab), new Turns(slab)];
  const before = here.begin("a");
  const refresh = there.refresh("a");
  const during = here.begin("a");
  expect(before.isOvertaken).toBe(false);
  expect(refresh.keep()).toBe(true);
  expect([before.isOvertaken, before.keep(), during.isOvertaken, during.keep()]).toEqual([true, false, false, true]);
  expect([refresh.isOvertaken, here.begin("a").keep(), here.begin("b").isOvertaken]).toEqual([false, true, false]);
});

test("a refresh that brings nothing overtakes nobody", () => {
  const turns = new Turns();
  const before = turns.begin("a");
  turns.refresh("a");
  expect(before.keep()).toBe(true);
});

test("of several, only what began with the latest kept answer or later is kept", () => {
  const step = fc.oneof(
    fc.constant({ kind: "begin" as const }),
    fc.constant({ kind: "refresh" as const }),
    fc.record({ kind: fc.constant("keep" as const), which: fc.nat(20) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const turns = new Turns();
      const begun: { turn: Turn; number: number }[] = [];
      let [taken, kept] = [0, 0];
      for (const each of steps) {
        if (each.kind === "begin") begun.push({ turn: turns.begin("a"), number: taken });
        else if (each.kind === "refresh") begun.push({ turn: turns.refresh("a"), number: ++taken });
        else {
          const chosen = begun[each.which % Math.max(1, begun.length)];
          if (chosen === undefined) continue;
          expect(chosen.turn.keep()).toBe(chosen.number >= kept);
          kept = Math.max(kept, chosen.number);
        }
        for (const { turn, number } of begun) expect(turn.isOvertaken).toBe(number < kept);
      }
    }),
  );
});

test("numbers may go round", () => {
  const slab = createTurnSlab();
  new Int32Array(slab).fill(2 ** 31 - 1);
  const turns = new Turns(slab);
  const before = turns.begin("a");
  expect([turns.refresh("a").keep(), before.isOvertaken, turns.begin("a").isOvertaken]).toEqual([true, true, false]);
});
