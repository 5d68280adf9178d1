/** From the store to the tables: what stages there are, and every change to one, in the order of the commits. */
import type { BucketSlots } from "../gateway/buckets/buckets.ts";
import { createUsageSlab } from "../gateway/usage/slab.ts";
import { UsageSlots } from "../gateway/usage/slots.ts";
import type { GatewayLog } from "../gateway/invocation.ts";
import type {
  ClientCertificateDocument,
  MethodSettingDocument,
  SnapshotDocument,
  StageDocument,
} from "../model/documents.ts";
import { indexMethodSettings } from "../model/method-settings.ts";
import type { Change, Store } from "../store/store.ts";
import { ApiKeyPublisher } from "./publish-api-keys.ts";
import { DomainPublisher } from "./publish-domains.ts";
import type { ClientCertificatePems, StageEntry, TableMessage } from "./table.ts";
import { silentLog } from "../operator-log.ts";

/** Takes the messages in order. Must not throw. */
export type TableSink = (message: TableMessage) => void;

export interface PublisherOptions {
  readonly slots: BucketSlots;
  /** The PEM of a client certificate's private key. */
  readonly openPrivateKey: (certificate: ClientCertificateDocument) => string;
  readonly log?: GatewayLog;
  /** Where the use of API keys is counted; it is not without. */
  readonly usage?: UsageSlots;
  /** Epoch milliseconds. */
  readonly now?: () => number;
}

export interface Publisher {
  /** Those of API keys and usage plans. */
  readonly apiKeys: ApiKeyPublisher;
  /** Feeds a table: all that there is now, then every change. Returns what ends it. */
  attach(sink: TableSink): () => void;
  /** Stops following the store. */
  close(): void;
}

interface PublishedApi {
  readonly stages: Map<string, StageEntry>;
  /** By deployment: what was sent, which is what the present stages point at. */
  readonly snapshots: Map<string, SnapshotDocument>;
}

const deploymentsOf = ({ deploymentId, canarySettings }: StageDocument): readonly string[] =>
  canarySettings === undefined ? [deploymentId] : [deploymentId, canarySettings.deploymentId];

const sameLimits = (one: MethodSettingDocument, other: MethodSettingDocument | undefined): boolean =>
  one.throttlingRateLimit === other?.throttlingRateLimit && one.throttlingBurstLimit === other.throttlingBurstLimit;

class StorePublisher implements Publisher {
  readonly #store: Store;
  readonly #options: PublisherOptions;
  readonly #sinks = new Set<TableSink>();
  readonly #apis = new Map<string, PublishedApi>();
  readonly #domains: DomainPublisher;
  readonly #unsubscribe: () => void;
  readonly apiKeys: ApiKeyPublisher;

  constructor(store: Store, options: PublisherOptions) {
    this.#store = store;
    this.#options = options;
    this.#domains = new DomainPublisher(store.present, (message) => this.#send(message));
    this.#unsubscribe = store.subscribe((changes) => this.#follow(changes));
    for (const [apiId, , stage] of store.present.all("stage")) this.#putStage(apiId, stage);
    const { slots, log = silentLog, now = Date.now } = options;
    const usage = options.usage ?? new UsageSlots(createUsageSlab(0));
    this.apiKeys = new ApiKeyPublisher(store, { slots, usage, log, now }, this.#send);
  }

  attach(sink: TableSink): () => void {
    for (const [apiId, api] of this.#apis) {
      for (const [deploymentId, snapshot] of api.snapshots) {
        sink({ kind: "putSnapshot", apiId, deploymentId, snapshot });
      }
      for (const entry of api.stages.values()) sink({ kind: "putStage", apiId, entry });
    }
    for (const message of this.apiKeys.messages()) sink(message);
    for (const message of this.#domains.messages()) sink(message);
    this.#sinks.add(sink);
    return () => void this.#sinks.delete(sink);
  }

  close(): void {
    this.#unsubscribe();
  }

  readonly #send: TableSink = (message) => {
    for (const sink of this.#sinks) sink(message);
  };

  /** A listener of the store must not throw: a change that cannot be published is logged, and the others go on. */
  #follow(changes: readonly Change[]): void {
    for (const change of changes) {
      try {
        this.#followOne(change);
        this.#domains.follow(change);
      } catch (error) {
        const { kind, parent, id } = change;
        this.#options.log?.error({ err: error, kind, parent, id }, "a change could not be published");
      }
    }
  }

  #followOne(change: Change): void {
    const { kind, parent, id, after } = change;
    this.apiKeys.follow(change);
    if (kind === "stage") {
      if (after === undefined) this.#deleteStage(parent, id);
      else this.#putStage(parent, after as StageDocument);
    } else if (kind === "restApi" && after === undefined) {
      for (const stageName of this.#apis.get(id)?.stages.keys() ?? []) this.#deleteStage(id, stageName);
    } else if (kind === "clientCertificate") {
      this.#certificateChanged(id);
    }
  }

  #certificateChanged(clientCertificateId: string): void {
    for (const [apiId, { stages }] of this.#apis) {
      for (const { stage } of stages.values()) {
        if (stage.clientCertificateId === clientCertificateId) this.#putStage(apiId, stage);
      }
    }
  }

  #putStage(apiId: string, stage: StageDocument): void {
    const api = this.#apis.get(apiId) ?? { stages: new Map(), snapshots: new Map() };
    const missing = this.#missingSnapshots(apiId, api, stage);
    // A deployment that is gone already was left by a later change of this stage, which is on its way: until it comes,
    // the stage serves on as it was.
    if (missing === undefined && api.stages.has(stage.stageName)) return;
    this.#apis.set(apiId, api);
    const entry: StageEntry = {
      stage,
      clientCertificate: this.#certificateOf(stage),
      slots: this.#slotsFor(apiId, stage, api.stages.get(stage.stageName)),
    };
    api.stages.set(stage.stageName, entry);
    for (const [deploymentId, snapshot] of missing ?? []) {
      api.snapshots.set(deploymentId, snapshot);
      this.#send({ kind: "putSnapshot", apiId, deploymentId, snapshot });
    }
    this.#send({ kind: "putStage", apiId, entry });
    this.#dropDeployments(apiId, api);
  }

  /** The snapshots that a stage needs and that were not sent yet; undefined when one of them does not exist. */
  #missingSnapshots(
    apiId: string,
    { snapshots }: PublishedApi,
    stage: StageDocument,
  ): ReadonlyMap<string, SnapshotDocument> | undefined {
    const missing = new Map<string, SnapshotDocument>();
    for (const deploymentId of deploymentsOf(stage)) {
      if (snapshots.has(deploymentId)) continue;
      const snapshot = this.#store.present.get("snapshot", apiId, deploymentId);
      if (snapshot === undefined) return undefined;
      missing.set(deploymentId, snapshot);
    }
    return missing;
  }

  #deleteStage(apiId: string, stageName: string): void {
    const api = this.#apis.get(apiId);
    const entry = api?.stages.get(stageName);
    if (api === undefined || entry === undefined) return;
    for (const slot of entry.slots.values()) this.#options.slots.free(slot);
    api.stages.delete(stageName);
    this.#send({ kind: "deleteStage", apiId, stageName });
    this.#dropDeployments(apiId, api);
    if (api.stages.size === 0) this.#apis.delete(apiId);
  }

  #dropDeployments(apiId: string, api: PublishedApi): void {
    const used = new Set([...api.stages.values()].flatMap(({ stage }) => deploymentsOf(stage)));
    for (const deploymentId of api.snapshots.keys()) {
      if (used.has(deploymentId)) continue;
      api.snapshots.delete(deploymentId);
      this.#send({ kind: "deleteSnapshot", apiId, deploymentId });
    }
  }

  /** A certificate that cannot be opened leaves the stage without one: endpoints that ask for it refuse by themselves. */
  #certificateOf({ clientCertificateId, stageName }: StageDocument): ClientCertificatePems | undefined {
    if (clientCertificateId === undefined) return undefined;
    const document = this.#store.present.get("clientCertificate", "", clientCertificateId);
    if (document === undefined) return undefined;
    try {
      return {
        certificate: document.pemEncodedCertificate,
        privateKey: this.#options.openPrivateKey(document),
      };
    } catch (error) {
      this.#options.log?.error({ err: error, clientCertificateId, stageName }, "a client certificate cannot be opened");
      return undefined;
    }
  }

  /** A slot for every method setting with a limit; those that were there before keep theirs, with the tokens in it. */
  #slotsFor(
    apiId: string,
    { methodSettings, stageName }: StageDocument,
    before: StageEntry | undefined,
  ): StageEntry["slots"] {
    const settingsBefore = indexMethodSettings(before?.stage.methodSettings ?? {});
    const slots = new Map<string, number>();
    for (const [key, setting] of indexMethodSettings(methodSettings)) {
      if (setting.throttlingRateLimit === -1 && setting.throttlingBurstLimit === -1) continue;
      const kept = before?.slots.get(key);
      if (kept !== undefined && !sameLimits(setting, settingsBefore.get(key))) this.#settle(kept);
      slots.set(key, kept ?? this.#newSlot(apiId, stageName, key));
    }
    for (const [key, slot] of before?.slots ?? []) if (!slots.has(key)) this.#options.slots.free(slot);
    return slots;
  }

  #settle(slot: number): void {
    const { slots, now = Date.now } = this.#options;
    slots.settle(slot, now());
  }

  #newSlot(apiId: string, stageName: string, key: string): number {
    const slot = this.#options.slots.allocate(`${apiId}/${stageName}/${key}`);
    if (slot < 0)
      this.#options.log?.error({ stageName, key }, "no token bucket is left: only the account's limit holds");
    return slot;
  }
}

/** Follows the store from now on. */
export function createPublisher(store: Store, options: PublisherOptions): Publisher {
  return new StorePublisher(store, options);
}
