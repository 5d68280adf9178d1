import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { apiId, stageName } from "../../test/support/gateway-fixture.ts";
import { KeyLab, valueFor } from "../../test/support/key-lab.ts";
import { limits } from "../limits.ts";
import { apiKeySecretOf, hashApiKey } from "../model/api-key-hash.ts";
import type { ApiStageDocument, UsagePlanDocument } from "../model/documents.ts";
import type { TableMessage } from "./table.ts";

fc.configureGlobal({ seed: 20_261_122 });

const limited = { throttle: { rateLimit: 1, burstLimit: 1 } };
const withMethods = (...keys: string[]): Partial<UsagePlanDocument> => ({
  apiStages: [
    { apiId, stage: stageName, throttle: Object.fromEntries(keys.map((key) => [key, { rateLimit: 1 }])) },
  ] satisfies ApiStageDocument[],
});

/** What the publisher sends from now on, by kind. */
function follow(lab: KeyLab) {
  const { publisher, ...rest } = lab.publish();
  const messages: TableMessage[] = [];
  publisher.attach((message) => void messages.push(message));
  const first = messages.splice(0).map(({ kind }) => kind);
  const sent = (): string[] => messages.splice(0).map(({ kind }) => kind);
  return { ...rest, publisher, messages, first, sent };
}

describe("what is published of API keys", () => {
  it("is all that there is, then every change and no more", () => {
    const lab = new KeyLab();
    lab.putPlan("plan1", limited, ["key1"]);
    const { first, sent } = follow(lab);
    expect(first).toEqual(["putApiKey", "putUsagePlan", "putUsagePlanKey"]);
    lab.putKey("key1", { enabled: false });
    expect(sent()).toEqual(["putApiKey"]);
    lab.putPlan("plan1", { throttle: { rateLimit: 2, burstLimit: 1 } });
    expect(sent()).toEqual(["putUsagePlan"]);
    lab.putPlan("plan1", { ...limited, ...withMethods("/pets/GET") });
    expect(sent()).toEqual(["putUsagePlanKey", "putUsagePlan"]);
    lab.store.put("usageGrant", "plan1", "key1", { since: "2026-11-21", requests: 1 });
    expect(sent()).toEqual([]);
    lab.store.delete("usagePlanKey", "plan1", "key1");
    lab.store.delete("usagePlan", "", "plan1");
    lab.store.delete("apiKey", "", "key1");
    expect(sent()).toEqual(["deleteUsagePlanKey", "deleteUsagePlan", "deleteApiKey"]);
  });

  it("never holds a value, sealed or not", () => {
    const lab = new KeyLab();
    lab.putPlan("plan1", {}, []);
    lab.putKey("key1", { sealedValue: "v1.secret", name: "n" });
    const { publisher } = lab.publish();
    expect([...publisher.apiKeys.messages()]).toEqual([
      { kind: "putApiKey", apiKeyId: "key1", valueHash: expect.stringMatching(/^[\w-]{43}$/) as string, enabled: true },
      { kind: "putUsagePlan", plan: { id: "plan1", name: "plan1", apiStages: [{ apiId, stage: stageName }] } },
    ]);
  });

  it("settles the buckets whose limits change, of each key", () => {
    const lab = new KeyLab();
    const start = lab.now;
    lab.putPlan("plan1", { ...limited, ...withMethods("/pets/GET", "/toys/GET") }, ["key1", "key2"]);
    const settled: (readonly [number, number])[] = [];
    lab.slots.settle = (slot, now) => void settled.push([slot, now - start]);
    lab.publish();
    lab.now += 5;
    lab.putPlan("plan1", { ...limited, ...withMethods("/toys/GET", "/cats/GET"), description: "other" });
    expect(settled).toEqual([]);
    lab.putPlan("plan1", { throttle: { rateLimit: 1 }, ...withMethods("/toys/GET") });
    expect(settled).toEqual([
      [1, 5],
      [4, 5],
    ]);
  });

  it("gives buckets back that are not needed any more, and keeps the others", () => {
    const lab = new KeyLab({ bucketSlots: 4 });
    lab.putPlan("plan1", { ...limited, ...withMethods("/pets/GET") }, ["key1"]);
    const { publisher } = lab.publish();
    const buckets = () => {
      const member = [...publisher.apiKeys.messages()].find(({ kind }) => kind === "putUsagePlanKey");
      return member?.kind === "putUsagePlanKey" ? Object.fromEntries(member.slots.buckets) : {};
    };
    const name = `${apiId}/${stageName}`;
    expect(buckets()).toEqual({ "": 1, [`${name}/pets/GET`]: 2 });
    lab.putPlan("plan1", { ...limited, ...withMethods("/toys/GET") });
    expect(buckets()).toEqual({ "": 1, [`${name}/toys/GET`]: 3 });
    lab.putPlan("plan1", withMethods("/pets/GET", "/toys/GET"));
    expect(Object.keys(buckets()).sort()).toEqual([`${name}/pets/GET`, `${name}/toys/GET`]);
    expect(lab.logged).toEqual([]);
    lab.putPlan("plan2", limited, ["key2", "key3"]);
    expect(lab.logged).toEqual(["no token bucket is left: a limit of a usage plan does not hold"]);
    lab.store.delete("usagePlan", "", "plan1");
    lab.store.delete("usagePlanKey", "plan2", "key3");
    lab.store.put("usagePlanKey", "plan2", "key3", { id: "key3" });
    expect(lab.logged).toHaveLength(1);
    expect(lab.slots.nameOf(buckets()[""] ?? 0)).toBe("plan/plan2/key2/");
  });

  it("does not flood the operator when thousands have none", () => {
    const lab = new KeyLab({ bucketSlots: 1, usageSlots: 100 });
    const keys = Array.from({ length: limits.logLines * 3 }, (_, i) => `key${i}`);
    lab.putPlan("plan1", limited, keys);
    lab.publish();
    expect(lab.logged).toHaveLength(limits.logLines);
  });

  it("serves keys without counting when there is no slot for their use", () => {
    const lab = new KeyLab({ usageSlots: 1 });
    lab.putPlan("plan1", { quota: { limit: 1, offset: 0, period: "DAY" } }, ["key1", "key2"]);
    const { publisher, apiKeys } = lab.publish();
    expect([...publisher.apiKeys.planKeys()].map(({ apiKeyId }) => apiKeyId)).toEqual(["key1"]);
    expect(apiKeys.find(valueFor("key2"), apiId, stageName)?.usageSlot).toBe(-1);
  });
});

describe("the table of API keys", () => {
  it("is what the store says, whatever happened before", () => {
    const ids = ["one", "two", "three"] as const;
    const id = fc.constantFrom(...ids);
    const stages = fc.subarray(["prod", "test"]);
    const step = fc.oneof(
      fc.record({ put: fc.constant("key" as const), id, enabled: fc.boolean() }),
      fc.record({ put: fc.constant("plan" as const), id, stages }),
      fc.record({ put: fc.constant("member" as const), id, plan: id }),
      fc.record({
        put: fc.constant("nothing" as const),
        kind: fc.constantFrom("apiKey" as const, "usagePlan" as const),
        id,
      }),
      fc.record({ put: fc.constant("nobody" as const), id, plan: id }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const lab = new KeyLab();
        const { apiKeys } = lab.publish();
        const { store } = lab;
        for (const made of steps) {
          if (made.put === "key") lab.putKey(made.id, { enabled: made.enabled });
          else if (made.put === "plan") {
            lab.putPlan(made.id, { apiStages: made.stages.map((stage) => ({ apiId, stage })) });
          } else if (made.put === "member") {
            if (store.present.get("usagePlan", "", made.plan))
              store.put("usagePlanKey", made.plan, made.id, { id: made.id });
          } else if (made.put === "nobody") store.delete("usagePlanKey", made.plan, made.id);
          else {
            for (const other of ids) {
              const [plan, key] = made.kind === "usagePlan" ? [made.id, other] : [other, made.id];
              store.delete("usagePlanKey", plan, key);
            }
            store.delete(made.kind, "", made.id);
          }
        }
        for (const key of ids) {
          for (const stage of ["prod", "test"]) {
            const plans = ids.filter(
              (plan) =>
                store.present.get("usagePlanKey", plan, key) !== undefined &&
                store.present.get("usagePlan", "", plan)?.apiStages.some((of) => of.stage === stage) === true,
            );
            const enabled = store.present.get("apiKey", "", key)?.enabled === true;
            const found = apiKeys.find(valueFor(key), apiId, stage)?.usagePlanId;
            if (enabled && plans.length > 0) expect(plans).toContain(found);
            else expect(found).toBeUndefined();
          }
        }
      }),
    );
  });

  it("forgets the old value of a key that is put anew", () => {
    const lab = new KeyLab();
    lab.putPlan("plan1", {}, ["key1"]);
    const { apiKeys } = lab.publish();
    lab.putKey("key1", { valueHash: hashApiKey("another", apiKeySecretOf(Buffer.alloc(32))) });
    expect(apiKeys.find(valueFor("key1"), apiId, stageName)).toBeUndefined();
  });
});
