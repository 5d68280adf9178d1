import { describe, expect, it } from "vitest";
import { bad, everything, missing, refusalOf, taken } from "../../../test/support/api-fixture.ts";
import { describePatchMatrix } from "../../../test/support/patch-matrix.ts";
import { join, newKey, newPlan, newPlans } from "../../../test/support/plan-fixture.ts";
import { limits } from "../../limits.ts";
import type { Input, PatchOperation } from "../../model/service.ts";
import { usagePlanRules } from "../patch/rules/usage-plan.ts";
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

const shownLimits =
  "/throttle/rateLimit, /throttle/burstLimit, /quota/limit, /quota/offset, /quota/period, /productCode";
const ofStage = "/apiStages/<apidId:stageName>/throttle";
const ofMethod = `${ofStage}/<resourcePath>/<httpMethod>`;
const inStages = `${ofMethod}/rateLimit, ${ofMethod}/burstLimit, ${ofStage}`;
const listed: Readonly<Record<string, string>> = {
  add: `/apiStages, ${shownLimits}, ${inStages}`,
  replace: `/name, /description, ${shownLimits}, ${inStages}`,
  remove: `/apiStages, /quota, /throttle, /productCode, ${ofMethod}, ${ofStage}`,
};
const refuse = (op: string, path: string): string => {
  const list = listed[op];
  const advice = list === undefined ? "Please choose supported operations" : `Must be one of: [${list}]`;
  return bad(`Invalid patch path  '${path}' specified for op '${op}'. ${advice}`);
};

const full: Input<"CreateUsagePlan"> = {
  name: "basic",
  apiStages: [{ ...stage, throttle: { "/pets/GET": { rateLimit: 1, burstLimit: 2 } } }],
  throttle: { rateLimit: 3, burstLimit: 4 },
  quota: { limit: 5, offset: 0, period: "DAY" },
};

function open(input = full) {
  const context = newPlans();
  const { id: usagePlanId = "" } = CreateUsagePlan(input, context);
  const update = (patchOperations: readonly PatchOperation[]) => {
    const patched = UpdateUsagePlan({ usagePlanId, patchOperations }, context);
    expect(GetUsagePlan({ usagePlanId }, context)).toStrictEqual(patched);
    return patched;
  };
  return { tx: context.tx, update };
}

const both = (outcome: object) => ({ add: outcome, replace: outcome });
const at = "/apiStages/api1:test/throttle";

describePatchMatrix("UsagePlan", {
  rules: usagePlanRules.table.rules as never,
  rows: [
    { rule: "/name", value: "new", ops: { replace: { name: "new" } } },
    { rule: "/description", value: "d", ops: { replace: { description: "d" } } },
    { rule: "/productCode", value: "p", ops: { ...both({ productCode: "p" }), remove: { name: "basic" } } },
    {
      rule: "/apiStages",
      value: "api1:prod",
      values: { remove: "api1:test" },
      ops: { add: { apiStages: [{ ...stage }, { apiId: "api1", stage: "prod" }] }, remove: { apiStages: [] } },
    },
    {
      rule: "/apiStages/{apiStage}/throttle",
      path: at,
      value: '{"/toys/PUT":{"rateLimit":0.5}}',
      ops: {
        ...both({ apiStages: [{ ...stage, throttle: { "/toys/PUT": { rateLimit: 0.5 } } }] }),
        remove: { apiStages: [stage] },
      },
    },
    {
      rule: "/apiStages/{apiStage}/throttle/{method+}",
      path: `${at}/~1pets/GET`,
      ops: { remove: { apiStages: [stage] } },
    },
    {
      rule: "/apiStages/{apiStage}/throttle/{method+}/rateLimit",
      path: `${at}/~1pets/GET/rateLimit`,
      value: "7.5",
      ops: both({ apiStages: [{ throttle: { "/pets/GET": { rateLimit: 7.5, burstLimit: 2 } } }] }),
    },
    {
      rule: "/apiStages/{apiStage}/throttle/{method+}/burstLimit",
      path: `${at}//toys/{id}/ANY/burstLimit`,
      value: "8",
      ops: both({ apiStages: [{ throttle: { "/pets/GET": { rateLimit: 1 }, "/toys/{id}/ANY": { burstLimit: 8 } } }] }),
    },
    { rule: "/throttle", ops: { remove: { name: "basic" } } },
    { rule: "/throttle/rateLimit", value: "1e3", ops: both({ throttle: { rateLimit: 1_000, burstLimit: 4 } }) },
    { rule: "/throttle/burstLimit", value: "9", ops: both({ throttle: { rateLimit: 3, burstLimit: 9 } }) },
    { rule: "/quota", ops: { remove: { name: "basic" } } },
    { rule: "/quota/limit", value: "0", ops: both({ quota: { limit: 0, offset: 0, period: "DAY" } }) },
    { rule: "/quota/offset", value: "0", ops: both({ quota: { limit: 5, offset: 0, period: "DAY" } }) },
    { rule: "/quota/period", value: "MONTH", ops: both({ quota: { limit: 5, offset: 0, period: "MONTH" } }) },
  ],
  open,
  wrongOp: refuse,
  wrongPath: refuse,
  unlisted: ["/tags", "/quota/limit/x", "/apiStages/api1:test", "/throttle/x"],
});

const part = (member: string, value: string): PatchOperation => ({
  op: "replace",
  path: `/quota/${member}`,
  value,
});

describe("an update of a UsagePlan", () => {
  it("makes a quota of parts in any order, and takes things away whole", () => {
    const bare = () => open({ name: "bare" });
    const parts = [part("offset", "6"), part("period", "WEEK"), part("limit", "9")];
    expect(bare().update(parts).quota).toEqual({ limit: 9, offset: 6, period: "WEEK" });
    expect(refusalOf(() => bare().update(parts.slice(0, 2)))).toBe(
      bad("Usage Plan quota limit must be a non-negative numeric"),
    );
    expect(refusalOf(() => bare().update([part("limit", "9")]))).toBe(
      bad("Invalid Usage Plan quota period specified. Must be one of [DAY, WEEK, MONTH]"),
    );
    const { update } = open();
    for (const member of ["throttle", "quota", "productCode"]) update([{ op: "remove", path: `/${member}` }]);
    expect(Object.keys(update([{ op: "replace", path: "/description", value: "" }]))).toEqual([
      "id",
      "name",
      "apiStages",
    ]);
  });

  it.each<[operation: PatchOperation, words: string]>([
    [{ op: "replace", path: "/name", value: "" }, bad("Usage Plan name must have between 1 and 1024 characters")],
    [{ op: "add", path: "/apiStages" }, bad("Invalid API Stage specified")],
    [{ op: "add", path: "/apiStages", value: "api1,stage=test" }, bad("Invalid API Stage specified")],
    // Of more parts the first two are looked for.
    [
      { op: "add", path: "/apiStages", value: '{"apiId": "api1", "stage": "test"}' },
      missing('API Stage not found: {"apiId": "api1", "stage"'),
    ],
    [{ op: "add", path: "/apiStages", value: "api1:none" }, noStage],
    [{ op: "add", path: "/apiStages", value: "api1:test" }, bad("API Stage api1:test can be specified only once")],
    [{ op: "remove", path: "/apiStages", value: "api1:none" }, noStage],
    [{ op: "remove", path: "/apiStages/api1:none/throttle" }, noStage],
    [{ op: "remove", path: "/apiStages/api1/throttle" }, bad("Invalid API Stage specified")],
    [{ op: "remove", path: `${at}/~1toys/GET` }, missing("Invalid method specified: /toys/GET")],
    [
      { op: "add", path: `${at}/toys/rateLimit`, value: "1" },
      bad("Invalid method {resourcePath: toys,method: } specified"),
    ],
    [{ op: "add", path: at, value: "[]" }, bad("Invalid throttle map specified")],
    [{ op: "add", path: at }, bad("Invalid throttle map specified")],
    [{ op: "add", path: at, value: '{"/pets/GET":1}' }, bad("Invalid throttle map specified")],
    [
      { op: "add", path: at, value: '{"/pets/GET":{"rateLimit":"1"}}' },
      bad("Usage Plan throttle rate limit must be a non-negative numeric"),
    ],
    [
      { op: "add", path: at, value: '{"/pets/GET":{"burstLimit":null}}' },
      bad("Usage Plan throttle burst limit must be a non-negative numeric"),
    ],
    [
      { op: "add", path: "/throttle/rateLimit", value: "-1" },
      bad("Usage Plan throttle rate limit must be a non-negative numeric"),
    ],
    [{ op: "add", path: "/quota/limit", value: "x" }, bad("Usage Plan quota limit must be a non-negative numeric")],
    [
      { op: "add", path: "/quota/offset", value: "1" },
      bad("Usage Plan quota offset must be between 0 and 0 inclusive in the DAY period"),
    ],
  ])("refuses %j", (operation, words) => {
    const { tx, update } = open();
    const before = everything(tx);
    expect(refusalOf(() => update([operation]))).toBe(words);
    expect(everything(tx)).toEqual(before);
  });
});
