/** From the store to the tables: ApiKeys, UsagePlans and who belongs to which, with the slots that they are served by. */
import { boundedLog } from "../bounded-log.ts";
import type { BucketSlots } from "../gateway/buckets/buckets.ts";
import type { GatewayLog } from "../gateway/invocation.ts";
import { noSlot } from "../gateway/slab.ts";
import type { DayUsage, UsageSlots } from "../gateway/usage/slots.ts";
import type { ApiKeyDocument, PlanThrottleDocument, UsagePlanDocument } from "../model/documents.ts";
import { dayNamed, dayOf } from "../model/quota.ts";
import { grantedAt, usageParent } from "../model/usage.ts";
import type { Change, Store } from "../store/store.ts";
import { type ApiKeyMessage, planMethodName, type PlanKeySlots, wholePlan } from "./api-keys.ts";

export interface ApiKeyPublisherOptions {
  readonly slots: BucketSlots;
  readonly usage: UsageSlots;
  readonly log: GatewayLog;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** An ApiKey in a plan that is served. */
export interface PlanKey {
  readonly usagePlanId: string;
  readonly apiKeyId: string;
  /** Of the usage slab. */
  readonly slot: number;
}

interface PublishedPlan {
  plan: UsagePlanDocument;
  /** By key. */
  readonly members: Map<string, PlanKeySlots>;
}

/** The limits of a key in a plan by what their buckets are called: `wholePlan`, and its methods. */
function planLimits({ throttle, apiStages }: UsagePlanDocument): ReadonlyMap<string, PlanThrottleDocument> {
  const limits = new Map<string, PlanThrottleDocument>();
  if (throttle !== undefined) limits.set(wholePlan, throttle);
  for (const { apiId, stage, throttle: methods } of apiStages) {
    for (const [key, limit] of Object.entries(methods ?? {})) limits.set(planMethodName(apiId, stage, key), limit);
  }
  return limits;
}

const bucketNames = (plan: UsagePlanDocument): readonly string[] => [...planLimits(plan).keys()];

/** The buckets that two states of a plan both have, with other limits. */
function changedLimits(before: UsagePlanDocument, after: UsagePlanDocument): readonly string[] {
  const limits = planLimits(after);
  return [...planLimits(before)].flatMap(([name, { rateLimit, burstLimit }]) => {
    const limit = limits.get(name);
    const same = limit === undefined || (limit.rateLimit === rateLimit && limit.burstLimit === burstLimit);
    return same ? [] : [name];
  });
}

const sameNames = (one: readonly string[], other: ReadonlyMap<string, number>): boolean =>
  one.length === other.size && one.every((name) => other.has(name));

export class ApiKeyPublisher {
  readonly #store: Store;
  readonly #options: ApiKeyPublisherOptions;
  /** Thousands of keys may be without a bucket at once. */
  readonly #log: GatewayLog;
  readonly #send: (message: ApiKeyMessage) => void;
  readonly #keys = new Map<string, ApiKeyDocument>();
  readonly #plans = new Map<string, PublishedPlan>();

  constructor(store: Store, options: ApiKeyPublisherOptions, send: (message: ApiKeyMessage) => void) {
    this.#store = store;
    this.#options = options;
    this.#log = boundedLog(options.log, options.now);
    this.#send = send;
    const { present } = store;
    for (const [, , key] of present.all("apiKey")) this.#putKey(key);
    for (const [, , plan] of present.all("usagePlan")) this.#putPlan(plan);
    for (const [usagePlanId, apiKeyId] of present.all("usagePlanKey")) this.#putMember(usagePlanId, apiKeyId);
  }

  /** All that there is now. */
  *messages(): Iterable<ApiKeyMessage> {
    for (const key of this.#keys.values()) yield keyMessage(key);
    for (const [usagePlanId, { plan, members }] of this.#plans) {
      yield { kind: "putUsagePlan", plan };
      for (const [apiKeyId, slots] of members) yield { kind: "putUsagePlanKey", usagePlanId, apiKeyId, slots };
    }
  }

  /** Those whose use is counted. */
  *planKeys(): Iterable<PlanKey> {
    for (const [usagePlanId, { members }] of this.#plans) {
      for (const [apiKeyId, { usage }] of members) if (usage !== noSlot) yield { usagePlanId, apiKeyId, slot: usage };
    }
  }

  /** Where the use of a key is counted; undefined when it is not in the plan. */
  slotOf(usagePlanId: string, apiKeyId: string): number | undefined {
    return this.#plans.get(usagePlanId)?.members.get(apiKeyId)?.usage;
  }

  follow({ kind, parent, id, after }: Change): void {
    if (kind === "apiKey") {
      if (after === undefined) this.#deleteKey(id);
      else this.#putKey(after as ApiKeyDocument);
    } else if (kind === "usagePlan") {
      if (after === undefined) this.#deletePlan(id);
      else this.#putPlan(after as UsagePlanDocument);
    } else if (kind === "usagePlanKey") {
      if (after === undefined) this.#deleteMember(parent, id);
      else this.#putMember(parent, id);
    } else if (kind === "usageGrant") this.#configure(parent, id);
  }

  #putKey(key: ApiKeyDocument): void {
    this.#keys.set(key.id, key);
    this.#send(keyMessage(key));
  }

  #deleteKey(apiKeyId: string): void {
    this.#keys.delete(apiKeyId);
    this.#send({ kind: "deleteApiKey", apiKeyId });
  }

  #putPlan(plan: UsagePlanDocument): void {
    const published = this.#plans.get(plan.id) ?? { plan, members: new Map<string, PlanKeySlots>() };
    const changed = changedLimits(published.plan, plan);
    published.plan = plan;
    this.#plans.set(plan.id, published);
    const names = bucketNames(plan);
    const now = this.#options.now();
    for (const [apiKeyId, slots] of published.members) {
      for (const name of changed) this.#options.slots.settle(slots.buckets.get(name) ?? noSlot, now);
      this.#configure(plan.id, apiKeyId);
      // Limits come with the plan; only other buckets make other slots.
      if (!sameNames(names, slots.buckets)) this.#sendMember(published, apiKeyId, names, slots);
    }
    // Behind its keys' slots: a limit that is new never goes without a bucket.
    this.#send({ kind: "putUsagePlan", plan });
  }

  #deletePlan(usagePlanId: string): void {
    for (const apiKeyId of this.#plans.get(usagePlanId)?.members.keys() ?? [])
      this.#deleteMember(usagePlanId, apiKeyId);
    this.#plans.delete(usagePlanId);
    this.#send({ kind: "deleteUsagePlan", usagePlanId });
  }

  #putMember(usagePlanId: string, apiKeyId: string): void {
    const published = this.#plans.get(usagePlanId);
    if (published === undefined || published.members.has(apiKeyId)) return;
    this.#sendMember(published, apiKeyId, bucketNames(published.plan), undefined);
    this.#configure(usagePlanId, apiKeyId);
  }

  /** Gives a key slots for these buckets; those that were there before keep theirs, with the tokens in it. */
  #sendMember(
    { plan, members }: PublishedPlan,
    apiKeyId: string,
    names: readonly string[],
    before: PlanKeySlots | undefined,
  ): void {
    const buckets = new Map<string, number>();
    for (const name of names) {
      const slot = before?.buckets.get(name) ?? this.#options.slots.allocate(`plan/${plan.id}/${apiKeyId}/${name}`);
      if (slot === noSlot) this.#complain(plan.id, apiKeyId);
      else buckets.set(name, slot);
    }
    for (const [name, slot] of before?.buckets ?? []) if (!buckets.has(name)) this.#options.slots.free(slot);
    const slots = { usage: before?.usage ?? this.#options.usage.allocate(), buckets };
    members.set(apiKeyId, slots);
    this.#send({ kind: "putUsagePlanKey", usagePlanId: plan.id, apiKeyId, slots });
  }

  #complain(usagePlanId: string, apiKeyId: string): void {
    this.#log.error({ usagePlanId, apiKeyId }, "no token bucket is left: a limit of a usage plan does not hold");
  }

  #deleteMember(usagePlanId: string, apiKeyId: string): void {
    const members = this.#plans.get(usagePlanId)?.members;
    const slots = members?.get(apiKeyId);
    if (members === undefined || slots === undefined) return;
    members.delete(apiKeyId);
    this.#send({ kind: "deleteUsagePlanKey", usagePlanId, apiKeyId });
    for (const slot of slots.buckets.values()) this.#options.slots.free(slot);
    this.#options.usage.free(slots.usage);
  }

  /** Tells a key's slot the quota that holds now, and what is stored of its use. */
  #configure(usagePlanId: string, apiKeyId: string): void {
    const published = this.#plans.get(usagePlanId);
    const slot = this.slotOf(usagePlanId, apiKeyId);
    if (published === undefined || slot === undefined || slot === noSlot) return;
    const { present } = this.#store;
    const { quota } = published.plan;
    const day = dayOf(this.#options.now());
    const grant = present.get("usageGrant", usagePlanId, apiKeyId);
    const stored = present
      .list("usage", usageParent(usagePlanId, apiKeyId))
      .map((usage): DayUsage => ({ day: dayNamed(usage.day) ?? 0, used: usage.used, left: usage.remaining }));
    const granted = quota === undefined ? 0 : grantedAt(quota, grant, day);
    this.#options.usage.configure(slot, { quota, granted, day, stored });
  }
}

const keyMessage = ({ id, valueHash, enabled }: ApiKeyDocument): ApiKeyMessage => ({
  kind: "putApiKey",
  apiKeyId: id,
  valueHash,
  enabled,
});
