import { describe, expect, test, vi } from "vitest";
import { bodies, cachingGateway, type CachingGateway, stageWith } from "../../../test/support/caching-fixture.ts";
import { GivenBody } from "../../../test/support/backends.ts";
import { type Answer, valueOf } from "../../../test/support/gateway-fixture.ts";
import { limits } from "../../limits.ts";
import type { Upstream } from "../transport.ts";
import type { Lookup, ResponseCache } from "./cache.ts";
import { place, responseOf } from "./cache.contract.ts";
import { Caching } from "./caching.ts";
import type { Fill } from "./fill.ts";
import { MemoryResponseCache } from "./memory.ts";

const several = (gateway: CachingGateway, count: number): Promise<Answer>[] =>
  Array.from({ length: count }, () => gateway.ask({ path: "/pets/1" }));

const nothing = (): void => undefined;

/** The client of the first request takes nothing; the endpoint's body comes piece by piece. */
function slowClient() {
  const body = new GivenBody(-1);
  const abandoned: number[] = [];
  let dispatched = 0;
  const upstream: Upstream = {
    dispatch: (_origin, _request, handler) => {
      const nth = dispatched++;
      handler.onHead(200, [], nth === 0 ? body : new GivenBody(-1));
      return () => void abandoned.push(nth);
    },
    close: () => Promise.resolve(),
  };
  const gateway = cachingGateway({}, undefined, { upstream });
  void gateway.ask({ path: "/pets/1" });
  const [slow] = gateway.replies;
  if (slow === undefined) throw new Error("no reply");
  slow.write = () => false;
  return { gateway, body, slow, abandoned, calls: () => dispatched };
}

describe("misses of one key at the same time", () => {
  test("make one call; those who waited count as hits", async () => {
    const gateway = cachingGateway();
    gateway.upstream.answerLater = true;
    const asked = several(gateway, 50);
    expect(gateway.calls()).toBe(1);
    gateway.upstream.release();
    const answers = await Promise.all(asked);
    expect(new Set(answers.map(({ body }) => body))).toEqual(new Set(["answer 1"]));
    expect(new Set(answers.map((answer) => valueOf(answer, "x-amzn-requestid"))).size).toBe(50);
    expect(gateway.calls()).toBe(1);
    expect(gateway.results()).toEqual(["miss", ...Array.from({ length: 49 }, () => "hit")]);
  });

  test("make one call when the answer that they all had has expired", async () => {
    const gateway = cachingGateway({}, stageWith({ cacheTtlInSeconds: 1 }));
    await Promise.all(several(gateway, 5));
    gateway.clock.now += 1_000;
    gateway.upstream.answerLater = true;
    const asked = several(gateway, 50);
    gateway.upstream.release();
    expect(new Set((await Promise.all(asked)).map(({ body }) => body))).toEqual(new Set(["answer 2"]));
    expect(gateway.calls()).toBe(2);
  });

  test("make a call each where answers are kept for no time", async () => {
    const gateway = cachingGateway({}, stageWith({ cacheTtlInSeconds: 0 }));
    gateway.upstream.answerLater = true;
    const asked = several(gateway, 5);
    gateway.upstream.release();
    expect(new Set((await Promise.all(asked)).map(({ body }) => body)).size).toBe(5);
  });

  test.each([
    ["cannot be kept", { status: 404, body: "none" }],
    ["fails", "refused"],
    ["breaks off", { body: "part", length: 70_000, breaksOff: "reset" }],
  ] as const)("whose answer %s: the others call by themselves", async (_how, behaviour) => {
    const gateway = cachingGateway();
    gateway.upstream.answerLater = true;
    gateway.upstream.behaviour = behaviour;
    const asked = several(gateway, 3);
    gateway.upstream.release();
    await asked[0];
    expect(gateway.calls()).toBe(3);
    gateway.upstream.behaviour = { body: "well" };
    gateway.upstream.release();
    expect((await Promise.all(asked.slice(1))).map(({ body }) => body)).toEqual(["well", "well"]);
    gateway.upstream.answerLater = false;
    expect(await bodies(gateway, {})).toEqual(["well"]);
    expect(gateway.calls()).toBe(3);
  });

  test("a client that goes away takes nothing from the others; with nobody left the call is given up", async () => {
    const gateway = cachingGateway();
    gateway.upstream.answerLater = true;
    void gateway.ask({ path: "/pets/1" });
    const other = gateway.ask({ path: "/pets/1" });
    gateway.replies[0]?.onClose?.();
    expect(gateway.upstream.abandoned).toEqual([]);
    gateway.upstream.release();
    expect((await other).body).toBe("answer 1");
    gateway.put({ ...stageWith(), cacheClusterTransition: { status: "FLUSH_IN_PROGRESS", endsAt: 1 } });
    void gateway.ask({ path: "/pets/1" });
    gateway.replies[2]?.onClose?.();
    expect(gateway.upstream.abandoned).toEqual([1]);
    gateway.upstream.answerLater = false;
    expect(await bodies(gateway, {})).toEqual(["answer 2"]);
  });

  describe("when the client of a call stops reading", () => {
    test("nobody waits for it", async () => {
      const { gateway, body } = slowClient();
      const other = gateway.ask({ path: "/pets/1" });
      body.give("one, ");
      expect(body.paused).toBe(false);
      body.give("two");
      body.end();
      expect((await other).body).toBe("one, two");
    });

    test("nobody who comes later does; until then the endpoint waits", async () => {
      const { gateway, body } = slowClient();
      body.give("one, ");
      expect(body.paused).toBe(true);
      const other = gateway.ask({ path: "/pets/1" });
      expect(body.paused).toBe(false);
      body.give("two");
      body.end();
      expect((await other).body).toBe("one, two");
    });

    test("and goes away, the others get the rest", async () => {
      const { gateway, body, slow } = slowClient();
      const other = gateway.ask({ path: "/pets/1" });
      body.give("one, ");
      slow.onClose?.();
      body.give("two");
      body.end();
      expect((await other).body).toBe("one, two");
    });

    test("it is given no more than may be kept; then the endpoint waits again, and the others call by themselves", () => {
      const { gateway, body, calls } = slowClient();
      void gateway.ask({ path: "/pets/1" });
      body.give(Buffer.alloc(limits.cachedBody));
      expect([body.paused, calls()]).toEqual([false, 1]);
      body.give("x");
      expect([body.paused, calls()]).toEqual([true, 2]);
    });

    test("and has gone away, a body that turns out too large is for nobody: its call ends", () => {
      const { gateway, body, slow, abandoned } = slowClient();
      void gateway.ask({ path: "/pets/1" });
      slow.onClose?.();
      expect(abandoned).toEqual([]);
      body.give(Buffer.alloc(limits.cachedBody + 1));
      expect(abandoned).toEqual([0]);
    });
  });

  test("bodies that are copied while they pass hold no more than their bound, and give it back however they end", async () => {
    const { fills } = new Caching(new MemoryResponseCache(1e9), Buffer.alloc(32));
    const rest = limits.cacheCopies - 10;
    const ends = [
      (fill: Fill) => fill.settle(responseOf("x")),
      (fill: Fill) => fill.settle(undefined),
      (fill: Fill) => fill.desert(nothing),
    ];
    for (const end of ends) {
      const [large, small] = [fills.begin(place(), "a"), fills.begin(place(), "b")];
      expect([large.copy(rest), small.copy(10), small.copy(1)]).toEqual([true, true, false]);
      end(large);
      expect([small.copy(rest), large.copy(1), small.copy(1)]).toEqual([true, false, false]);
      small.settle(undefined);
    }
  });

  test("a body that is over that bound still passes, and is not kept", async () => {
    const gateway = cachingGateway();
    const other = gateway.caching.fills.begin(place(), "other");
    other.copy(limits.cacheCopies);
    gateway.upstream.behaviour = { body: [Buffer.alloc(100_000, "x")] };
    expect((await bodies(gateway, {}, {})).map(({ length }) => length)).toEqual([100_000, 100_000]);
    expect(gateway.calls()).toBe(2);
    other.settle(undefined);
    await bodies(gateway, {}, {});
    expect(gateway.calls()).toBe(3);
  });

  test("a call that everyone has gone away from is given up, whoever went last", async () => {
    const gateway = cachingGateway();
    gateway.upstream.answerLater = true;
    void several(gateway, 3);
    gateway.replies[1]?.onClose?.();
    gateway.replies[0]?.onClose?.();
    expect(gateway.upstream.abandoned).toEqual([]);
    gateway.replies[2]?.onClose?.();
    expect(gateway.upstream.abandoned).toEqual([0]);
    // Nobody waits for what was given up.
    const next = gateway.ask({ path: "/pets/1" });
    expect(gateway.calls()).toBe(2);
    gateway.upstream.release();
    expect((await next).body).toBe("answer 2");
    expect(gateway.calls()).toBe(2);
  });

  test("whoever comes while one still waits keeps the call of a client that is gone", async () => {
    const gateway = cachingGateway();
    gateway.upstream.answerLater = true;
    void several(gateway, 2);
    gateway.replies[0]?.onClose?.();
    const late = gateway.ask({ path: "/pets/1" });
    gateway.replies[1]?.onClose?.();
    gateway.upstream.release();
    expect((await late).body).toBe("answer 1");
    expect([gateway.calls(), gateway.upstream.abandoned]).toEqual([1, []]);
  });

  test("who has waited for too long calls by itself, and a call without a client ends then", () => {
    vi.useFakeTimers();
    try {
      const gateway = cachingGateway();
      gateway.upstream.answerLater = true;
      void several(gateway, 2);
      gateway.replies[0]?.onClose?.();
      vi.advanceTimersByTime(limits.cacheWait);
      expect([gateway.calls(), gateway.upstream.abandoned]).toEqual([2, [0]]);
      void several(gateway, 4);
      expect(vi.getTimerCount()).toBe(1);
    } finally {
      vi.useRealTimers();
    }
  });

  test("a call that is made after its own client is gone ends with the last of the others", async () => {
    const { promise, resolve } = Promise.withResolvers<Lookup>();
    const slow: ResponseCache = { get: () => promise, refresh: () => undefined, put: nothing, keep: nothing };
    const caching = new Caching(slow, Buffer.alloc(32));
    const gateway = cachingGateway({}, undefined, { caching });
    gateway.upstream.answerLater = true;
    void several(gateway, 2);
    gateway.replies[0]?.onClose?.();
    resolve({ response: undefined, turn: undefined });
    await vi.waitFor(() => expect(gateway.calls()).toBe(1), 20_000);
    expect(gateway.upstream.abandoned).toEqual([]);
    gateway.replies[1]?.onClose?.();
    expect(gateway.upstream.abandoned).toEqual([0]);
  });

  test("a refresh waits until other nodes know of it, and calls nobody when its client goes away meanwhile", async () => {
    const told: (() => void)[] = [];
    const shared: ResponseCache = {
      get: () => undefined,
      refresh: () => new Promise((resolve) => void told.push(() => resolve(undefined))),
      put: nothing,
      keep: nothing,
    };
    const open = stageWith({ requireAuthorizationForCacheControl: false });
    const gateway = cachingGateway({}, open, { caching: new Caching(shared, Buffer.alloc(32)) });
    const wish = { path: "/pets/1", headers: ["cache-control", "max-age=0"] };
    void gateway.ask(wish);
    const staying = gateway.ask(wish);
    expect(gateway.calls()).toBe(0);
    gateway.replies[0]?.onClose?.();
    for (const tell of told) tell();
    expect((await staying).body).toBe("answer 1");
    expect(gateway.calls()).toBe(1);
  });

  test("a client that went away while it waited makes no call of its own", async () => {
    const gateway = cachingGateway();
    gateway.upstream.answerLater = true;
    gateway.upstream.behaviour = { status: 404, body: "none" };
    const asked = several(gateway, 3);
    gateway.replies[1]?.onClose?.();
    gateway.upstream.release();
    await asked[0];
    expect(gateway.calls()).toBe(2);
    gateway.upstream.release();
    expect((await asked[2])?.status).toBe(404);
  });

  test("no more than the bound wait, and none longer than it", async () => {
    vi.useFakeTimers();
    try {
      const gateway = cachingGateway({}, stageWith({ throttlingBurstLimit: -1, throttlingRateLimit: -1 }));
      gateway.upstream.answerLater = true;
      const asked = several(gateway, limits.cacheFollowers + 3);
      expect(gateway.calls()).toBe(3);
      vi.advanceTimersByTime(limits.cacheWait);
      expect(gateway.calls()).toBe(limits.cacheFollowers + 3);
      gateway.upstream.release();
      expect((await Promise.all(asked)).every(({ status }) => status === 200)).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });
});
