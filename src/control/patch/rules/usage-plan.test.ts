import { describe, expect, it } from "vitest";
import { bad, everything, missing, refusalOf } from "../../../../test/support/api-fixture.ts";
import { describePatchMatrix } from "../../../../test/support/patch-matrix.ts";
import { newPlans } from "../../../../test/support/plan-fixture.ts";
import type { Input, PatchOperation } from "../../../model/service.ts";
import { usagePlanOperations } from "../../operations/usage-plan.ts";
import { usagePlanRules } from "./usage-plan.ts";

const { CreateUsagePlan, GetUsagePlan, UpdateUsagePlan } = usagePlanOperations;

const stage = { apiId: "api1", stage: "test" };
const noStage = missing("API Stage not found: api1:none");

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
