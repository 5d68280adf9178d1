/** What ApiKeys used of their UsagePlans: where it is stored, and what is left. */
import type { QuotaDocument, UsageDocument, UsageGrantDocument } from "./documents.ts";
import { dayNamed, type Days, periodAt } from "./quota.ts";

/** The parent of `usage` documents. */
export const usageParent = (usagePlanId: string, apiKeyId: string): string => `${usagePlanId}/${apiKeyId}`;

/** Requests that counted on the days of a period. */
export const usedIn = ({ first, end }: Days, usage: readonly UsageDocument[]): number =>
  usage.reduce((sum, { day, used }) => {
    const number = dayNamed(day) ?? Number.NaN;
    return number >= first && number < end ? sum + used : sum;
  }, 0);

/** Requests beyond the quota in the period of a day; below 0 where some were taken. */
export function grantedAt(quota: QuotaDocument, grant: UsageGrantDocument | undefined, day: number): number {
  const since = grant === undefined ? undefined : dayNamed(grant.since);
  return since === periodAt(quota, day).first ? (grant?.requests ?? 0) : 0;
}

/** What is left of a quota on a day, by what is stored. */
export function remainingAt(
  quota: QuotaDocument,
  usage: readonly UsageDocument[],
  grant: UsageGrantDocument | undefined,
  day: number,
): number {
  return Math.max(0, quota.limit + grantedAt(quota, grant, day) - usedIn(periodAt(quota, day), usage));
}
