import { describe, expect, it } from "vitest";
import { bad, everything, missing, refusalOf } from "../../../test/support/api-fixture.ts";
import { join, newKey, newPlan, newPlans } from "../../../test/support/plan-fixture.ts";
import { limits } from "../../limits.ts";
import type { Input, PatchOperation } from "../../model/service.ts";
import { restApiOperations } from "./rest-api.ts";
import { stageOperations } from "./stage.ts";
import { usagePlanKeyOperations } from "./usage-plan-key.ts";
import { usagePlanOperations } from "./usage-plan.ts";

const { CreateUsagePlan, GetUsagePlan, GetUsagePlans, UpdateUsagePlan, DeleteUsagePlan } = usagePlanOperations;
const { CreateUsagePlanKey, GetUsagePlanKey, GetUsagePlanKeys, DeleteUsagePlanKey } = usagePlanKeyOperations;

const stage = { apiId: "api1", stage: "test" };
const unknown = missing("Invalid Usage Plan ID specified");
const noStage = missing("API Stage not found: api1:none");

const offset = (largest: number, of: string) =>
  bad(`Usage Plan quota offset must be between 0 and ${largest} inclusive in the ${of} period`);

const add = (path: string): PatchOperation => ({
  op: "add",
  path: `/apiStages/api1:test/throttle/${path}/GET/rateLimit`,
  value: "1",
});

const notMethod = (path: string, method: string) =>
  bad(`Invalid method {resourcePath: ${path},method: ${method}} specified`);

describe("UsagePlan", () => {
  it("is created with its name alone, and has a list of stages all the same", () => {
    const context = newPlans();
    const made = CreateUsagePlan({ name: "basic" }, context);
    expect(made).toStrictEqual({ id: made.id, name: "basic", apiStages: [] });
    expect(made.id).toMatch(/^[a-z0-9]{6}$/);
    expect(GetUsagePlan({ usagePlanId: made.id ?? "" }, context)).toStrictEqual(made);
  });

  it("takes what it is given, a burst above the rate too", () => {
    const input = {
      name: "basic",
      description: "d",
      apiStages: [
        { ...stage, throttle: { "/pets/GET": { rateLimit: 0.5, burstLimit: 7 }, "//POST": { rateLimit: 3 } } },
      ],
      throttle: { rateLimit: 1, burstLimit: 10 },
      quota: { limit: 10, period: "WEEK", offset: 6 },
      tags: { a: "b" },
    };
    const context = newPlans();
    const made = CreateUsagePlan(input, context);
    expect(made).toStrictEqual({ id: made.id, ...input });
    expect(CreateUsagePlan({ ...input, quota: { limit: 0, period: "DAY" } }, context).quota).toEqual({
      limit: 0,
      offset: 0,
      period: "DAY",
    });
    expect(CreateUsagePlan({ name: "n", description: "", throttle: {} }, context)).toMatchObject({ apiStages: [] });
  });

  const throttled = (key: string) => ({ apiStages: [{ ...stage, throttle: { [key]: { rateLimit: 1 } } }] });
  const period = bad("Invalid Usage Plan quota period specified. Must be one of [DAY, WEEK, MONTH]");

  it.each<[input: Partial<Input<"CreateUsagePlan">>, words: string]>([
    [{ name: "" }, bad("Usage Plan name must have between 1 and 1024 characters")],
    [{ apiStages: [{ apiId: "api1", stage: "none" }] }, noStage],
    [{ apiStages: [{}] }, missing("API Stage not found: :")],
    [{ apiStages: [stage, stage] }, bad("API Stage api1:test can be specified only once")],
    [throttled("badkey"), notMethod("badkey", "")],
    [throttled("/pets"), notMethod("", "pets")],
    [throttled("/pets/get"), notMethod("/pets", "get")],
    [throttled("pets/GET"), notMethod("pets", "GET")],
    [throttled("*/*"), notMethod("*", "*")],
    [throttled("__proto__"), notMethod("__proto__", "")],
    [{ throttle: { rateLimit: -1 } }, bad("Usage Plan throttle rate limit must be a non-negative numeric")],
    [{ throttle: { rateLimit: Number.NaN } }, bad("Usage Plan throttle rate limit must be a non-negative numeric")],
    [{ throttle: { burstLimit: -1 } }, bad("Usage Plan throttle burst limit must be a non-negative numeric")],
    [{ throttle: { burstLimit: 1.5 } }, bad("Usage Plan throttle burst limit must be a non-negative numeric")],
    [{ quota: { period: "DAY" } }, bad("Usage Plan quota limit must be a non-negative numeric")],
    [{ quota: { limit: -1, period: "DAY" } }, bad("Usage Plan quota limit must be a non-negative numeric")],
    [{ quota: { limit: 1 } }, period],
    [{ quota: { limit: 1, period: "YEAR" } }, period],
    [{ quota: { limit: 1, period: "DAY", offset: 1 } }, offset(0, "DAY")],
    [{ quota: { limit: 1, period: "WEEK", offset: 7 } }, offset(6, "WEEK")],
    [{ quota: { limit: 1, period: "MONTH", offset: 28 } }, offset(27, "MONTH")],
    [{ quota: { limit: 1, period: "MONTH", offset: -1 } }, offset(27, "MONTH")],
  ])("refuses %j", (input, words) => {
    const context = newPlans();
    const before = everything(context.tx);
    expect(refusalOf(() => CreateUsagePlan({ name: "basic", ...input }, context))).toBe(words);
    expect(everything(context.tx)).toEqual(before);
  });

  it("is looked for before anything else", () => {
    const context = newPlans();
    const usagePlanId = "none";
    expect(refusalOf(() => GetUsagePlan({ usagePlanId }, context))).toBe(unknown);
    expect(refusalOf(() => UpdateUsagePlan({ usagePlanId, patchOperations: [] }, context))).toBe(unknown);
    expect(refusalOf(() => DeleteUsagePlan({ usagePlanId }, context))).toBe(unknown);
    expect(refusalOf(() => CreateUsagePlanKey({ usagePlanId, keyId: "k", keyType: "x" }, context))).toBe(unknown);
    expect(refusalOf(() => GetUsagePlanKey({ usagePlanId, keyId: "k" }, context))).toBe(unknown);
    expect(refusalOf(() => DeleteUsagePlanKey({ usagePlanId, keyId: "k" }, context))).toBe(unknown);
    expect(GetUsagePlanKeys({ usagePlanId }, context).items).toEqual([]);
  });

  it("stays while it has stages, whatever its keys", async () => {
    const context = newPlans();
    const before = everything(context.tx);
    const usagePlanId = newPlan(context);
    const { id: keyId = "" } = await newKey(context);
    join(context, usagePlanId, keyId);
    expect(refusalOf(() => DeleteUsagePlan({ usagePlanId }, context))).toBe(
      bad(
        `Cannot delete Usage Plan ${usagePlanId} because there are API Stages associated with it, including api1:test`,
      ),
    );
    UpdateUsagePlan(
      { usagePlanId, patchOperations: [{ op: "remove", path: "/apiStages", value: "api1:test" }] },
      context,
    );
    DeleteUsagePlan({ usagePlanId }, context);
    expect(GetUsagePlans({ keyId }, context).items).toEqual([]);
    expect(everything(context.tx).slice(-4)).toEqual(before.slice(-4));
  });

  it("loses a stage that is deleted, and those of an API that is", () => {
    const context = newPlans();
    const { id: restApiId = "" } = restApiOperations.CreateRestApi({ name: "other" }, context);
    const [document] = context.tx.list("stage", "api1");
    if (document !== undefined) context.tx.put("stage", restApiId, "test", document);
    context.tx.put("restApi", "", "api1", { ...context.tx.list("restApi", "")[0], id: "api1" } as never);
    const apiStages = [{ apiId: restApiId, stage: "test" }, stage, { ...stage, stage: "prod" }];
    const usagePlanId = newPlan(context, { apiStages });
    const stages = () => GetUsagePlan({ usagePlanId }, context).apiStages?.map((of) => `${of.apiId}:${of.stage}`);
    stageOperations.DeleteStage({ restApiId: "api1", stageName: "test" }, context);
    expect(stages()).toEqual([`${restApiId}:test`, "api1:prod"]);
    restApiOperations.DeleteRestApi({ restApiId }, context);
    expect(stages()).toEqual(["api1:prod"]);
  });

  it("has an end, in size and in number", () => {
    const context = newPlans();
    const usagePlanId = newPlan(context);
    const many = Array.from({ length: limits.mapEntries + 1 }, (_, i) => add(`/${i}`));
    const few = `An API Stage of a Usage Plan can have limits for at most ${limits.mapEntries} methods`;
    expect(refusalOf(() => UpdateUsagePlan({ usagePlanId, patchOperations: many }, context))).toBe(bad(few));
    const throttle = Object.fromEntries(many.map((_, i) => [`/${i}/GET`, { rateLimit: 1 }]));
    expect(refusalOf(() => newPlan(context, { apiStages: [{ ...stage, throttle }] }))).toBe(bad(few));
    const long = Array.from({ length: limits.mapEntries }, (_, i) => add(`/${i}${"x".repeat(2_000)}`));
    expect(refusalOf(() => UpdateUsagePlan({ usagePlanId, patchOperations: long }, context))).toBe(
      bad(`A Usage Plan can have at most ${limits.usagePlan} characters of JSON`),
    );
    for (let i = 1; i < limits.usagePlans; i++) newPlan(context);
    expect(refusalOf(() => newPlan(context))).toBe(
      "LimitExceededException: Maximum number of Usage Plans for this account has been reached: 300",
    );
  });
});
