import * as fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { stageOf } from "../../../test/support/gateway-fixture.ts";
import { KeptResults } from "./kept-results.ts";
import type { AuthorizerResult } from "./result.ts";
import { SharedCalls } from "./shared-calls.ts";

const resultOf = (size: number): AuthorizerResult => ({
  principalId: undefined,
  policy: undefined,
  context: new Map(),
  claims: undefined,
  usageIdentifierKey: undefined,
  expiresAt: Number.POSITIVE_INFINITY,
  size,
});

const bounds = { ofStage: 100, ofAll: 250 };

describe("kept results", () => {
  test("go with their time, and with their stage", () => {
    const kept = new KeptResults(bounds);
    const [one, two] = [resultOf(10), resultOf(10)];
    kept.put("api/a", "k", one, 1_000);
    kept.put("api/b", "k", two, 1_000);
    expect([kept.get("api/a", "k", 999), kept.get("api/b", "k", 999), kept.get("api/c", "k", 0)]).toEqual([
      one,
      two,
      undefined,
    ]);
    expect(kept.bytes).toBe(24);
    kept.onStage("api", "a", stageOf());
    expect(kept.get("api/a", "k", 999)).toBe(one);
    kept.onStage("api", "a", undefined);
    expect(kept.get("api/a", "k", 999)).toBeUndefined();
    expect(kept.get("api/b", "k", 1_000)).toBeUndefined();
    expect(kept.bytes).toBe(0);
  });

  test("that are too large are not kept", () => {
    const kept = new KeptResults(bounds);
    kept.put("api/a", "k", resultOf(10), 1_000);
    kept.put("api/a", "k", resultOf(99), 1_000);
    expect([kept.get("api/a", "k", 0), kept.bytes]).toEqual([undefined, 0]);
  });

  test("are those that were used last, within both bounds", () => {
    const step = fc.record({
      put: fc.boolean(),
      stage: fc.constantFrom("api/a", "api/b", "api/c", "api/d"),
      key: fc.constantFrom("1", "2", "3", "4", "5", "6"),
      size: fc.integer({ min: 1, max: 60 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const kept = new KeptResults(bounds);
        /** The oldest first. */
        let model: { stage: string; key: string; size: number; result: AuthorizerResult }[] = [];
        const bytes = (stage?: string): number =>
          model.filter((each) => stage === undefined || each.stage === stage).reduce((sum, { size }) => sum + size, 0);
        for (const { put, stage, key, size } of steps) {
          const present = model.find((each) => each.stage === stage && each.key === key);
          if (!put) {
            expect(kept.get(stage, key, 0)).toBe(present?.result);
            if (present !== undefined) model = [...model.filter((each) => each !== present), present];
            continue;
          }
          const result = resultOf(size);
          kept.put(stage, key, result, 1);
          model = model.filter((each) => each !== present);
          const own = size + 2;
          while (bytes(stage) + own > bounds.ofStage)
            model.splice(
              model.findIndex((each) => each.stage === stage),
              1,
            );
          while (bytes() + own > bounds.ofAll) model.shift();
          model.push({ stage, key, size: own, result });
          expect(kept.bytes).toBe(bytes());
        }
      }),
      { seed: 20_260_121, numRuns: 300 },
    );
  });
});

describe("shared calls", () => {
  test("end with the last who waits, and begin anew", async () => {
    const calls = new SharedCalls<string>();
    const giveUp = vi.fn<() => void>();
    const settles: ((value: string) => void)[] = [];
    const begin = vi.fn<(settle: (value: string) => void) => () => void>((settle) => {
      settles.push(settle);
      return giveUp;
    });
    const heard: string[] = [];
    const listener = (value: string): void => void heard.push(value);
    const leave = [
      calls.ask("k", begin, listener),
      calls.ask("k", begin, listener),
      calls.ask("other", begin, listener),
    ];
    await Promise.resolve();
    expect(begin).toHaveBeenCalledTimes(2);
    leave[0]?.();
    leave[0]?.();
    expect(giveUp).not.toHaveBeenCalled();
    leave[1]?.();
    expect(giveUp).toHaveBeenCalledOnce();
    calls.ask("k", begin, listener);
    await Promise.resolve();
    expect(begin).toHaveBeenCalledTimes(3);
    settles[0]?.("of the first");
    settles[2]?.("of the third");
    settles[1]?.("of the other");
    expect(heard).toEqual(["of the third", "of the other"]);
  });

  test("may have their answer at once", async () => {
    const calls = new SharedCalls<number>();
    const heard = await Promise.all(
      [1, 2].map(
        () =>
          new Promise<number>((resolve) => {
            calls.ask("k", (settle) => (settle(7), () => undefined), resolve);
          }),
      ),
    );
    expect(heard).toEqual([7, 7]);
  });

  test("that nobody waits for any more are never begun", async () => {
    const begin = vi.fn<() => () => void>();
    new SharedCalls<string>().ask("k", begin, () => undefined)();
    await Promise.resolve();
    expect(begin).not.toHaveBeenCalled();
  });
});
