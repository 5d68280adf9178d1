/** What a PATCH of a UsagePlan may do (facts/control.md 13). */
import { badRequest, notFound } from "../../../errors.ts";
import { limits } from "../../../limits.ts";
import type { ApiStageDocument, PlanThrottleDocument, UsagePlanDocument } from "../../../model/documents.ts";
import { isObject } from "../../../model/json.ts";
import { entryOf, isEmptyMap, withEntry, withoutEntry } from "../../../model/record.ts";
import type { OperationContext } from "../../operation.ts";
import { checkedDescription } from "../../operations/bounds.ts";
import {
  burstLimitText,
  checkedApiStage,
  checkedMethodKey,
  checkedMethodThrottles,
  checkedPlanName,
  checkedProductCode,
  largestInteger,
  quotaLimitText,
  rateLimitText,
  type SentQuota,
} from "../../operations/usage-plan-checks.ts";
import { stageText } from "../../operations/usage-plan-members.ts";
import { compileTable, type Effect, type Step } from "../apply.ts";
import { toDouble, toInteger } from "../coerce.ts";
import { familyAByOp } from "../families.ts";
import { clearable, setMember, withMember } from "./members.ts";

/** A plan in the middle of a patch: its quota may have a limit before it has a period. */
export type PatchedUsagePlan = Omit<UsagePlanDocument, "quota"> & { readonly quota?: SentQuota };

type PlanEffect = Effect<PatchedUsagePlan, OperationContext>;
type PlanStep = Step<OperationContext>;

const notStage = (text: string) => notFound(`API Stage not found: ${text.slice(0, limits.echoedValue)}`);
const invalidStage = () => badRequest("Invalid API Stage specified");

/** `{apiId}:{stageName}`; of more parts the first two count, as in the service. */
function stageNamed(text: string): { readonly apiId: string; readonly stage: string } {
  const [apiId, stage] = text.split(":");
  if (apiId === undefined || stage === undefined) throw invalidStage();
  return { apiId, stage };
}

const addStage: PlanEffect = (plan, { value = "", context }) => {
  const { apiId, stage } = stageNamed(value);
  const added = checkedApiStage(context.tx, apiId, stage);
  return { ...plan, apiStages: [...plan.apiStages, added] };
};

const removeStage: PlanEffect = (plan, { value = "" }) => {
  const text = stageText(stageNamed(value));
  const apiStages = plan.apiStages.filter((apiStage) => stageText(apiStage) !== text);
  if (apiStages.length === plan.apiStages.length) throw notStage(text);
  return { ...plan, apiStages };
};

/** Changes the Stage of the plan that the path names. */
const inStage =
  (change: (apiStage: ApiStageDocument, step: PlanStep) => ApiStageDocument): PlanEffect =>
  (plan, step) => {
    const text = stageText(stageNamed(step.captures["apiStage"] ?? ""));
    const at = plan.apiStages.findIndex((apiStage) => stageText(apiStage) === text);
    const present = plan.apiStages[at];
    if (present === undefined) throw notStage(text);
    return { ...plan, apiStages: plan.apiStages.with(at, change(present, step)) };
  };

const withThrottle = (apiStage: ApiStageDocument, throttle: ApiStageDocument["throttle"]): ApiStageDocument =>
  withMember(apiStage, "throttle", isEmptyMap(throttle) ? undefined : throttle);

const invalidThrottle = () => badRequest("Invalid throttle map specified");

/** A JSON map of limits by method. */
function throttlesOf(value: string | undefined): ApiStageDocument["throttle"] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(value ?? "");
  } catch {
    throw invalidThrottle();
  }
  if (!isObject(parsed)) throw invalidThrottle();
  for (const limitsOfMethod of Object.values(parsed)) {
    if (!isObject(limitsOfMethod)) throw invalidThrottle();
    const { rateLimit = 0, burstLimit = 0 } = limitsOfMethod;
    if (typeof rateLimit !== "number") throw badRequest(rateLimitText);
    if (typeof burstLimit !== "number") throw badRequest(burstLimitText);
  }
  return checkedMethodThrottles(parsed as never);
}

const putThrottles = inStage((apiStage, { value }) => withThrottle(apiStage, throttlesOf(value)));
const removeThrottles = inStage((apiStage) => withThrottle(apiStage, undefined));

const methodKey = ({ captures }: PlanStep): string => checkedMethodKey(captures["method"] ?? "");

const removeMethod = inStage((apiStage, step) => {
  const key = methodKey(step);
  if (entryOf(apiStage.throttle, key) === undefined) throw notFound(`Invalid method specified: ${key}`);
  return withThrottle(apiStage, withoutEntry(apiStage.throttle, key));
});

/** Members of a throttle, each with how its value is read. */
const throttleMembers = {
  rateLimit: (step: PlanStep) => toDouble(step.value, 0, Number.MAX_VALUE, rateLimitText),
  burstLimit: (step: PlanStep) => toInteger(step.value, 0, largestInteger, burstLimitText),
} satisfies Record<keyof PlanThrottleDocument, (step: PlanStep) => number>;

type ThrottleMember = keyof typeof throttleMembers;

const methodLimit = (member: ThrottleMember): PlanEffect =>
  inStage((apiStage, step) => {
    const key = methodKey(step);
    const present = entryOf(apiStage.throttle, key);
    if (present === undefined && Object.keys(apiStage.throttle ?? {}).length >= limits.mapEntries) {
      throw badRequest(`An API Stage of a Usage Plan can have limits for at most ${limits.mapEntries} methods`);
    }
    const changed = { ...present, [member]: throttleMembers[member](step) };
    return withThrottle(apiStage, withEntry(apiStage.throttle, key, changed));
  });

const planLimit = (member: ThrottleMember): PlanEffect =>
  setMember("throttle", (step, { throttle }) => ({ ...throttle, [member]: throttleMembers[member](step) }));

/** Whether the parts make a whole is looked at when all operations have been applied. */
const quotaPart = (read: (step: PlanStep) => SentQuota): PlanEffect =>
  setMember("quota", (step, { quota }) => ({ ...quota, ...read(step) }));

const offsetText = "Usage Plan quota offset must be a non-negative numeric";
const quotaLimit = quotaPart(({ value }) => ({ limit: toInteger(value, 0, largestInteger, quotaLimitText) }));
const quotaOffset = quotaPart(({ value }) => ({ offset: toInteger(value, 0, largestInteger, offsetText) }));
const quotaPeriod = quotaPart(({ value }) => ({ period: value }));

const productCode: PlanEffect = setMember("productCode", ({ value }) => checkedProductCode(value));

const both = (effect: PlanEffect) => ({ add: effect, replace: effect });

/** As the service spells it. */
const shownStage = "/apiStages/<apidId:stageName>/throttle";
const shownMethod = `${shownStage}/<resourcePath>/<httpMethod>`;
const shownLimits = ["/throttle/rateLimit", "/throttle/burstLimit", "/quota/limit", "/quota/offset", "/quota/period"];
const shownInStages = [`${shownMethod}/rateLimit`, `${shownMethod}/burstLimit`, shownStage];

export const usagePlanRules = compileTable<PatchedUsagePlan, OperationContext>({
  rules: [
    { path: "/name", replace: setMember("name", ({ value }) => checkedPlanName(value)) },
    { path: "/description", replace: setMember("description", (step) => checkedDescription(clearable(step))) },
    { path: "/productCode", ...both(productCode), remove: setMember("productCode", () => undefined) },
    { path: "/apiStages", add: addStage, remove: removeStage },
    { path: "/apiStages/{apiStage}/throttle", ...both(putThrottles), remove: removeThrottles },
    { path: "/apiStages/{apiStage}/throttle/{method+}", remove: removeMethod },
    { path: "/apiStages/{apiStage}/throttle/{method+}/rateLimit", ...both(methodLimit("rateLimit")) },
    { path: "/apiStages/{apiStage}/throttle/{method+}/burstLimit", ...both(methodLimit("burstLimit")) },
    { path: "/throttle", remove: setMember("throttle", () => undefined) },
    { path: "/throttle/rateLimit", ...both(planLimit("rateLimit")) },
    { path: "/throttle/burstLimit", ...both(planLimit("burstLimit")) },
    { path: "/quota", remove: setMember("quota", () => undefined) },
    { path: "/quota/limit", ...both(quotaLimit) },
    { path: "/quota/offset", ...both(quotaOffset) },
    { path: "/quota/period", ...both(quotaPeriod) },
  ],
  refuse: familyAByOp({
    add: ["/apiStages", ...shownLimits, "/productCode", ...shownInStages],
    replace: ["/name", "/description", ...shownLimits, "/productCode", ...shownInStages],
    remove: ["/apiStages", "/quota", "/throttle", "/productCode", shownMethod, shownStage],
  }),
});
