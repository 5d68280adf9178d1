/** What a UsagePlan may hold, in the service's words (facts/control.md 13). */
import { badRequest, notFound } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type {
  ApiStageDocument,
  PlanThrottleDocument,
  QuotaDocument,
  QuotaPeriod,
  UsagePlanDocument,
} from "../../model/documents.ts";
import { unescapeSegment } from "../../model/json-pointer.ts";
import { methodSettingVerbs } from "../../model/method-settings.ts";
import { largestOffset, quotaPeriods } from "../../model/quota.ts";
import { compact, entryOf, setEntry } from "../../model/record.ts";
import type { Transaction } from "../../store/store.ts";
import { toText } from "../patch/coerce.ts";
import { stageText } from "./usage-plan-members.ts";

const nameText = `Usage Plan name must have between 1 and ${limits.nameLength} characters`;

export function checkedPlanName(name: string | undefined): string {
  if (name === undefined || name === "") throw badRequest(nameText);
  return toText(name, limits.nameLength, nameText);
}

const productCodeText = `Usage Plan product code can be at most ${limits.nameLength} characters`;

export const checkedProductCode = (code: string | undefined): string | undefined =>
  code === undefined || code === "" ? undefined : toText(code, limits.nameLength, productCodeText);

export const rateLimitText = "Usage Plan throttle rate limit must be a non-negative numeric";
export const burstLimitText = "Usage Plan throttle burst limit must be a non-negative numeric";
export const quotaLimitText = "Usage Plan quota limit must be a non-negative numeric";
const periodText = `Invalid Usage Plan quota period specified. Must be one of [${quotaPeriods.join(", ")}]`;

/** Limits and bursts are 32-bit integers in the service's model. */
export const largestInteger = 2 ** 31 - 1;

const isCount = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= largestInteger;

interface SentThrottle {
  readonly rateLimit?: number | undefined;
  readonly burstLimit?: number | undefined;
}

/** Undefined when nothing is limited. */
export function checkedThrottle(sent: SentThrottle | undefined): PlanThrottleDocument | undefined {
  if (sent === undefined) return undefined;
  const { rateLimit, burstLimit } = sent;
  if (rateLimit !== undefined && !(Number.isFinite(rateLimit) && rateLimit >= 0)) throw badRequest(rateLimitText);
  if (burstLimit !== undefined && !isCount(burstLimit)) throw badRequest(burstLimitText);
  return rateLimit === undefined && burstLimit === undefined ? undefined : compact({ rateLimit, burstLimit });
}

/** A quota as it comes: whole or, in the middle of a patch, in parts. */
export interface SentQuota {
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
  readonly period?: string | undefined;
}

const isPeriod = (text: string | undefined): text is QuotaPeriod => quotaPeriods.some((period) => period === text);

/** A limit and a period are needed; a period begins with its first day unless an offset says otherwise. */
export function checkedQuota(sent: SentQuota | undefined): QuotaDocument | undefined {
  if (sent === undefined) return undefined;
  const { limit, offset = 0, period } = sent;
  if (limit === undefined || !isCount(limit)) throw badRequest(quotaLimitText);
  if (!isPeriod(period)) throw badRequest(periodText);
  const largest = largestOffset[period];
  if (!(Number.isInteger(offset) && offset >= 0 && offset <= largest)) {
    throw badRequest(`Usage Plan quota offset must be between 0 and ${largest} inclusive in the ${period} period`);
  }
  return { limit, offset, period };
}

/**
 * The key of a method's limits as it is stored, `/pets/GET`: sent so, or with the path escaped as a patch has it. The
 * root's is `//GET`. Throws for anything else.
 */
export function checkedMethodKey(sent: string): string {
  const key = unescapeSegment(sent);
  const at = key.lastIndexOf("/");
  const path = at < 0 ? key : key.slice(0, at);
  const verb = at < 0 ? "" : key.slice(at + 1);
  const isVerb = methodSettingVerbs.has(verb) || verb === "ANY";
  if (!path.startsWith("/") || !isVerb || key.length > limits.methodSettingKeyLength || !key.isWellFormed()) {
    throw badRequest(
      `Invalid method {resourcePath: ${path.slice(0, limits.echoedValue)},method: ${verb.slice(0, limits.echoedValue)}} specified`,
    );
  }
  return key;
}

type SentThrottles = Readonly<Record<string, SentThrottle | null>>;

/** Limits of methods; undefined when there are none. */
export function checkedMethodThrottles(sent: SentThrottles | undefined): ApiStageDocument["throttle"] {
  const throttles: Record<string, PlanThrottleDocument> = {};
  const entries = Object.entries(sent ?? {});
  if (entries.length > limits.mapEntries) {
    throw badRequest(`An API Stage of a Usage Plan can have limits for at most ${limits.mapEntries} methods`);
  }
  for (const [key, value] of entries) {
    const checked = checkedThrottle(value ?? undefined);
    if (checked !== undefined) setEntry(throttles, checkedMethodKey(key), checked);
  }
  return entries.length === 0 ? undefined : throttles;
}

/** A Stage that there is, as a plan holds it. */
export function checkedApiStage(tx: Transaction, apiId: string, stage: string): ApiStageDocument {
  if (tx.get("stage", apiId, stage) === undefined) {
    throw notFound(`API Stage not found: ${stageText({ apiId, stage }).slice(0, limits.echoedValue)}`);
  }
  return { apiId, stage };
}

/** Throws when a Stage stands in the plan twice, or the plan is too large. */
export function checkPlan(plan: UsagePlanDocument): UsagePlanDocument {
  const seen: Record<string, boolean> = {};
  for (const apiStage of plan.apiStages) {
    const text = stageText(apiStage);
    if (entryOf(seen, text) === true) throw badRequest(`API Stage ${text} can be specified only once`);
    setEntry(seen, text, true);
  }
  if (JSON.stringify(plan).length > limits.usagePlan) {
    throw badRequest(`A Usage Plan can have at most ${limits.usagePlan} characters of JSON`);
  }
  return plan;
}
