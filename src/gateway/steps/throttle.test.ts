import { describe, expect, test } from "vitest";
import {
  type Asked,
  gatewayOf,
  generous,
  named,
  settingOf,
  snapshotOf,
  valueOf,
} from "../../../test/support/gateway-fixture.ts";
import { seeded } from "../../../test/support/seeded.ts";

async function passing(gateway: ReturnType<typeof gatewayOf>, times: number, asked: Asked = {}): Promise<number> {
  let count = 0;
  for (let i = 0; i < times; i++) if ((await gateway.ask(asked)).status === 200) count++;
  return count;
}

describe("throttling (facts/runtime.md 2.2)", () => {
  const snapshots = { dep001: snapshotOf({ "/": { ANY: named("ok") }, "/pets/{id}": { ANY: named("ok") } }) };
  const start = 1_767_225_600_000;

  test("the answer is the service's, without Retry-After", async () => {
    const gateway = gatewayOf({ snapshots, stage: { methodSettings: { "*/*": settingOf(0, 0) } } });
    const answer = await gateway.ask({});
    expect(answer).toMatchObject({ status: 429, body: '{"message":"Too Many Requests"}' });
    expect(valueOf(answer, "x-amzn-errortype")).toBe("TooManyRequestsException");
    expect(valueOf(answer, "retry-after")).toBeUndefined();
  });

  test("one bucket for every method without a setting of its own, and one for each that has one", async () => {
    const methodSettings = { "*/*": settingOf(0, 3), "~1pets~1{id}/GET": settingOf(0, 5) };
    const gateway = gatewayOf({ snapshots, stage: { methodSettings }, now: () => start });
    expect(await passing(gateway, 2)).toBe(2);
    expect(await passing(gateway, 9, { path: "/pets/1" })).toBe(5);
    expect(await passing(gateway, 9, { path: "/pets/1", method: "POST" })).toBe(1);
    expect(await passing(gateway, 9)).toBe(0);
  });

  test("-1 is no limit of its own", async () => {
    const gateway = gatewayOf({
      snapshots,
      stage: { methodSettings: { "*/*": settingOf(0, 0), "~1/GET": settingOf(-1, -1) } },
    });
    expect(await passing(gateway, 100)).toBe(100);
    expect(await passing(gateway, 5, { method: "PUT" })).toBe(0);
  });

  test("the account's limit holds for all together, and what it refuses costs the stage nothing", async () => {
    let now = start;
    const gateway = gatewayOf({
      snapshots,
      stage: { methodSettings: { "~1/GET": settingOf(0, 10) } },
      settings: { ...generous, accountRateLimit: 4, accountBurstLimit: 4 },
      now: () => now,
    });
    expect(await passing(gateway, 50)).toBe(4);
    now += 1_000;
    expect(await passing(gateway, 2, { method: "PUT" })).toBe(2);
    expect(await passing(gateway, 50)).toBe(2);
    now += 1_000;
    expect(await passing(gateway, 50)).toBe(4);
    now += 1_000;
    expect(await passing(gateway, 50)).toBe(0);
  });

  test("limits that change keep the bucket", async () => {
    const gateway = gatewayOf({ snapshots, stage: { methodSettings: { "*/*": settingOf(0, 10) } }, now: () => start });
    expect(await passing(gateway, 4)).toBe(4);
    gateway.put({ methodSettings: { "*/*": settingOf(0, 3) } });
    expect(await passing(gateway, 9)).toBe(3);
    gateway.put({ methodSettings: { "*/*": settingOf(0, 100) } });
    expect(await passing(gateway, 9)).toBe(0);
    gateway.put({ methodSettings: {} });
    expect(await passing(gateway, 9)).toBe(9);
  });

  test("a stage that was closed by a burst of 0 serves at once when it is opened again", async () => {
    const gateway = gatewayOf({ snapshots, stage: { methodSettings: { "*/*": settingOf(1, 5) } }, now: () => start });
    expect(await passing(gateway, 2)).toBe(2);
    gateway.put({ methodSettings: { "*/*": settingOf(0, 0) } });
    expect(await passing(gateway, 9)).toBe(0);
    gateway.put({ methodSettings: { "*/*": settingOf(1, 5) } });
    expect(await passing(gateway, 9)).toBe(3);
  });
});

test("once the burst is used up, what passes is within 2 % of rate × time, however many ask", async () => {
  const [rate, burst] = [2_000, 1_000];
  const random = seeded(20_260_131);
  // Another request comes within a third of a millisecond.
  const clock = { now: Date.UTC(2026, 0, 31) };
  const gateway = gatewayOf({
    snapshots: { dep001: snapshotOf({ "/": { GET: named("ok") } }) },
    stage: { methodSettings: { "*/*": settingOf(rate, burst) } },
    now: () => (clock.now += random() / 3),
  });
  while ((await passing(gateway, 1)) === 1);
  const begin = clock.now;
  let passed = 0;
  while (clock.now - begin < 2_000) passed += await passing(gateway, 1);
  const due = (rate * (clock.now - begin)) / 1_000;
  expect(passed).toBeGreaterThanOrEqual(due * 0.98);
  expect(passed).toBeLessThanOrEqual(due * 1.02);
});
