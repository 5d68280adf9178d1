import { describe, expect, it } from "vitest";
import { ask, mockOf, snapshotOf } from "../../test/support/gateway-fixture.ts";
import { KeyLab, valueFor } from "../../test/support/key-lab.ts";
import { limits } from "../limits.ts";
import { usageParent } from "../model/usage.ts";
import { StoreUnavailable } from "../store/store.ts";
import { UsageKeeper } from "./keep-usage.ts";

const day = 86_400_000;
const keyed = { ...mockOf(), apiKeyRequired: true };
const quota = { limit: 10, offset: 0, period: "MONTH" as const };

function open(keys: readonly string[] = ["key1"], plan: object = { quota }) {
  const lab = new KeyLab();
  lab.putPlan("plan1", plan, keys);
  const gateway = lab.gateway({ snapshots: { dep001: snapshotOf({ "/a": { GET: keyed } }) } });
  const use = async (count: number, key = "key1"): Promise<void> => {
    for (let i = 0; i < count; i++) await ask(gateway.serve, { path: "/a", headers: ["x-api-key", valueFor(key)] });
  };
  const stored = (key = "key1") => lab.store.present.list("usage", usageParent("plan1", key));
  return { lab, ...gateway, use, stored };
}

describe("keeping what API keys used", () => {
  it("stores the days, with what is left, and nothing twice", async () => {
    const { lab, keeper, use, stored } = open();
    await keeper.flush();
    expect(stored()).toEqual([]);
    await use(3);
    await keeper.flush();
    expect(stored()).toEqual([{ day: "2026-11-21", used: 3, remaining: 7 }]);
    let changes = 0;
    lab.store.subscribe((list) => void (changes += list.length));
    await keeper.flush();
    expect(changes).toBe(0);
    await use(1);
    lab.now += day;
    await use(2);
    await keeper.flush();
    expect(changes).toBe(2);
    expect(stored()).toEqual([
      { day: "2026-11-21", used: 4, remaining: 6 },
      { day: "2026-11-22", used: 2, remaining: 4 },
    ]);
    await use(1);
    await keeper.flush();
    expect(changes).toBe(3);
  });

  it("looks once for all who ask while it is busy", async () => {
    const { lab, publisher, use, stored } = open();
    let looks = 0;
    const planKeys = function* () {
      looks++;
      yield* publisher.apiKeys.planKeys();
    };
    const log = { error: () => expect.unreachable("it was stored") };
    const keeper = new UsageKeeper({ store: lab.store, publisher: { planKeys }, usage: lab.usage, log });
    await use(1);
    const first = keeper.flush();
    await Promise.resolve();
    await use(1);
    await Promise.all([first, ...Array.from({ length: 100 }, () => keeper.flush())]);
    expect(stored()).toMatchObject([{ used: 2 }]);
    expect(looks).toBe(2);
  });

  it("goes on where another process ended", async () => {
    const { lab, keeper, use, stored } = open();
    await use(3);
    await keeper.stop();
    const after = new KeyLab();
    for (const kind of ["apiKey", "usagePlan", "usagePlanKey", "usage"] as const) {
      for (const [parent, id, document] of lab.store.present.all(kind)) after.store.put(kind, parent, id, document);
    }
    after.now += day;
    const gateway = after.gateway({ snapshots: { dep001: snapshotOf({ "/a": { GET: keyed } }) } });
    const statuses: number[] = [];
    for (let i = 0; i < 8; i++) {
      statuses.push((await ask(gateway.serve, { path: "/a", headers: ["x-api-key", valueFor("key1")] })).status);
    }
    expect(statuses.filter((status) => status === 200)).toHaveLength(7);
    expect(stored()).toHaveLength(1);
    await gateway.keeper.flush();
    expect(after.store.present.list("usage", usageParent("plan1", "key1"))).toEqual([
      { day: "2026-11-21", used: 3, remaining: 7 },
      { day: "2026-11-22", used: 7, remaining: 0 },
    ]);
  });

  it("says nothing of what is left without a quota", async () => {
    const { keeper, use, stored } = open(["key1"], {});
    await use(2);
    await keeper.flush();
    expect(stored()).toEqual([{ day: "2026-11-21", used: 2 }]);
  });

  it("forgets days that are too long ago, when a new one comes", async () => {
    const { lab, keeper, use, stored } = open(["key1"], {});
    await use(1);
    await keeper.flush();
    lab.now += (limits.usageDays - 1) * day;
    await use(1);
    await keeper.flush();
    expect(stored()).toHaveLength(2);
    lab.now += day;
    await use(1);
    await keeper.flush();
    expect(stored().map((usage) => usage.day)).toEqual(["2027-02-18", "2027-02-19"]);
  });

  it("stores nothing of a key that has left the plan, nor of who had its slot", async () => {
    const { lab, keeper, use, stored } = open(["key1", "key2"]);
    await use(3);
    lab.store.delete("usagePlanKey", "plan1", "key1");
    await keeper.flush();
    expect(stored()).toEqual([]);
    lab.store.put("usagePlanKey", "plan1", "key1", { id: "key1" });
    await use(2);
    await use(1, "key2");
    await keeper.flush();
    expect(stored()).toEqual([{ day: "2026-11-21", used: 2, remaining: 8 }]);
    expect(stored("key2")).toEqual([{ day: "2026-11-21", used: 1, remaining: 9 }]);
  });

  it("tries again what could not be stored", async () => {
    const { lab, keeper, use, stored } = open();
    await use(3);
    lab.store.failure = new StoreUnavailable("no space");
    await expect(keeper.flush()).rejects.toThrow("no space");
    await keeper.stop();
    expect(lab.logged).toEqual(["use could not be stored"]);
    lab.store.failure = undefined;
    await Promise.all([keeper.flush(), keeper.flush()]);
    expect(stored()).toEqual([{ day: "2026-11-21", used: 3, remaining: 7 }]);
  });

  it("waits for one that is under way, and stores what came since", async () => {
    const { keeper, use, stored } = open();
    await use(1);
    const first = keeper.flush();
    await use(1);
    await keeper.flush();
    await first;
    expect(stored()).toEqual([{ day: "2026-11-21", used: 2, remaining: 8 }]);
  });
});
