/** What every implementation of the token buckets must do: one suite that each of them runs. */
import { describe, expect, test } from "vitest";
import { noSlot } from "../slab.ts";
import { accountSlot, type BucketSlots, type Buckets } from "./buckets.ts";

export interface BucketPlace {
  readonly buckets: Buckets;
  readonly slots: BucketSlots;
  /** Lets an implementation that shares its buckets tell others about them. */
  readonly exchange?: (now: number) => Promise<void>;
}

const start = 1_767_225_600_000;

/** How many of `attempts` at one moment pass. */
async function passed(
  { buckets, exchange }: BucketPlace,
  slot: number,
  rate: number,
  burst: number,
  now: number,
  attempts: number,
): Promise<number> {
  let count = 0;
  for (let i = 0; i < attempts; i++) if (buckets.take(slot, rate, burst, now)) count++;
  await exchange?.(now);
  return count;
}

/** What the publisher does before limits change, and who shares hears of at once. */
async function settled({ slots, exchange }: BucketPlace, slot: number, now: number): Promise<void> {
  slots.settle(slot, now);
  await exchange?.(now);
}

export function bucketsContract(name: string, open: () => BucketPlace | Promise<BucketPlace>): void {
  describe(`token buckets: ${name}`, () => {
    test("a new bucket is full, and gives no more than its burst at one moment", async () => {
      const place = await open();
      expect(await passed(place, place.slots.allocate("a bucket"), 10, 25, start, 100)).toBe(25);
    });

    test("it refills at its rate, and never above its burst", async () => {
      const place = await open();
      const slot = place.slots.allocate("a bucket");
      await passed(place, slot, 10, 5, start, 100);
      expect(await passed(place, slot, 10, 5, start + 300, 100)).toBe(3);
      expect(await passed(place, slot, 10, 5, start + 60_000, 100)).toBe(5);
    });

    test.each([
      { rate: 0, burst: 0, gives: 0 },
      { rate: 100, burst: 0, gives: 0 },
      { rate: 0, burst: 3, gives: 3 },
    ])("rate $rate and burst $burst give $gives, for ever", async ({ rate, burst, gives }) => {
      const place = await open();
      const slot = place.slots.allocate("a bucket");
      expect(await passed(place, slot, rate, burst, start, 10)).toBe(gives);
      expect(await passed(place, slot, rate, burst, start + 3_600_000, 10)).toBe(0);
    });

    test("a rate below one a second lets one pass when it is due, and not before", async () => {
      const place = await open();
      const slot = place.slots.allocate("a bucket");
      expect(await passed(place, slot, 0.1, 1, start, 3)).toBe(1);
      expect(await passed(place, slot, 0.1, 1, start + 9_999, 3)).toBe(0);
      expect(await passed(place, slot, 0.1, 1, start + 10_000, 3)).toBe(1);
    });

    test("a token is due at its moment also where its parts do not add up to one exactly", async () => {
      const place = await open();
      const slot = place.slots.allocate("a bucket");
      await passed(place, slot, 10, 1, start, 1);
      const given: number[] = [];
      // Ten times 0.1 is less than 1 in binary.
      for (let i = 1; i <= 10; i++) given.push(await passed(place, slot, 10, 1, start + i * 10, 1));
      expect(given).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    });

    test("limits that change keep the tokens, clamped to the new burst", async () => {
      const place = await open();
      const slot = place.slots.allocate("a bucket");
      await passed(place, slot, 10, 100, start, 40);
      expect(await passed(place, slot, 10, 20, start, 100)).toBe(20);
      // A larger burst does not fill the bucket: only time does.
      expect(await passed(place, slot, 10, 500, start, 10)).toBe(0);
      expect(await passed(place, slot, 1_000, 500, start + 100, 500)).toBe(100);
    });

    test("a token that is given back can be taken again, and does not overfill", async () => {
      const place = await open();
      const slot = place.slots.allocate("a bucket");
      await passed(place, slot, 0, 2, start, 2);
      place.buckets.giveBack(slot, 2);
      expect(await passed(place, slot, 0, 2, start, 5)).toBe(1);
      for (let i = 0; i < 5; i++) place.buckets.giveBack(slot, 2);
      expect(await passed(place, slot, 0, 2, start, 5)).toBe(2);
    });

    test("a bucket of no size is closed, and what it had is there when it opens again", async () => {
      const place = await open();
      const [slot, fresh] = [place.slots.allocate("a bucket"), place.slots.allocate("another")];
      await passed(place, slot, 10, 20, start, 15);
      expect(await passed(place, slot, 10, 0, start + 100, 5)).toBe(0);
      expect(await passed(place, fresh, 10, 0, start + 100, 5)).toBe(0);
      // 5 were left, and 10 came in a second, as if nobody had asked meanwhile.
      expect(await passed(place, slot, 10, 20, start + 1_000, 50)).toBe(15);
      expect(await passed(place, fresh, 10, 20, start + 1_000, 50)).toBe(20);
    });

    test("limits that change act from then on: what came before came at the rate of before", async () => {
      const place = await open();
      const slot = place.slots.allocate("a bucket");
      await passed(place, slot, 100, 1_000, start, 1_000);
      await settled(place, slot, start + 5_000);
      expect(await passed(place, slot, 1, 1_000, start + 6_000, 2_000)).toBe(501);
      await settled(place, slot, start + 16_000);
      expect(await passed(place, slot, 1_000, 2_000, start + 16_000, 5_000)).toBe(10);
    });

    test("settling a bucket that is new, or none, changes nothing", async () => {
      const place = await open();
      const slot = place.slots.allocate("a bucket");
      place.slots.settle(slot, start);
      place.slots.settle(noSlot, start);
      expect(await passed(place, slot, 1, 30, start, 100)).toBe(30);
      place.slots.settle(slot, start - 1_000);
      expect(await passed(place, slot, 1, 30, start, 100)).toBe(0);
    });

    test("readings of the clock that come a little late refill nothing twice", async () => {
      const place = await open();
      const slot = place.slots.allocate("a bucket");
      let count = await passed(place, slot, 1_000, 10, start, 10);
      for (let now = start + 1; now <= start + 200; now++) {
        // Threads take the time, then wait for each other.
        for (const late of [0, 1, 7, 30]) if (place.buckets.take(slot, 1_000, 10, now - late)) count++;
        await place.exchange?.(now);
      }
      expect(count).toBe(10 + 200);
    });

    test("a clock that is set back refills nothing, and refilling goes on from there", async () => {
      const place = await open();
      const slot = place.slots.allocate("a bucket");
      await passed(place, slot, 10, 5, start, 5);
      expect(await passed(place, slot, 10, 5, start - 60_000, 5)).toBe(0);
      expect(await passed(place, slot, 10, 5, start - 59_900, 5)).toBe(1);
    });

    test("buckets do not touch each other, and a freed one comes back full", async () => {
      const place = await open();
      const one = place.slots.allocate("a bucket");
      const two = place.slots.allocate("a bucket");
      expect(new Set([one, two, accountSlot]).size).toBe(3);
      await passed(place, one, 0, 3, start, 3);
      expect(await passed(place, two, 0, 3, start, 5)).toBe(3);
      place.slots.free(one);
      expect(await passed(place, place.slots.allocate("a bucket"), 0, 3, start, 5)).toBe(3);
    });

    test.each([
      { rate: 50, burst: 10 },
      { rate: 333, burst: 5 },
      { rate: 1.5, burst: 3 },
      { rate: 5_000, burst: 2_500 },
    ])(
      "over 10 s at three times the rate, $rate a second with burst $burst lets through what is due",
      async ({ rate, burst }) => {
        const place = await open();
        const slot = place.slots.allocate("a bucket");
        const seconds = 10;
        const attempts = Math.round(rate * 3 * seconds);
        let count = 0;
        let exchanged = start;
        for (let i = 0; i <= attempts; i++) {
          const now = start + (i * seconds * 1_000) / attempts;
          if (place.buckets.take(slot, rate, burst, now)) count++;
          if (now - exchanged < 10) continue;
          exchanged = now;
          await place.exchange?.(now);
        }
        const due = burst + rate * seconds;
        expect(count).toBeGreaterThanOrEqual(Math.floor(due * 0.98));
        expect(count).toBeLessThanOrEqual(Math.ceil(due * 1.02));
      },
    );
  });
}
