import { array, assert, boolean, constantFrom, nat, property, record, string, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import { limits } from "../../../limits.ts";
import { isoTimes, LineQueue, type Lines, SpareBuffers } from "./line-queue.ts";

const textOf = ({ buffers }: Lines): string =>
  buffers.map(({ buffer, end }) => buffer.toString("utf8", 0, end)).join("");

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

test("every event is one line, in order; what is held is given back", () => {
  const spares = new SpareBuffers();
  assert(
    property(array(batch, { maxLength: 6 }), (batches) => {
      const queue = new LineQueue(false, spares);
      let held = 0;
      let taken = "";
      const take = (): void => {
        const lines = queue.take();
        taken += textOf(lines);
        held -= queue.release(lines);
      };
      for (const { messages, taken: isTaken } of batches) {
        for (const text of messages) held += queue.add(text, 0);
        if (isTaken && !queue.isEmpty) take();
      }
      while (!queue.isEmpty) take();
      const sent = batches.flatMap(({ messages }) => messages);
      expect(taken === sent.map(lineOf).join("")).toBe(true);
      expect(held).toBe(0);
    }),
    { numRuns: 60 },
  );
});

const filled = (spares: SpareBuffers, count: number): LineQueue => {
  const queue = new LineQueue(false, spares);
  for (let i = 0; i < count; i++) queue.add("x".repeat(1_023), 0);
  return queue;
};

describe("batches", () => {
  test("one is full before it is larger than a file takes at once", () => {
    const queue = filled(new SpareBuffers(), 5_000);
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
    expect(new LineQueue(false, new SpareBuffers()).add("a line", 0)).toBeLessThan(10_000);
  });

  test("buffers are used again once they are released, not before", () => {
    const spares = new SpareBuffers();
    const first = filled(spares, 1_000);
    const lines = first.take();
    const before = textOf(lines);
    const second = filled(spares, 1_000).take();
    expect(textOf(lines)).toBe(before);
    const used = new Set(lines.buffers.map(({ buffer }) => buffer));
    expect(second.buffers.filter(({ buffer }) => used.has(buffer))).toEqual([]);
    first.release(lines);
    expect(
      filled(spares, 1_000)
        .take()
        .buffers.filter(({ buffer }) => used.has(buffer)).length,
    ).toBeGreaterThan(5);
  });
});
