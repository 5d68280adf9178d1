/** What every implementation of the response cache must do: one suite that each of them runs. */
import { beforeEach, describe, expect, test } from "vitest";
import type { CachedResponse, CachePlace, ResponseCache } from "./cache.ts";
import { type Turn, Turns } from "./turns.ts";

export const place = (input: Partial<CachePlace> = {}): CachePlace => ({
  stage: "api/prod",
  generation: "0.5@1",
  capacity: 1e6,
  ...input,
});

/** Far from the present, so that nothing depends on the clock; implementations may let go of what is this old. */
const now = Date.now();

export const responseOf = (body: string | Buffer, input: Partial<CachedResponse> = {}): CachedResponse => ({
  status: 200,
  headers: ["Content-Type", "application/json", "X-Twice", "a", "X-Twice", "b"],
  body: Buffer.from(body),
  storedAt: now,
  expiresAt: now + 60_000,
  ...input,
});

/** What is found, wherever it has to be waited for. */
export const lookUp = async (
  cache: ResponseCache,
  from: CachePlace,
  key: string,
  at = now,
): Promise<CachedResponse | undefined> => {
  const answer = cache.get(from, key, at);
  return answer instanceof Promise ? (await answer).response : answer;
};

const turns = new Turns();

/** The turn of a call that is made because nothing was found, or of one that is made anyway. */
export async function beginCall(cache: ResponseCache, from: CachePlace, key: string, refreshes = false): Promise<Turn> {
  const turn = refreshes ? turns.refresh(key) : turns.begin(key);
  if (refreshes) {
    turn.shared = await cache.refresh(from, key, now);
  } else {
    const answer = cache.get(from, key, now);
    if (answer instanceof Promise) turn.shared = (await answer).turn;
  }
  return turn;
}

/** `settled`: resolves when what was put can be found. */
export interface OpenCache {
  readonly cache: ResponseCache;
  readonly settled: () => Promise<void>;
}

export function cacheContract(name: string, open: () => Promise<OpenCache> | OpenCache): void {
  describe(`response cache: ${name}`, () => {
    let opened: OpenCache;
    const there = place();
    const get = (key: string, from = there, at = now) => lookUp(opened.cache, from, key, at);
    const text = async (key: string, from = there) => (await get(key, from))?.body.toString();
    const begin = (key: string, from = there) => beginCall(opened.cache, from, key);
    const refresh = (key: string) => beginCall(opened.cache, there, key, true);
    const bring = async (turn: Turn, key: string, response: CachedResponse, into = there): Promise<void> => {
      opened.cache.put(into, key, response, now, turn);
      await opened.settled();
    };
    const put = async (key: string, response: CachedResponse, into = there): Promise<void> =>
      bring(await begin(key, into), key, response, into);
    beforeEach(async () => {
      opened = await open();
      opened.cache.keep(there.stage, there);
    });

    test("what was put is found as it was", async () => {
      const response = responseOf(Buffer.from([0, 255, 13, 10, 128]), { status: 203, headLength: 7, sealed: true });
      await put("a", response);
      expect(await get("a")).toEqual(response);
      expect(await get("b")).toBeUndefined();
    });

    test("a large and an empty body", async () => {
      const large = Buffer.alloc(1_048_576, "x");
      const wide = place({ stage: "api/wide", capacity: 1e8 });
      opened.cache.keep(wide.stage, wide);
      await put("large", responseOf(large), wide);
      await put("empty", responseOf(""));
      expect((await get("large", wide))?.body.equals(large)).toBe(true);
      expect((await get("empty"))?.body.length).toBe(0);
    });

    test("the later answer replaces the earlier", async () => {
      await put("a", responseOf("one"));
      await put("a", responseOf("two"));
      expect((await get("a"))?.body.toString()).toBe("two");
    });

    test("what a call brings that began before a refresh does not take the place of what that brought", async () => {
      await put("a", responseOf("old"));
      const before = await begin("a");
      const first = await refresh("a");
      const second = await refresh("a");
      const during = await begin("a");
      await bring(second, "a", responseOf("second"));
      for (const turn of [first, before]) {
        await bring(turn, "a", responseOf("late"));
        expect(await text("a")).toBe("second");
      }
      await bring(during, "a", responseOf("later"));
      expect(await text("a")).toBe("later");
      await put("a", responseOf("last"));
      expect(await text("a")).toBe("last");
    });

    test("nor when what the refresh brought is gone again", async () => {
      const before = await begin("a");
      await bring(await refresh("a"), "a", responseOf("fresh", { expiresAt: now + 1 }));
      await bring(before, "a", responseOf("late"));
      expect(await get("a", there, now + 1)).toBeUndefined();
    });

    test("a refresh that brings nothing, or is still under way, is in nobody's way", async () => {
      const before = await begin("a");
      const refreshing = await refresh("a");
      await bring(before, "a", responseOf("one"));
      expect(await text("a")).toBe("one");
      await bring(refreshing, "a", responseOf("two"));
      expect(await text("a")).toBe("two");
    });

    test("a refresh of one key is none of another", async () => {
      const other = await begin("b");
      await bring(await refresh("a"), "a", responseOf("fresh"));
      await bring(other, "b", responseOf("other"));
      expect(await text("b")).toBe("other");
    });

    test.each<[string, readonly (CachePlace | undefined)[]]>([
      ["was flushed", [place({ generation: "0.5@2" })]],
      ["was disabled and enabled", [undefined, place({ generation: "0.5@2" })]],
      ["has another size", [place({ generation: "1.6@2" })]],
    ])("what a call brings that began before the cluster %s is not found", async (_what, changes) => {
      await put("a", responseOf("old"));
      const [before, refreshing] = [await begin("b"), await refresh("a")];
      for (const change of changes) opened.cache.keep(there.stage, change);
      const after = changes.at(-1);
      await bring(before, "b", responseOf("late"));
      await bring(refreshing, "a", responseOf("late"));
      for (const key of ["a", "b"]) {
        expect(await get(key)).toBeUndefined();
        if (after !== undefined) expect(await get(key, after)).toBeUndefined();
      }
    });

    test("an answer is not found from the moment on that it expires", async () => {
      await put("a", responseOf("one", { expiresAt: now + 60_000 }));
      expect(await get("a", there, now + 59_999)).toBeDefined();
      expect(await get("a", there, now + 60_000)).toBeUndefined();
      await put("gone", responseOf("one", { expiresAt: now }));
      expect(await get("gone")).toBeUndefined();
    });

    test("stages and generations are apart", async () => {
      const other = place({ stage: "api/dev" });
      opened.cache.keep(other.stage, other);
      await put("a", responseOf("prod"));
      await put("a", responseOf("dev"), other);
      expect((await get("a"))?.body.toString()).toBe("prod");
      expect((await get("a", other))?.body.toString()).toBe("dev");
      const flushed = place({ generation: "0.5@2" });
      opened.cache.keep(there.stage, flushed);
      expect(await get("a", flushed)).toBeUndefined();
      expect(await get("a", other)).toBeDefined();
      await put("a", responseOf("late"));
      expect(await get("a", flushed)).toBeUndefined();
      await put("a", responseOf("new"), flushed);
      expect(await text("a", flushed)).toBe("new");
    });

    test("a place that is kept again keeps its content", async () => {
      await put("a", responseOf("one"));
      opened.cache.keep(there.stage, place());
      expect(await get("a", place())).toBeDefined();
    });

    test("a cluster holds what its size says: the rest is evicted", async () => {
      const small = place({ stage: "api/small", capacity: 20_000 });
      opened.cache.keep(small.stage, small);
      const body = Buffer.alloc(1_000);
      for (let i = 0; i < 60; i++) {
        await put(`k${i}`, responseOf(body, { expiresAt: now + 60_000 + i }), small);
      }
      const found: number[] = [];
      for (let i = 0; i < 60; i++) if ((await get(`k${i}`, small)) !== undefined) found.push(i);
      expect(found.length).toBeGreaterThan(5);
      expect(found.length).toBeLessThanOrEqual(20);
      // Nothing was looked up in between, so the oldest went first.
      expect(found).toEqual(Array.from({ length: found.length }, (_, i) => 60 - found.length + i));
      await put("too large", responseOf(Buffer.alloc(20_000)), small);
      expect(await get("too large", small)).toBeUndefined();
    });

    test("any text can be a key", async () => {
      const keys = ["", " ", "\n", "ü\u0000\u{1f600}", "x".repeat(20_000), "__proto__"];
      for (const key of keys) await put(key, responseOf(`of ${key.length}`));
      for (const key of keys) expect((await get(key))?.body.toString()).toBe(`of ${key.length}`);
    });
  });
}
