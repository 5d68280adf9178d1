import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sizeOf } from "./cache.ts";
import { cacheContract, place, responseOf } from "./cache.contract.ts";
import { MemoryResponseCache } from "./memory.ts";
import { createTurnSlab, Turns } from "./turns.ts";

cacheContract("memory", () => ({ cache: new MemoryResponseCache(1e8), settled: () => Promise.resolve() }));

const there = place();
const now = Date.now();
const turn = new Turns().begin("any");

function cacheOf(capacity: number, places = [there]): MemoryResponseCache {
  const cache = new MemoryResponseCache(capacity);
  for (const each of places) cache.keep(each.stage, each);
  return cache;
}

/** Enough for three of the answers below, not for four. */
const room = 3.5 * sizeOf("a", responseOf(Buffer.alloc(300)));

describe("the least recently used goes first", () => {
  test.each([
    { of: "its cluster", total: 1e9, capacity: room },
    { of: "the process", total: room, capacity: 1e9 },
  ])("when $of is full", ({ total, capacity }) => {
    const small = place({ capacity });
    const cache = cacheOf(total, [small]);
    const body = Buffer.alloc(300);
    for (const key of ["a", "b", "c"]) cache.put(small, key, responseOf(body), now, turn);
    expect(cache.get(small, "a", now)).toBeDefined();
    cache.put(small, "d", responseOf(body), now, turn);
    expect(["a", "b", "c", "d"].filter((key) => cache.get(small, key, now) !== undefined)).toEqual(["a", "c", "d"]);
  });

  test("the process's bound takes from every stage", () => {
    const [one, two] = [place({ stage: "api/one" }), place({ stage: "api/two" })];
    const cache = cacheOf(room, [one, two]);
    const body = Buffer.alloc(300);
    cache.put(one, "a", responseOf(body), now, turn);
    cache.put(two, "b", responseOf(body), now, turn);
    cache.put(two, "c", responseOf(body), now, turn);
    cache.put(two, "d", responseOf(body), now, turn);
    expect(cache.get(one, "a", now)).toBeUndefined();
    expect(cache.get(two, "b", now)).toBeDefined();
  });
});

test("a piece of a large buffer does not keep the rest of it alive", () => {
  const cache = cacheOf(1e6);
  cache.put(there, "a", responseOf("x", { body: Buffer.alloc(100_000).subarray(5, 15) }), now, turn);
  expect(cache.get(there, "a", now)?.body.buffer.byteLength).toBe(10);
});

test("what is held counts for what it takes: every text of a head, and characters of two bytes", () => {
  const plain = sizeOf("key", responseOf("", { headers: [] }));
  const many = Array.from({ length: 200 }, () => "h");
  // Measured: thirty bytes each, and more than the character.
  expect(sizeOf("key", responseOf("", { headers: many })) - plain).toBeGreaterThanOrEqual(200 * 30);
  expect(sizeOf("ké€", responseOf("", { headers: [] })) - plain).toBe(3);
  expect(sizeOf("kéy", responseOf("", { headers: [] })) - plain).toBe(0);
});

test("a piece of a long text does not keep the rest of it alive", () => {
  const cache = cacheOf(1e6);
  const heads = Array.from({ length: 20 }, (_, i) =>
    Buffer.alloc(1_000_000, `${i} a header of some length `).toString(),
  );
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const held = (): number => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const before = held();
  for (const [i, head] of heads.entries()) {
    cache.put(there, `k${i}`, responseOf("x", { headers: ["name", head.slice(100, 140)] }), now, turn);
  }
  heads.length = 0;
  expect(cache.get(there, "k0", now)?.headers[1]).toHaveLength(40);
  expect(held() - before).toBeLessThan(-10_000_000);
});

test("what is flushed, replaced or expired is let go of", async () => {
  const cache = cacheOf(1e9);
  for (let i = 0; i < 10_000; i++) cache.put(there, `k${i}`, responseOf("x"), now, turn);
  cache.keep(there.stage, place({ generation: "0.5@2" }));
  await expect.poll(() => cache.bytes).toBe(0);
  const next = place({ generation: "0.5@2" });
  cache.put(next, "a", responseOf("x"), now, turn);
  cache.put(next, "a", responseOf("xy"), now, turn);
  expect(cache.bytes).toBe(sizeOf("a", responseOf("xy")));
  cache.get(next, "a", now + 60_000);
  expect(cache.bytes).toBe(0);
  cache.put(next, "a", responseOf("x"), now, turn);
  cache.keep(next.stage, undefined);
  expect(cache.bytes).toBe(0);
  expect(cache.get(next, "a", now)).toBeUndefined();
});

test("against a plain model: the same answers, and never over its bounds", () => {
  const step = fc.record({
    stage: fc.constantFrom("api/one", "api/two"),
    key: fc.constantFrom("a", "b", "c", "d", "e"),
    size: fc.integer({ min: 0, max: 2_000 }),
    kind: fc.constantFrom("get", "put", "put"),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const capacity = 5_000;
      const total = 8_000;
      const places = new Map(["api/one", "api/two"].map((stage) => [stage, place({ stage, capacity })]));
      const cache = cacheOf(total, [...places.values()]);
      // The oldest first.
      let model: { stage: string; key: string; size: number }[] = [];
      const sum = (of: typeof model): number => of.reduce((bytes, { size }) => bytes + size, 0);
      for (const { stage, key, size, kind } of steps) {
        const where = places.get(stage) ?? there;
        const held = model.find((entry) => entry.stage === stage && entry.key === key);
        if (kind === "get") {
          expect(cache.get(where, key, now) !== undefined).toBe(held !== undefined);
          if (held !== undefined) model = [...model.filter((entry) => entry !== held), held];
          continue;
        }
        model = model.filter((entry) => entry !== held);
        const response = responseOf(Buffer.alloc(size));
        cache.put(where, key, response, now, turn);
        const bytes = sizeOf(key, response);
        while (sum(model.filter((entry) => entry.stage === stage)) + bytes > capacity) {
          model.splice(
            model.findIndex((entry) => entry.stage === stage),
            1,
          );
        }
        while (sum(model) + bytes > total) model.shift();
        model.push({ stage, key, size: bytes });
      }
      expect(cache.bytes).toBe(sum(model));
    }),
  );
});

test("what another thread has refreshed is not found any more, and is let go of", () => {
  const slab = createTurnSlab();
  const [here, elsewhere] = [new Turns(slab), new Turns(slab)];
  const cache = cacheOf(1e6);
  cache.put(there, "a", responseOf("old"), now, here.begin("a"));
  const refresh = elsewhere.refresh("a");
  expect(cache.get(there, "a", now)).toBeDefined();
  refresh.keep();
  expect(cache.get(there, "a", now)).toBeUndefined();
  expect(cache.bytes).toBe(0);
  cache.put(there, "a", responseOf("new"), now, here.begin("a"));
  expect(cache.get(there, "a", now)?.body.toString()).toBe("new");
});
