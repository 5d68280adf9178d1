import { array, assert, boolean, constantFrom, nat, property, record, string, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import { limits } from "../../../limits.ts";
import { isoTimes, lineQueues, type Lines } from "./line-queue.ts";
import type { Queue } from "./log-sink.ts";

const textOf = ({ buffers }: Lines): string =>
  buffers.map(({ buffer, end }) => Buffer.from(buffer.subarray(0, end)).toString()).join("");

test("times of one second and of others", () => {
  const iso = isoTimes();
  for (const time of [0, 1, 999, 1_000, 59_999, Date.UTC(2026, 11, 31, 23, 59, 59, 999), 5]) {
    expect(iso(time)).toBe(new Date(time).toISOString());
  }
});

/** Of every length, with characters of one to four bytes, halves of pairs and line ends. */
const message = tuple(string({ unit: constantFrom("x", "é", "猫", "𝄞", "\ud834", "\n") }), nat({ max: 40_000 })).map(
  ([text, times]) => text.repeat(Math.ceil(times / (text.length + 1))).slice(0, times),
);
const batch = record({ messages: array(message, { maxLength: 40 }), taken: boolean() });

const lineOf = (text: string): string => `${text.toWellFormed().replaceAll("\n", "\n\t")}\n`;

test("every event is one line, in order, by way of another thread too; what is held is given back", () => {
  const newQueue = lineQueues(false);
  assert(
    property(array(batch, { maxLength: 6 }), boolean(), (batches, twoThreads) => {
      const queue = newQueue();
      const next = newQueue();
      let held = 0;
      let taken = "";
      const take = (from: Queue<Lines>): void => {
        const lines = from.take();
        if (from === queue && twoThreads) held += next.put(structuredClone(lines));
        else taken += textOf(lines);
        held -= from.release(lines);
      };
      for (const { messages, taken: isTaken } of batches) {
        for (const text of messages) held += queue.add(text, 0);
        if (isTaken && !queue.isEmpty) take(queue);
      }
      while (!queue.isEmpty) take(queue);
      while (!next.isEmpty) take(next);
      const sent = batches.flatMap(({ messages }) => messages);
      expect(taken === sent.map(lineOf).join("")).toBe(true);
      expect(held).toBe(0);
    }),
    { seed: 20_261_122, numRuns: 60 },
  );
});

function filled(queue: Queue<Lines>, count: number): Queue<Lines> {
  for (let i = 0; i < count; i++) queue.add("x".repeat(1_023), 0);
  return queue;
}

describe("batches", () => {
  test("one is full before it is larger than a file takes at once", () => {
    const queue = filled(lineQueues(false)(), 5_000);
    expect(queue.isFull).toBe(true);
    const sizes: number[] = [];
    let events = 0;
    while (!queue.isEmpty) {
      const lines = queue.take();
      sizes.push(textOf(lines).length);
      events += lines.length;
    }
    expect(events).toBe(5_000);
    for (const size of sizes) expect(size).toBeLessThanOrEqual(limits.logFileBatch);
    expect(sizes.length).toBeLessThan(8);
  });

  test("a group of few lines holds little memory", () => {
    expect(lineQueues(false)().add("a line", 0)).toBeLessThan(10_000);
  });

  test("buffers are used again once they are released, not before", () => {
    const newQueue = lineQueues(false);
    const queue = filled(newQueue(), 1_000);
    const lines = queue.take();
    const before = textOf(lines);
    const used = new Set(lines.buffers.map(({ buffer }) => buffer));
    const again = (): number =>
      filled(newQueue(), 1_000)
        .take()
        .buffers.filter(({ buffer }) => used.has(buffer)).length;
    expect(again()).toBe(0);
    expect(textOf(lines)).toBe(before);
    queue.release(lines);
    expect(again()).toBeGreaterThan(5);
  });

  test("what another thread filled is left as it is: lines of our own begin behind it", () => {
    const newQueue = lineQueues(false);
    const [theirs, ours] = [newQueue(), newQueue()];
    theirs.add("theirs", 0);
    ours.add("before", 0);
    ours.put(theirs.take());
    ours.add("after", 0);
    const lines = ours.take();
    expect([textOf(lines), lines.length]).toEqual(["before\ntheirs\nafter\n", 3]);
  });
});
