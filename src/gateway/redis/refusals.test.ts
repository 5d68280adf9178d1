import { beforeEach, expect, test } from "vitest";
import { limits } from "../../limits.ts";
import { Refusals } from "./refusals.ts";

const oom = new Error("OOM command not allowed when used memory > 'maxmemory'.");
let logged: string[];
let refusals: Refusals;

beforeEach(() => {
  logged = [];
  const write = (details: object, line: string): void => void logged.push(`${line} ${JSON.stringify(details)}`);
  refusals = new Refusals("redis://there:6379", { info: write, error: write });
});

test("are told once, and once when what was refused is taken again", () => {
  for (let now = 0; now < 50; now++) refusals.refused("put", oom, now);
  expect(logged).toHaveLength(1);
  expect(logged[0]).toMatch(/refuses.*there:6379.*OOM/);
  refusals.taken("get", 49 + limits.sharedRefusal);
  refusals.taken("put", 48 + limits.sharedRefusal);
  expect(logged).toHaveLength(1);
  refusals.taken("put", 49 + limits.sharedRefusal);
  refusals.taken("put", 50 + limits.sharedRefusal);
  expect(logged).toHaveLength(2);
  expect(logged[1]).toMatch(/takes again/);
  refusals.refused("put", oom, 1e6);
  expect(logged).toHaveLength(3);
});

test("of some among many that are taken are one word", () => {
  for (let now = 0; now < 100_000; now += 100) {
    refusals.taken("put", now);
    if (now % 1_000 === 0) refusals.refused("put", oom, now);
  }
  expect(logged).toHaveLength(1);
});

test("tell no more than the beginning of what Redis says", () => {
  refusals.refused("put", new Error(`ERR ${"x".repeat(10_000)}`), 1);
  expect(logged[0]?.length).toBeLessThan(2_000);
});
