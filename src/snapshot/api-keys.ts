/**
 * The ApiKeys that a gateway knows, with the UsagePlans that they belong to: the part of its table that requests with keys
 * are looked up in. Fed by messages of plain documents, as the stages are.
 */
import type { KeyObject } from "node:crypto";
import { noSlot } from "../gateway/slab.ts";
import { hashApiKey } from "../model/api-key-hash.ts";
import type { PlanThrottleDocument, QuotaDocument, UsagePlanDocument } from "../model/documents.ts";
import type { BoundMethod, ThrottleProgram } from "./program.ts";
import { type AccountLimits, accountThrottle } from "./throttle.ts";

/** Slots of one ApiKey in one UsagePlan. */
export interface PlanKeySlots {
  /** Where its use is counted. */
  readonly usage: number;
  /** Token buckets: of the key in the whole plan under an empty name, of its methods under `planMethodName`. */
  readonly buckets: ReadonlyMap<string, number>;
}

export type ApiKeyMessage =
  | { readonly kind: "putApiKey"; readonly apiKeyId: string; readonly valueHash: string; readonly enabled: boolean }
  | { readonly kind: "deleteApiKey"; readonly apiKeyId: string }
  | { readonly kind: "putUsagePlan"; readonly plan: UsagePlanDocument }
  | { readonly kind: "deleteUsagePlan"; readonly usagePlanId: string }
  | {
      readonly kind: "putUsagePlanKey";
      readonly usagePlanId: string;
      readonly apiKeyId: string;
      readonly slots: PlanKeySlots;
    }
  | { readonly kind: "deleteUsagePlanKey"; readonly usagePlanId: string; readonly apiKeyId: string };

/** What the bucket of a plan's method is called, `key` being `{resource path}/{verb}`. */
export const planMethodName = (apiId: string, stageName: string, key: string): string => `${apiId}/${stageName}${key}`;

/** In the place of a method: the whole plan's bucket. */
export const wholePlan = "";

/** An ApiKey as one Stage has it: the plan that it is there by. */
export interface ApiKeyProgram {
  readonly apiKeyId: string;
  readonly usagePlanId: string;
  /** Where its use is counted. */
  readonly usageSlot: number;
  readonly quota: QuotaDocument | undefined;
  /** All limits of its requests of a method, in the order in which they refuse (facts/runtime.md 2.2). */
  limitsOf(method: BoundMethod): readonly ThrottleProgram[];
}

/** What the pipeline sees. */
export interface ApiKeys {
  /** By the value that a client sent; undefined when no enabled key of it belongs to a plan of this Stage. */
  find(value: string, apiId: string, stageName: string): ApiKeyProgram | undefined;
}

/** One Stage of a plan: the limits of its methods by key, and those of the whole plan under `wholePlan`. */
interface StageOfPlan {
  readonly apiId: string;
  readonly stageName: string;
  readonly throttles: ReadonlyMap<string, PlanThrottleDocument>;
  readonly quota: QuotaDocument | undefined;
}

class StageKey implements ApiKeyProgram {
  readonly apiKeyId: string;
  readonly usagePlanId: string;
  readonly usageSlot: number;
  readonly quota: QuotaDocument | undefined;
  readonly #stage: StageOfPlan;
  readonly #slots: PlanKeySlots;
  readonly #account: AccountLimits;
  /** A method that is bound anew is another one, so this follows the stage by itself. */
  readonly #limits = new WeakMap<BoundMethod, readonly ThrottleProgram[]>();

  constructor(apiKeyId: string, usagePlanId: string, slots: PlanKeySlots, stage: StageOfPlan, account: AccountLimits) {
    this.apiKeyId = apiKeyId;
    this.usagePlanId = usagePlanId;
    this.usageSlot = slots.usage;
    this.quota = stage.quota;
    this.#stage = stage;
    this.#slots = slots;
    this.#account = account;
  }

  limitsOf(method: BoundMethod): readonly ThrottleProgram[] {
    const known = this.#limits.get(method);
    if (known !== undefined) return known;
    const { path } = method.resource;
    // A method's own verb comes before ANY, as it does in routing.
    const own = [`${path}/${method.verb}`, `${path}/ANY`].find((key) => this.#stage.throttles.has(key));
    const ofKey = [own, wholePlan].flatMap((key) => (key === undefined ? [] : this.#limit(key)));
    const all = [...ofKey, method.throttle, accountThrottle(this.#account)];
    const limits = all.filter(({ slot }) => slot !== noSlot);
    this.#limits.set(method, limits);
    return limits;
  }

  #limit(key: string): readonly ThrottleProgram[] {
    const { apiId, stageName, throttles } = this.#stage;
    const throttle = throttles.get(key);
    const slot = this.#slots.buckets.get(key === wholePlan ? wholePlan : planMethodName(apiId, stageName, key));
    if (throttle === undefined || slot === undefined) return [];
    const { accountRateLimit, accountBurstLimit } = this.#account;
    const { rateLimit = accountRateLimit, burstLimit = accountBurstLimit } = throttle;
    return [{ slot, rate: rateLimit, burst: burstLimit, owner: "plan", ofMethod: key !== wholePlan }];
  }
}

interface PlanRow {
  readonly id: string;
  /** By `{apiId}/{stageName}`. */
  readonly stages: ReadonlyMap<string, StageOfPlan>;
}

function planRow({ id, apiStages, throttle, quota }: UsagePlanDocument): PlanRow {
  const ofPlan = throttle === undefined ? [] : [[wholePlan, throttle] as const];
  const stages = apiStages.map(({ apiId, stage, throttle: ofMethods }): readonly [string, StageOfPlan] => [
    `${apiId}/${stage}`,
    { apiId, stageName: stage, throttles: new Map([...Object.entries(ofMethods ?? {}), ...ofPlan]), quota },
  ]);
  return { id, stages: new Map(stages) };
}

/** That a key belongs to a plan, with what was compiled of it for the plan's Stages, and for which plan. */
interface MemberRow {
  readonly slots: PlanKeySlots;
  plan: PlanRow | undefined;
  readonly programs: Map<string, ApiKeyProgram>;
}

interface KeyRow {
  readonly apiKeyId: string;
  readonly valueHash: string;
  readonly enabled: boolean;
}

export class ApiKeyTable implements ApiKeys {
  readonly #secret: KeyObject;
  readonly #account: AccountLimits;
  readonly #keys = new Map<string, KeyRow>();
  readonly #byHash = new Map<string, KeyRow>();
  readonly #plans = new Map<string, PlanRow>();
  /** By key, then by plan. */
  readonly #members = new Map<string, Map<string, MemberRow>>();

  /** `secret`: of `apiKeySecretOf`. */
  constructor(secret: KeyObject, account: AccountLimits) {
    this.#secret = secret;
    this.#account = account;
  }

  find(value: string, apiId: string, stageName: string): ApiKeyProgram | undefined {
    const key = this.#byHash.get(hashApiKey(value, this.#secret));
    if (key === undefined || !key.enabled) return undefined;
    const stageKey = `${apiId}/${stageName}`;
    for (const [usagePlanId, member] of this.#members.get(key.apiKeyId) ?? []) {
      const program = this.#programOf(key.apiKeyId, member, this.#plans.get(usagePlanId), stageKey);
      if (program !== undefined) return program;
    }
    return undefined;
  }

  /** Takes a change in: the next request sees it. */
  apply(message: ApiKeyMessage): void {
    switch (message.kind) {
      case "putApiKey":
        this.#dropKey(message.apiKeyId);
        this.#keys.set(message.apiKeyId, message);
        this.#byHash.set(message.valueHash, message);
        break;
      case "deleteApiKey":
        this.#dropKey(message.apiKeyId);
        break;
      case "putUsagePlan":
        this.#plans.set(message.plan.id, planRow(message.plan));
        break;
      case "deleteUsagePlan":
        this.#plans.delete(message.usagePlanId);
        break;
      case "putUsagePlanKey": {
        const members = this.#members.get(message.apiKeyId) ?? new Map<string, MemberRow>();
        members.set(message.usagePlanId, { slots: message.slots, plan: undefined, programs: new Map() });
        this.#members.set(message.apiKeyId, members);
        break;
      }
      case "deleteUsagePlanKey": {
        const members = this.#members.get(message.apiKeyId);
        members?.delete(message.usagePlanId);
        if (members?.size === 0) this.#members.delete(message.apiKeyId);
        break;
      }
    }
  }

  #dropKey(apiKeyId: string): void {
    const valueHash = this.#keys.get(apiKeyId)?.valueHash ?? "";
    if (this.#byHash.get(valueHash)?.apiKeyId === apiKeyId) this.#byHash.delete(valueHash);
    this.#keys.delete(apiKeyId);
  }

  /** Compiled when a request first asks for it, and again once the plan is another one. */
  #programOf(
    apiKeyId: string,
    member: MemberRow,
    plan: PlanRow | undefined,
    stageKey: string,
  ): ApiKeyProgram | undefined {
    if (member.plan !== plan) {
      member.plan = plan;
      member.programs.clear();
    }
    const known = member.programs.get(stageKey);
    if (known !== undefined) return known;
    const stage = plan?.stages.get(stageKey);
    if (plan === undefined || stage === undefined) return undefined;
    const program = new StageKey(apiKeyId, plan.id, member.slots, stage, this.#account);
    member.programs.set(stageKey, program);
    return program;
  }
}

/** Of a gateway that knows no keys. */
export const noApiKeys: ApiKeys = { find: () => undefined };
