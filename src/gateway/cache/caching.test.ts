import { expect, test } from "vitest";
import { place, responseOf } from "./cache.contract.ts";
import { Caching } from "./caching.ts";
import { MemoryResponseCache } from "./memory.ts";
import type { CacheProgram } from "./program.ts";
import { limits } from "../../limits.ts";
import { cacheSecretOf } from "./seal-response.ts";

const programOf = (encrypted: boolean): CacheProgram => ({
  place: place(),
  availableFrom: 0,
  keyPrefix: "",
  keyParameters: [],
  ttl: 300_000,
  encrypted,
  isHead: false,
  traced: false,
});

test.each([
  [true, true, true],
  [false, false, true],
  // Whoever can write where answers are kept could otherwise have any text served for one that was encrypted.
  [false, true, false],
  [true, false, false],
])("what was kept with encryption %s serves a method with encryption %s: %s", (kept, wanted, serves) => {
  const caching = new Caching(new MemoryResponseCache(1_000_000), cacheSecretOf(Buffer.alloc(32)));
  const response = responseOf("body");
  const { storedAt } = response;
  const found = caching.put(programOf(kept), caching.fills.begin(place(), "key"), response, storedAt);
  expect(caching.usable(programOf(wanted), "key", found, storedAt)?.body.toString()).toBe(serves ? "body" : undefined);
});

test("a sealed answer is as old as it says within its seal", () => {
  const caching = new Caching(new MemoryResponseCache(1_000_000), cacheSecretOf(Buffer.alloc(32)));
  const program = programOf(true);
  const response = responseOf("body");
  const { storedAt, expiresAt } = response;
  const sealed = caching.put(program, caching.fills.begin(place(), "key"), response, storedAt);
  const forged = { ...sealed, storedAt: expiresAt, expiresAt: expiresAt + program.ttl };
  expect(caching.usable(program, "key", forged, expiresAt - 1)?.body.toString()).toBe("body");
  expect(caching.usable(program, "key", forged, expiresAt)).toBeUndefined();
});

test("an answer lives no longer because the clock was set back", () => {
  const caching = new Caching(new MemoryResponseCache(1_000_000), cacheSecretOf(Buffer.alloc(32)));
  const program = programOf(false);
  const response = responseOf("body");
  const at = (now: number) => caching.usable(program, "key", response, now)?.body.toString();
  const { storedAt } = response;
  expect([at(storedAt - limits.cacheClockSlack), at(storedAt - limits.cacheClockSlack - 1)]).toEqual([
    "body",
    undefined,
  ]);
});
