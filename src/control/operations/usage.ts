/** Operations of Usage: what ApiKeys used of a UsagePlan, day by day, and what is left (facts/control.md 13). */
import { badRequest } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { UsageGrantDocument, UsagePlanDocument } from "../../model/documents.ts";
import { dayNamed, dayOf, dayText, type Days, periodAt } from "../../model/quota.ts";
import { setEntry } from "../../model/record.ts";
import type { Output } from "../../model/service.ts";
import { remainingAt, usageParent, usedIn } from "../../model/usage.ts";
import { type Handlers, type OperationContext, prepared } from "../operation.ts";
import { paginate } from "../paginate.ts";
import { applyPatch } from "../patch/apply.ts";
import { usageRules } from "../patch/rules/usage.ts";
import { findUsagePlan, findUsagePlanKey } from "./find.ts";

/** In the place of what is left where there is no quota. */
const unlimited = -1;

const dateText = (name: string): string => `Invalid ${name} specified. Must be a date such as 2016-12-31`;

/** From one date to another, both included; days that have not come are not shown. */
function daysBetween(startDate: string, endDate: string, now: number): Days {
  const first = dayNamed(startDate);
  const last = dayNamed(endDate);
  if (first === undefined) throw badRequest(dateText("start date"));
  if (last === undefined) throw badRequest(dateText("end date"));
  if (last < first) throw badRequest("Invalid date range specified. The end date must not be before the start date");
  if (last - first >= limits.usageDays) {
    throw badRequest(`Invalid date range specified. It can have at most ${limits.usageDays} days`);
  }
  return { first, end: Math.min(last, dayOf(now)) + 1 };
}

/** `[used, remaining]` of each day. */
function usageOf(
  { tx, now }: OperationContext,
  { id, quota }: UsagePlanDocument,
  apiKeyId: string,
  { first, end }: Days,
): readonly (readonly number[])[] {
  const usage = tx.list("usage", usageParent(id, apiKeyId));
  const grant = tx.get("usageGrant", id, apiKeyId);
  const byDay = new Map(usage.map((document) => [document.day, document]));
  const today = dayOf(now);
  const rows: (readonly number[])[] = [];
  for (let day = first; day < end; day++) {
    const stored = byDay.get(dayText(day));
    // A past day keeps what was left then, also when the quota was another one.
    const remaining = day < today ? stored?.remaining : undefined;
    const left = quota === undefined ? unlimited : remainingAt(quota, usage.filter(upTo(day)), grant, day);
    rows.push([stored?.used ?? 0, remaining ?? left]);
  }
  return rows;
}

const upTo = (day: number) => {
  const last = dayText(day);
  // Dates in this form sort as texts.
  return (usage: { readonly day: string }): boolean => usage.day <= last;
};

type UsageValues = Record<string, readonly (readonly number[])[]>;

const GetUsage = prepared<"GetUsage", void>({
  prepare: (_input, { flushUsage }) => flushUsage(),
  run: (input, context) => {
    const plan = findUsagePlan(context, input.usagePlanId);
    const { startDate, endDate, keyId } = input;
    const days = daysBetween(startDate, endDate, context.now);
    const keys = context.tx.list("usagePlanKey", plan.id).filter(({ id }) => !keyId || id === keyId);
    const { items, position } = paginate(keys, input, ({ id }) => id);
    const values: UsageValues = {};
    for (const { id } of items) setEntry(values, id, usageOf(context, plan, id, days));
    return { usagePlanId: plan.id, startDate, endDate, items: values, position };
  },
});

/** What is given beyond the quota, or taken, so that so much is left in the period of today. */
function grantFor(
  { tx, now }: OperationContext,
  { id, quota }: UsagePlanDocument,
  apiKeyId: string,
  remaining: number,
): UsageGrantDocument {
  if (quota === undefined) throw badRequest(`Usage Plan ${id} does not have a quota`);
  const period = periodAt(quota, dayOf(now));
  const used = usedIn(period, tx.list("usage", usageParent(id, apiKeyId)));
  return { since: dayText(period.first), requests: remaining + used - quota.limit };
}

const UpdateUsage = prepared<"UpdateUsage", void>({
  prepare: (_input, { flushUsage }) => flushUsage(),
  run: (input, context): Output<"UpdateUsage"> => {
    const { tx, now } = context;
    const plan = findUsagePlan(context, input.usagePlanId);
    const { id } = findUsagePlanKey(context, plan.id, input.keyId);
    const { remaining } = applyPatch({}, input.patchOperations ?? [], usageRules, undefined);
    if (remaining !== undefined) tx.put("usageGrant", plan.id, id, grantFor(context, plan, id, remaining));
    const day = dayOf(now);
    const today = dayText(day);
    const items: UsageValues = {};
    setEntry(items, id, usageOf(context, plan, id, { first: day, end: day + 1 }));
    return { usagePlanId: plan.id, startDate: today, endDate: today, items };
  },
});

export const usageOperations = { GetUsage, UpdateUsage } satisfies Partial<Handlers>;
