/** A gateway of one test whose API keys and usage plans come from a store, by the publisher that the server has. */
import { MemoryBuckets, MemoryBucketSlots } from "../../src/gateway/buckets/memory.ts";
import { createBucketSlab } from "../../src/gateway/buckets/slab.ts";
import { UsageMeter } from "../../src/gateway/usage/meter.ts";
import { createUsageSlab } from "../../src/gateway/usage/slab.ts";
import { UsageSlots } from "../../src/gateway/usage/slots.ts";
import { apiKeySecretOf, hashApiKey } from "../../src/model/api-key-hash.ts";
import type { ApiKeyDocument, UsagePlanDocument } from "../../src/model/documents.ts";
import { type ApiKeys, ApiKeyTable } from "../../src/snapshot/api-keys.ts";
import { UsageKeeper } from "../../src/snapshot/keep-usage.ts";
import { createPublisher } from "../../src/snapshot/publish.ts";
import { GatewayTable } from "../../src/snapshot/table.ts";
import { apiId, type FixtureInput, gatewayOf, generous, stageName } from "./gateway-fixture.ts";
import { ToldStore } from "./told-store.ts";

const secret = apiKeySecretOf(Buffer.alloc(32, 7));

/** The value of a key of this id. */
export const valueFor = (apiKeyId: string): string => `value-of-${apiKeyId}`;

const keyOf = (id: string, input: Partial<ApiKeyDocument> = {}): ApiKeyDocument => ({
  id,
  enabled: true,
  createdDate: 0,
  lastUpdatedDate: 0,
  stageKeys: [],
  sealedValue: "",
  valueHash: hashApiKey(valueFor(id), secret),
  ...input,
});

const planOf = (id: string, input: Partial<UsagePlanDocument> = {}): UsagePlanDocument => ({
  id,
  name: id,
  apiStages: [{ apiId, stage: stageName }],
  ...input,
});

export class KeyLab {
  readonly store = new ToldStore();
  /** Epoch milliseconds. */
  now = Date.UTC(2026, 10, 21, 12);
  readonly logged: string[] = [];
  readonly slots: MemoryBucketSlots;
  readonly usage: UsageSlots;
  readonly #slab: SharedArrayBuffer;
  readonly #usageSlab: SharedArrayBuffer;

  constructor({ bucketSlots = 100, usageSlots = 20 } = {}) {
    this.#slab = createBucketSlab(bucketSlots);
    this.#usageSlab = createUsageSlab(usageSlots);
    this.slots = new MemoryBucketSlots(this.#slab);
    this.usage = new UsageSlots(this.#usageSlab);
  }

  putKey(id: string, input: Partial<ApiKeyDocument> = {}): void {
    this.store.put("apiKey", "", id, keyOf(id, input));
  }

  /** A plan, and the keys in it, which are put too. */
  putPlan(id: string, input: Partial<UsagePlanDocument> = {}, keys: readonly string[] = []): void {
    this.store.put("usagePlan", "", id, planOf(id, input));
    for (const key of keys) {
      this.putKey(key);
      this.store.put("usagePlanKey", id, key, { id: key });
    }
  }

  readonly #log = { error: (_details: object, message: string): void => void this.logged.push(message) };

  /** What follows the store from now on: the publisher, its table, and what keeps use. */
  publish() {
    const { store, slots, usage } = this;
    const publisher = createPublisher(store, {
      slots,
      usage,
      openPrivateKey: () => "",
      log: this.#log,
      now: () => this.now,
    });
    const apiKeys = new ApiKeyTable(secret, generous);
    const table = new GatewayTable(generous, undefined, undefined, apiKeys);
    const detach = publisher.attach(table.apply);
    const keeper = new UsageKeeper({ store, publisher: publisher.apiKeys, usage, log: this.#log });
    return { publisher, apiKeys, keeper, detach };
  }

  /** What a gateway is made with to serve these keys. */
  services(apiKeys: ApiKeys): Partial<FixtureInput> {
    return {
      apiKeys,
      usage: new UsageMeter(this.#usageSlab),
      buckets: new MemoryBuckets(this.#slab),
      slots: this.slots,
      now: () => this.now,
    };
  }

  /** A gateway with the keys that are published. */
  gateway(input: FixtureInput) {
    const published = this.publish();
    return { ...published, ...gatewayOf({ ...this.services(published.apiKeys), ...input }) };
  }
}
