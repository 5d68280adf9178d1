/**
 * The stages that a gateway serves. A table is fed by messages of plain documents, directly in one thread or posted to
 * others, and compiles a stage when a request first asks for it.
 */
import type { MetricsRegistry } from "../gateway/telemetry/metrics/registry.ts";
import { type SeriesLabels, stageNameOf } from "../gateway/telemetry/metrics/series.ts";
import type { BasePathMappingDocument, SnapshotDocument, StageDocument } from "../model/documents.ts";
import type { ApiKeyMessage, ApiKeyTable } from "./api-keys.ts";
import { compileStage } from "./compile.ts";
import { countsMethod } from "./counted.ts";
import { Domains } from "./domains.ts";
import type { StageProgram } from "./program.ts";
import type { AccountLimits } from "./throttle.ts";

/** A stage's client certificate in the clear, PEM. It travels between threads of one process alone. */
export interface ClientCertificatePems {
  readonly certificate: string;
  readonly privateKey: string;
}

/** A stage and what it needs beside its deployments. */
export interface StageEntry {
  readonly stage: StageDocument;
  readonly clientCertificate: ClientCertificatePems | undefined;
  /** Slots of token buckets by normalised method setting key. */
  readonly slots: ReadonlyMap<string, number>;
}

export type TableMessage = StageMessage | ApiKeyMessage | DomainMessage;

/** A snapshot comes before the first stage that points at it, and goes after the last one. */
export type StageMessage =
  | {
      readonly kind: "putSnapshot";
      readonly apiId: string;
      readonly deploymentId: string;
      readonly snapshot: SnapshotDocument;
    }
  | { readonly kind: "deleteSnapshot"; readonly apiId: string; readonly deploymentId: string }
  | { readonly kind: "putStage"; readonly apiId: string; readonly entry: StageEntry }
  | { readonly kind: "deleteStage"; readonly apiId: string; readonly stageName: string };

/** A custom domain name comes with all of its mappings. */
export type DomainMessage =
  | {
      readonly kind: "putDomain";
      readonly domainName: string;
      readonly mappings: readonly BasePathMappingDocument[];
    }
  | { readonly kind: "deleteDomain"; readonly domainName: string };

/** A stage in the table; its program is compiled once, when first asked for. */
interface Row {
  readonly entry: StageEntry;
  program: StageProgram | undefined;
}

interface ApiRows {
  readonly stages: Map<string, Row>;
  readonly snapshots: Map<string, SnapshotDocument>;
}

/** Told of every stage that is put, and of every one that goes. Must not throw. */
export type StageListener = (apiId: string, stageName: string, stage: StageDocument | undefined) => void;

export class GatewayTable {
  /** The custom domain names that lead to stages. */
  readonly domains = new Domains();
  readonly #apis = new Map<string, ApiRows>();
  readonly #account: AccountLimits;
  readonly #onStage: StageListener;
  readonly #metrics: MetricsRegistry | undefined;
  readonly #apiKeys: ApiKeyTable | undefined;

  /** Without a registry nothing is counted; without a table of API keys nobody hears of them. */
  constructor(
    account: AccountLimits,
    onStage: StageListener = () => undefined,
    metrics?: MetricsRegistry,
    apiKeys?: ApiKeyTable,
  ) {
    this.#account = account;
    this.#onStage = onStage;
    this.#metrics = metrics;
    this.#apiKeys = apiKeys;
  }

  /** Whether there is such a stage; without a name, an API with any. */
  serves(apiId: string, stageName?: string): boolean {
    const api = this.#apis.get(apiId);
    return api !== undefined && (stageName === undefined ? api.stages.size > 0 : api.stages.has(stageName));
  }

  /** Whether requests are counted under these labels now. */
  counts(labels: SeriesLabels): boolean {
    const { apiId, stage, method } = labels;
    if (stage === undefined || method === undefined) return this.serves(apiId, stage && stageNameOf(labels));
    const api = this.#apis.get(apiId);
    const row = api?.stages.get(stageNameOf(labels));
    return row !== undefined && countsMethod(row.entry.stage, labels, (id) => api?.snapshots.get(id));
  }

  /** The program of a stage, or undefined when there is no such stage. Throws when it cannot be compiled. */
  lookup(apiId: string, stageName: string): StageProgram | undefined {
    const api = this.#apis.get(apiId);
    const row = api?.stages.get(stageName);
    if (api === undefined || row === undefined) return undefined;
    return (row.program ??= compileStage(
      apiId,
      row.entry,
      (id) => api.snapshots.get(id),
      this.#account,
      this.#metrics,
    ));
  }

  /** Takes a change in: the next request sees it, those under way go on with what they began with. */
  readonly apply = (message: TableMessage): void => {
    if (message.kind === "putDomain") this.domains.put(message.domainName, message.mappings);
    else if (message.kind === "deleteDomain") this.domains.delete(message.domainName);
    else if ("apiId" in message) this.#applyToStages(message);
    else this.#apiKeys?.apply(message);
  };

  #applyToStages(message: StageMessage): void {
    const api = this.#apis.get(message.apiId) ?? { stages: new Map<string, Row>(), snapshots: new Map() };
    this.#apis.set(message.apiId, api);
    switch (message.kind) {
      case "putSnapshot":
        api.snapshots.set(message.deploymentId, message.snapshot);
        break;
      case "deleteSnapshot":
        api.snapshots.delete(message.deploymentId);
        break;
      case "putStage":
        api.stages.set(message.entry.stage.stageName, { entry: message.entry, program: undefined });
        this.#onStage(message.apiId, message.entry.stage.stageName, message.entry.stage);
        break;
      case "deleteStage":
        api.stages.delete(message.stageName);
        this.#onStage(message.apiId, message.stageName, undefined);
        break;
    }
    if (api.stages.size === 0 && api.snapshots.size === 0) this.#apis.delete(message.apiId);
  }
}
