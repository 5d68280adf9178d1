/**
 * From the slab to the store: what ApiKeys used is written every second and when the process stops, so that it outlives
 * the process. One that dies loses what was counted since the last time, a second's worth at most.
 */
import type { GatewayLog } from "../gateway/invocation.ts";
import type { DayUsage, UsageSlots } from "../gateway/usage/slots.ts";
import { limits } from "../limits.ts";
import { dayText } from "../model/quota.ts";
import { compact } from "../model/record.ts";
import { usageParent } from "../model/usage.ts";
import type { Store, Transaction } from "../store/store.ts";
import type { ApiKeyPublisher, PlanKey } from "./publish-api-keys.ts";

interface Counted extends PlanKey {
  /** As of when it was read. */
  readonly counted: number;
  readonly days: readonly DayUsage[];
}

export interface UsageKeeperOptions {
  readonly store: Store;
  readonly publisher: Pick<ApiKeyPublisher, "planKeys">;
  readonly usage: UsageSlots;
  readonly log: GatewayLog;
}

function storeDay(tx: Transaction, { usagePlanId, apiKeyId }: PlanKey, { day, used, left }: DayUsage): void {
  const parent = usageParent(usagePlanId, apiKeyId);
  const id = dayText(day);
  const present = tx.get("usage", parent, id);
  if (present?.used === used && present.remaining === left) return;
  if (present === undefined) {
    const oldest = dayText(day - limits.usageDays);
    for (const stored of tx.list("usage", parent)) if (stored.day <= oldest) tx.delete("usage", parent, stored.day);
  }
  tx.put("usage", parent, id, compact({ day: id, used, remaining: left }));
}

export class UsageKeeper {
  readonly #options: UsageKeeperOptions;
  /** What was stored of a slot, and of whom. */
  readonly #stored = new Map<number, { readonly owner: string; readonly counted: number }>();
  #timer: NodeJS.Timeout | undefined = undefined;
  #last: Promise<void> = Promise.resolve();
  /** What waits for the last one to be done: it stores all that is counted until it begins, for whoever asks. */
  #next: Promise<void> | undefined = undefined;

  constructor(options: UsageKeeperOptions) {
    this.#options = options;
  }

  /** Stores every `limits.usageFlush` from now on, until `stop`. */
  start(): void {
    this.#timer = setInterval(() => {
      this.flush().catch((error: unknown) => this.#options.log.error({ err: error }, "use could not be stored"));
    }, limits.usageFlush);
    this.#timer.unref();
  }

  /** Stores the last of it. Never rejects: what cannot be stored is told to the operator. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush().catch((error: unknown) => this.#options.log.error({ err: error }, "use could not be stored"));
  }

  /** Stores all that was counted up to now. Rejects with the store's `StoreUnavailable`; the next time tries again. */
  flush(): Promise<void> {
    this.#next ??= this.#last.then(() => {
      this.#next = undefined;
      const flushed = this.#flush();
      this.#last = flushed.catch(() => undefined);
      return flushed;
    });
    return this.#next;
  }

  /** Reads no further than it stores: as many keys as there may be are not looked at in one go. */
  async #flush(): Promise<void> {
    let batch: Counted[] = [];
    for (const counted of this.#changed()) {
      batch.push(counted);
      if (batch.length < limits.usageBatch) continue;
      await this.#keep(batch);
      batch = [];
    }
    if (batch.length > 0) await this.#keep(batch);
  }

  async #keep(batch: readonly Counted[]): Promise<void> {
    await this.#options.store.transact((tx) => {
      for (const planKey of batch) {
        // It may have left the plan since it was counted.
        if (tx.get("usagePlanKey", planKey.usagePlanId, planKey.apiKeyId) === undefined) continue;
        for (const day of planKey.days) storeDay(tx, planKey, day);
      }
    });
    for (const { slot, usagePlanId, apiKeyId, counted } of batch) {
      this.#stored.set(slot, { owner: usageParent(usagePlanId, apiKeyId), counted });
    }
  }

  *#changed(): Iterable<Counted> {
    const { publisher, usage } = this.#options;
    for (const planKey of publisher.planKeys()) {
      const counted = usage.counted(planKey.slot);
      const stored = this.#stored.get(planKey.slot);
      // A slot that was freed and handed out again counts from 0, for another key.
      if (counted === 0 || (stored?.counted === counted && isOf(planKey, stored.owner))) continue;
      yield { ...planKey, ...usage.read(planKey.slot) };
    }
  }
}

const isOf = ({ usagePlanId, apiKeyId }: PlanKey, owner: string): boolean =>
  owner === usageParent(usagePlanId, apiKeyId);
