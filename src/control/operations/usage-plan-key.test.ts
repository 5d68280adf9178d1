import { describe, expect, it } from "vitest";
import { bad, missing, refusalOf, taken } from "../../../test/support/api-fixture.ts";
import { join, newKey, newPlan, newPlans } from "../../../test/support/plan-fixture.ts";
import { limits } from "../../limits.ts";
import { usagePlanKeyOperations } from "./usage-plan-key.ts";
import { usagePlanOperations } from "./usage-plan.ts";

const { GetUsagePlans, UpdateUsagePlan } = usagePlanOperations;
const { CreateUsagePlanKey, GetUsagePlanKey, GetUsagePlanKeys, DeleteUsagePlanKey } = usagePlanKeyOperations;

const stage = { apiId: "api1", stage: "test" };

describe("UsagePlanKey", () => {
  it("shows its key, the newest first, by the beginning of its name", async () => {
    const context = newPlans();
    const usagePlanId = newPlan(context);
    const keys = [
      await newKey(context, { name: "app-1" }),
      await newKey(context),
      await newKey(context, { name: "App" }),
    ];
    for (const { id = "", value, name } of keys) {
      const shown = { id, type: "API_KEY", value, ...(name !== undefined && { name }) };
      expect(join(context, usagePlanId, id)).toStrictEqual(shown);
      expect(GetUsagePlanKey({ usagePlanId, keyId: id }, context)).toStrictEqual(shown);
    }
    const ids = (input: object = {}) => GetUsagePlanKeys({ usagePlanId, ...input }, context).items?.map(({ id }) => id);
    const [first, second, third] = keys.map(({ id }) => id);
    expect(ids()).toEqual([third, second, first]);
    expect(ids({ nameQuery: "app" })).toEqual([first]);
    expect(ids({ limit: 1 })).toEqual([third]);
    DeleteUsagePlanKey({ usagePlanId, keyId: second ?? "" }, context);
    expect(ids()).toEqual([third, first]);
    expect(GetUsagePlans({ keyId: first ?? "" }, context).items).toHaveLength(1);
    expect(GetUsagePlans({ keyId: second ?? "" }, context).items).toEqual([]);
    expect(GetUsagePlans({ keyId: "" }, context).items).toHaveLength(1);
  });

  it("refuses what is not there, what is there already, and two plans for one stage", async () => {
    const context = newPlans();
    const usagePlanId = newPlan(context);
    const { id: keyId = "" } = await newKey(context);
    const noKey = missing("Invalid API Key identifier specified");
    expect(refusalOf(() => CreateUsagePlanKey({ usagePlanId, keyId, keyType: "other" }, context))).toBe(
      bad("Invalid Usage Plan key type specified. Must be one of [API_KEY]"),
    );
    expect(refusalOf(() => join(context, usagePlanId, "none"))).toBe(noKey);
    for (const operation of [GetUsagePlanKey, DeleteUsagePlanKey]) {
      expect(refusalOf(() => operation({ usagePlanId, keyId }, context))).toBe(noKey);
    }
    join(context, usagePlanId, keyId);
    expect(refusalOf(() => join(context, usagePlanId, keyId))).toBe(
      taken(`API Key ${keyId} is associated with Usage Plan ${usagePlanId} already`),
    );
    const twice = taken(
      `API Key ${keyId} is associated with Usage Plan ${usagePlanId} for API Stage api1:test already`,
    );
    expect(refusalOf(() => join(context, newPlan(context), keyId))).toBe(twice);
    const other = newPlan(context, { apiStages: [{ ...stage, stage: "prod" }] });
    join(context, other, keyId);
    const patchOperations = [{ op: "add", path: "/apiStages", value: "api1:test" }];
    expect(refusalOf(() => UpdateUsagePlan({ usagePlanId: other, patchOperations }, context))).toBe(twice);
  });

  it("is one of few of its key", async () => {
    const context = newPlans();
    const { id: keyId = "" } = await newKey(context);
    const plans = Array.from({ length: limits.usagePlansPerApiKey + 1 }, () => newPlan(context, { apiStages: [] }));
    for (const plan of plans.slice(1)) join(context, plan, keyId);
    expect(refusalOf(() => join(context, plans[0] ?? "", keyId))).toBe(
      "LimitExceededException: Maximum number of Usage Plans for this API Key has been reached: 10",
    );
  });
});
