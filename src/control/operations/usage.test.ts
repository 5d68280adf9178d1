import { describe, expect, it } from "vitest";
import { bad, everything, missing } from "../../../test/support/api-fixture.ts";
import { describePatchMatrix } from "../../../test/support/patch-matrix.ts";
import { join, newKey, newPlan, newPlans, runPrepared } from "../../../test/support/plan-fixture.ts";
import { Fault } from "../../errors.ts";
import { usageParent } from "../../model/usage.ts";
import type { Input, PatchOperation } from "../../model/service.ts";
import { usageRules } from "../patch/rules/usage.ts";
import { usageOperations } from "./usage.ts";
import { usagePlanOperations } from "./usage-plan.ts";

const { GetUsage, UpdateUsage } = usageOperations;

const quota = { limit: 10, period: "MONTH" };
/** The fixtures' present is 2026-01-02. */
const today = { startDate: "2026-01-02", endDate: "2026-01-02" };

/** A plan with one key that used it on two days, as the gateway stores it. */
async function open(plan: Partial<Input<"CreateUsagePlan">> = { quota }) {
  const context = newPlans();
  const usagePlanId = newPlan(context, plan);
  const { id: keyId = "" } = await newKey(context);
  join(context, usagePlanId, keyId);
  const used = (day: string, count: number, remaining?: number): void => {
    const document = { day, used: count, ...(remaining !== undefined && { remaining }) };
    context.tx.put("usage", usageParent(usagePlanId, keyId), day, document);
  };
  const get = (input: Partial<Input<"GetUsage">> = {}) =>
    runPrepared(GetUsage, { usagePlanId, ...today, ...input }, context);
  const update = (patchOperations: readonly PatchOperation[]) =>
    runPrepared(UpdateUsage, { usagePlanId, keyId, patchOperations }, context);
  return { context, tx: context.tx, usagePlanId, keyId, used, get, update };
}

const refusal = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "nothing",
    (error: unknown) => {
      if (error instanceof Fault) return `${error.code}: ${error.message}`;
      throw error;
    },
  );

describe("Usage", () => {
  it("is a list of days, each with what was used and what was left", async () => {
    const { usagePlanId, keyId, used, get } = await open();
    used("2025-12-30", 7, 3);
    used("2026-01-01", 4, 6);
    used("2026-01-02", 1, 5);
    expect(await get({ startDate: "2025-12-29" })).toEqual({
      usagePlanId,
      startDate: "2025-12-29",
      endDate: "2026-01-02",
      items: {
        [keyId]: [
          [0, 10],
          [7, 3],
          [0, 3],
          [4, 6],
          [1, 5],
        ],
      },
      position: undefined,
    });
  });

  it("does not show days that have not come, and without a quota has no end", async () => {
    const { keyId, used, get } = await open({});
    used("2026-01-02", 4);
    expect((await get({ startDate: "2026-01-01", endDate: "2026-01-31" })).items).toEqual({
      [keyId]: [
        [0, -1],
        [4, -1],
      ],
    });
    expect((await get({ startDate: "2026-02-01", endDate: "2026-02-28" })).items).toEqual({ [keyId]: [] });
  });

  it("goes by the quota that there is now where it is today's, and by the one that there was before", async () => {
    const { context, usagePlanId, keyId, used, get } = await open();
    used("2026-01-01", 4, 6);
    used("2026-01-02", 1, 5);
    const limit = { op: "replace", path: "/quota/limit", value: "100" };
    usagePlanOperations.UpdateUsagePlan({ usagePlanId, patchOperations: [limit] }, context);
    expect((await get({ startDate: "2026-01-01" })).items).toEqual({
      [keyId]: [
        [4, 6],
        [1, 95],
      ],
    });
  });

  it("is of one key or of all, in pages", async () => {
    const { context, usagePlanId, keyId, get } = await open();
    const { id: other = "" } = await newKey(context);
    join(context, usagePlanId, other);
    const keys = async (input: Partial<Input<"GetUsage">>) => Object.keys((await get(input)).items ?? {});
    expect(await keys({})).toEqual([keyId, other]);
    expect(await keys({ keyId: other })).toEqual([other]);
    expect(await keys({ keyId: "none" })).toEqual([]);
    const { position = "" } = await get({ limit: 1 });
    expect(await keys({ limit: 1, position })).toEqual([other]);
  });

  it.each<[input: Partial<Input<"GetUsage">>, words: string]>([
    [{ usagePlanId: "none" }, missing("Invalid Usage Plan ID specified")],
    [{ startDate: "yesterday" }, bad("Invalid start date specified. Must be a date such as 2016-12-31")],
    [{ endDate: "2026-02-30" }, bad("Invalid end date specified. Must be a date such as 2016-12-31")],
    [{ endDate: "2026-01-01" }, bad("Invalid date range specified. The end date must not be before the start date")],
    [{ startDate: "2025-10-04" }, bad("Invalid date range specified. It can have at most 90 days")],
  ])("refuses %j", async (input, words) => {
    const { get } = await open();
    expect(await refusal(get(input))).toBe(words);
  });

  it("is stored before it is looked at", async () => {
    const { context, usagePlanId, keyId, used } = await open();
    const flushing = { ...context, flushUsage: () => Promise.resolve(used("2026-01-02", 3, 7)) };
    expect((await runPrepared(GetUsage, { usagePlanId, ...today }, flushing)).items).toEqual({ [keyId]: [[3, 7]] });
    const patched = { ...context, flushUsage: () => Promise.resolve(used("2026-01-02", 4, 6)) };
    const patchOperations = [{ op: "replace", path: "/remaining", value: "1" }];
    await runPrepared(UpdateUsage, { usagePlanId, keyId, patchOperations }, patched);
    expect(context.tx.get("usageGrant", usagePlanId, keyId)).toEqual({ since: "2026-01-01", requests: -5 });
  });

  it("can be left more or less, for this period", async () => {
    const { context, usagePlanId, keyId, used, get, update } = await open();
    used("2026-01-01", 4, 6);
    used("2026-01-02", 1, 5);
    const remaining = async (value: string) => (await update([{ op: "replace", path: "/remaining", value }])).items;
    expect(await remaining("70")).toEqual({ [keyId]: [[1, 70]] });
    expect(await remaining("0")).toEqual({ [keyId]: [[1, 0]] });
    expect(context.tx.get("usageGrant", usagePlanId, keyId)).toEqual({ since: "2026-01-01", requests: -5 });
    expect((await get()).items).toEqual({ [keyId]: [[1, 0]] });
    // The next month has its whole quota.
    context.tx.put("usageGrant", usagePlanId, keyId, { since: "2025-12-01", requests: -5 });
    expect((await get()).items).toEqual({ [keyId]: [[1, 5]] });
  });

  it("refuses where there is nothing to be left of", async () => {
    const { keyId, usagePlanId, context, update } = await open({});
    const patchOperations = [{ op: "replace", path: "/remaining", value: "1" }];
    expect(await refusal(update(patchOperations))).toBe(bad(`Usage Plan ${usagePlanId} does not have a quota`));
    const of = (place: object) => runPrepared(UpdateUsage, { usagePlanId, keyId, ...place, patchOperations }, context);
    expect(await refusal(of({ keyId: "none" }))).toBe(missing("Invalid API Key identifier specified"));
    expect(await refusal(of({ usagePlanId: "none" }))).toBe(missing("Invalid Usage Plan ID specified"));
    expect((await update([])).items).toEqual({ [keyId]: [[0, -1]] });
  });

  it("is forgotten when the key leaves the plan", async () => {
    const { context, usagePlanId, keyId, used, update } = await open();
    used("2026-01-01", 4, 6);
    await update([{ op: "replace", path: "/remaining", value: "1" }]);
    usagePlanOperations.UpdateUsagePlan(
      { usagePlanId, patchOperations: [{ op: "remove", path: "/apiStages", value: "api1:test" }] },
      context,
    );
    usagePlanOperations.DeleteUsagePlan({ usagePlanId }, context);
    expect(context.tx.list("usage", usageParent(usagePlanId, keyId))).toEqual([]);
    expect(context.tx.list("usageGrant", usagePlanId)).toEqual([]);
  });
});

const patched = await open();
const before = everything(patched.tx);

describePatchMatrix("Usage", {
  rules: usageRules.table.rules as never,
  rows: [
    {
      rule: "/remaining",
      value: "3",
      ops: { replace: { items: { [patched.keyId]: [[0, 3]] } } },
    },
  ],
  open: () => {
    const { context, usagePlanId, keyId, tx } = patched;
    tx.delete("usageGrant", usagePlanId, keyId);
    expect(everything(tx)).toEqual(before);
    return {
      tx,
      update: (patchOperations) => UpdateUsage.run({ usagePlanId, keyId, patchOperations }, context, undefined),
    };
  },
  wrongOp: (op, path) => refuse(op, path),
  wrongPath: (op, path) => refuse(op, path),
  unlisted: ["/extension", "/used"],
});

function refuse(op: string, path: string): string {
  const listed: Readonly<Record<string, string>> = { add: "[]", replace: "[/remaining]", remove: "[]" };
  const advice = listed[op] === undefined ? "Please choose supported operations" : `Must be one of: ${listed[op]}`;
  return bad(`Invalid patch path  '${path}' specified for op '${op}'. ${advice}`);
}

it("refuses what is no number", async () => {
  const { update } = await open();
  for (const value of ["-1", "x", "", "1.5", "4294967296"]) {
    expect(await refusal(update([{ op: "replace", path: "/remaining", value }]))).toBe(
      bad("Usage remaining must be a non-negative numeric"),
    );
  }
});
