import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Group, GroupedLru } from "./grouped-lru.ts";

/** What is kept, the oldest first, in one plain list. */
class Reference {
  kept: { group: number; key: string; value: number; size: number }[] = [];
  readonly #capacities: readonly number[];
  readonly #all: number;

  constructor(capacities: readonly number[], all: number) {
    this.#capacities = capacities;
    this.#all = all;
  }

  bytes(group?: number): number {
    return this.kept
      .filter((one) => group === undefined || one.group === group)
      .reduce((sum, { size }) => sum + size, 0);
  }

  get(group: number, key: string): number | undefined {
    const found = this.kept.find((one) => one.group === group && one.key === key);
    if (found !== undefined) this.kept = [...this.kept.filter((one) => one !== found), found];
    return found?.value;
  }

  delete(group: number, key: string): void {
    this.kept = this.kept.filter((one) => one.group !== group || one.key !== key);
  }

  put(group: number, key: string, value: number, size: number): void {
    this.delete(group, key);
    const capacity = this.#capacities[group] ?? 0;
    if (size > capacity || size > this.#all) return;
    while (this.bytes(group) + size > capacity) {
      const oldest = this.kept.find((one) => one.group === group);
      this.kept = this.kept.filter((one) => one !== oldest);
    }
    while (this.bytes() + size > this.#all) this.kept.shift();
    this.kept.push({ group, key, value, size });
  }

  sweep(group: number, atMost: number): boolean {
    const gone = new Set(this.kept.filter((one) => one.group === group).slice(0, atMost));
    this.kept = this.kept.filter((one) => !gone.has(one));
    return this.kept.some((one) => one.group === group);
  }
}

const place = { group: fc.nat(2), key: fc.constantFrom("a", "b", "c", "d") };
const step = fc.oneof(
  fc.record({ do: fc.constant("put" as const), ...place, size: fc.integer({ min: 1, max: 12 }) }),
  fc.record({ do: fc.constant("get" as const), ...place }),
  fc.record({ do: fc.constant("delete" as const), ...place }),
  fc.record({ do: fc.constant("sweep" as const), group: place.group, atMost: fc.nat(3) }),
);

test("keeps what one list would keep, within both bounds", () => {
  const capacities = [10, 15, 20];
  const all = 25;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const lru = new GroupedLru<number>(all);
      const groups = capacities.map((capacity) => new Group<number>(capacity));
      const reference = new Reference(capacities, all);
      for (const [value, one] of steps.entries()) {
        const group = groups[one.group] as Group<number>;
        if (one.do === "put") {
          lru.put(group, one.key, value, one.size);
          reference.put(one.group, one.key, value, one.size);
        } else if (one.do === "get") {
          expect(lru.get(group, one.key)).toBe(reference.get(one.group, one.key));
        } else if (one.do === "delete") {
          lru.delete(group, one.key);
          reference.delete(one.group, one.key);
        } else {
          expect(lru.sweep(group, one.atMost)).toBe(reference.sweep(one.group, one.atMost));
        }
        expect(lru.bytes).toBe(reference.bytes());
        expect(groups.map(({ bytes }) => bytes)).toEqual(capacities.map((_capacity, at) => reference.bytes(at)));
      }
      for (const [at, group] of groups.entries()) {
        for (const key of "abcd") expect(lru.get(group, key)).toBe(reference.get(at, key));
      }
    }),
    { seed: 7, numRuns: 300 },
  );
});
