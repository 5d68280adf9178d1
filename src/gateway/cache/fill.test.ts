import { describe, expect, test, vi } from "vitest";
import { bodies, cachingGateway, type CachingGateway, stageWith } from "../../../test/support/caching-fixture.ts";
import { GivenBody } from "../../../test/support/backends.ts";
import { type Answer, valueOf } from "../../../test/support/gateway-fixture.ts";
import { limits } from "../../limits.ts";
import type { Upstream } from "../transport.ts";
import type { Lookup, ResponseCache } from "./cache.ts";
import { Caching } from "./caching.ts";

const several = (gateway: CachingGateway, count: number): Promise<Answer>[] =>
  Array.from({ length: count }, () => gateway.ask({ path: "/pets/1" }));

const nothing = (): void => undefined;

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

  test("a client that stops reading and goes away holds nobody up who waits for the rest", async () => {
    const body = new GivenBody(-1);
    const upstream: Upstream = {
      dispatch: (_origin, _request, handler) => {
        handler.onHead(200, [], body);
        return nothing;
      },
      close: () => Promise.resolve(),
    };
    const gateway = cachingGateway({}, undefined, { upstream });
    void gateway.ask({ path: "/pets/1" });
    const other = gateway.ask({ path: "/pets/1" });
    const [slow] = gateway.replies;
    if (slow !== undefined) slow.write = () => false;
    body.give("one, ");
    expect(body.paused).toBe(true);
    slow?.onClose?.();
    expect(body.paused).toBe(false);
    body.give("two");
    body.end();
    expect((await other).body).toBe("one, two");
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
    await vi.waitFor(() => expect(gateway.calls()).toBe(1));
    expect(gateway.upstream.abandoned).toEqual([]);
    gateway.replies[1]?.onClose?.();
    expect(gateway.upstream.abandoned).toEqual([0]);
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
      const gateway = cachingGateway();
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
