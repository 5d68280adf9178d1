import { expect, test } from "vitest";
import { allPages, listed } from "./find-api.ts";

test("a list is read to its last page", async () => {
  const pages = [
    { items: [1, 2], position: "b" },
    { items: undefined, position: "c" },
    { items: [3], position: undefined },
  ];
  const asked: object[] = [];
  const all = await allPages(async (page) => {
    asked.push(page);
    return pages[asked.length - 1] ?? {};
  });
  expect(all).toEqual([1, 2, 3]);
  expect(asked).toEqual([{ limit: 500 }, { limit: 500, position: "b" }, { limit: 500, position: "c" }]);
});

test("of many APIs the first are named, in lines that fit a terminal", () => {
  const lines = listed(Array.from({ length: 25 }, (_none, i) => ({ id: `id${i}`, name: "x".repeat(100) }))).split("\n");
  expect(lines).toHaveLength(21);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  expect(lines.at(-1)).toBe("  and 5 more");
});
