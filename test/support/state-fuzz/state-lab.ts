/** A control plane with its store on disk and a publisher that follows it, without sockets: what sequences of calls run against. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as sdk from "@aws-sdk/client-api-gateway";
import { openPrivateKey } from "../../../src/control/operations/client-certificate.ts";
import { UsageSlots } from "../../../src/gateway/usage/slots.ts";
import { MemoryBucketSlots } from "../../../src/gateway/buckets/memory.ts";
import { createBucketSlab } from "../../../src/gateway/buckets/slab.ts";
import { createUsageSlab } from "../../../src/gateway/usage/slab.ts";
import type { UsagePlanDocument } from "../../../src/model/documents.ts";
import { createPublisher, type Publisher } from "../../../src/snapshot/publish.ts";
import type { StageEntry, TableMessage } from "../../../src/snapshot/table.ts";
import { openSqliteStore } from "../../../src/store/sqlite.ts";
import type { Store } from "../../../src/store/store.ts";
import { testControl } from "../control.ts";
import { sdkInProcess } from "../sdk-in-process.ts";
import type { Call } from "./random-calls.ts";

const masterKey = Buffer.alloc(32, 7);
const slots = 4_096;

type CommandClass = new (input: object) => sdk.GetAccountCommand;
const commands = sdk as unknown as Readonly<Record<string, CommandClass>>;

/** How a call ended. */
export interface Answer {
  readonly status: number;
  readonly error?: string;
  /** How many documents it changed. */
  readonly changes: number;
}

/** A publisher, what it told so far, and the slots that it holds. */
export class Followed {
  readonly #publisher: Publisher;
  readonly #buckets = new MemoryBucketSlots(createBucketSlab(slots));
  /** What a table would have: the last message of everything that is there. */
  readonly #told = new Map<string, TableMessage>();
  readonly failures: unknown[] = [];
  #usageSlots = 0;

  constructor(store: Store) {
    const usage = new UsageSlots(createUsageSlab(slots));
    const allocate = usage.allocate.bind(usage);
    const free = usage.free.bind(usage);
    usage.allocate = () => {
      this.#usageSlots++;
      return allocate();
    };
    usage.free = (slot) => {
      this.#usageSlots--;
      free(slot);
    };
    this.#publisher = createPublisher(store, {
      slots: this.#buckets,
      usage,
      openPrivateKey: (certificate) => openPrivateKey(certificate, masterKey),
      log: { error: (...what: unknown[]) => void this.failures.push(what) },
    });
    this.#publisher.attach((message) => this.#hear(message));
  }

  /** What the tables have, with slots by what they were allocated as. */
  get tables(): ReadonlyMap<string, unknown> {
    return new Map(
      [...this.#told].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, message]) => [key, this.#named(message)]),
    );
  }

  /** Everything that it would tell a table that begins now. */
  attach(sink: (message: TableMessage) => void): void {
    this.#publisher.attach(sink)();
  }

  /** Names of the buckets that are taken, and how many slots for use are. */
  get held(): { readonly buckets: readonly string[]; readonly usage: number } {
    const names = Array.from({ length: this.#buckets.end }, (_, slot) => this.#buckets.nameOf(slot) ?? []).flat();
    return { buckets: names.sort(), usage: this.#usageSlots };
  }

  close(): void {
    this.#publisher.close();
  }

  #hear(message: TableMessage): void {
    const { key, gone } = placeOf(message);
    if (gone) this.#told.delete(key);
    else this.#told.set(key, message);
  }

  #named(message: TableMessage): unknown {
    const nameOf = (map: ReadonlyMap<string, number>): unknown =>
      Array.from(map, ([key, slot]) => `${key} ${this.#buckets.nameOf(slot)}`).sort();
    if (message.kind === "putStage") {
      return { ...message, entry: { ...message.entry, slots: nameOf(message.entry.slots) } };
    }
    if (message.kind === "putUsagePlanKey") return { ...message, slots: nameOf(message.slots.buckets) };
    if (message.kind === "putDomain") {
      return { ...message, mappings: message.mappings.toSorted((a, b) => (a.basePath < b.basePath ? -1 : 1)) };
    }
    return message;
  }
}

/** What a message is about, and whether that is gone. */
function placeOf(message: TableMessage): { readonly key: string; readonly gone: boolean } {
  const { kind, ...rest } = message;
  const { apiId, deploymentId, stageName, apiKeyId, usagePlanId, domainName, entry, plan } = rest as Partial<
    Record<string, string> & { entry: StageEntry; plan: UsagePlanDocument }
  >;
  const names = [
    apiId,
    deploymentId,
    stageName ?? entry?.stage.stageName,
    usagePlanId ?? plan?.id,
    apiKeyId,
    domainName,
  ];
  return { key: `${kind.replace(/^(put|delete)/, "")} ${names.join(" ")}`, gone: kind.startsWith("delete") };
}

export class StateLab {
  readonly dataDir: string;
  readonly store: Store;
  readonly followed: Followed;
  readonly failures: readonly unknown[];
  /** Milliseconds by which its clock is ahead. */
  ahead = 0;
  readonly #client: sdk.APIGateway;
  #changes = 0;

  private constructor(dataDir: string, store: Store) {
    this.dataDir = dataDir;
    this.store = store;
    this.followed = new Followed(store);
    store.subscribe((changes) => {
      this.#changes += changes.length;
    });
    const control = testControl({ store, now: () => this.now });
    this.failures = control.failures;
    this.#client = sdkInProcess(control.serve);
  }

  static async open(): Promise<StateLab> {
    const dataDir = await mkdtemp(join(tmpdir(), "stagewright-state-"));
    return new StateLab(dataDir, await openSqliteStore({ dataDir, masterKey }));
  }

  get now(): number {
    return Date.now() + this.ahead;
  }

  /** Makes a call by the SDK. Rejects with what is no answer of the server's, but for what the SDK does not send. */
  async call({ name, input }: Call): Promise<Answer> {
    const command = commands[`${name}Command`];
    if (command === undefined) throw new Error(`the SDK has no ${name}`);
    const before = this.#changes;
    try {
      const { $metadata } = await this.#client.send(new command(input));
      return { status: $metadata.httpStatusCode ?? 0, changes: this.#changes - before };
    } catch (error) {
      const status = (error as sdk.APIGatewayServiceException).$metadata?.httpStatusCode;
      const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      if (status === undefined && !/HTTP label|URI malformed/.test(text)) throw error;
      return { status: status ?? 400, error: text, changes: this.#changes - before };
    }
  }

  /** What a process that starts now reads from disk. This store is closed then. */
  async reopened<T>(look: (store: Store) => T): Promise<T> {
    await this.store.close();
    const store = await openSqliteStore({ dataDir: this.dataDir, masterKey });
    try {
      return look(store);
    } finally {
      await store.close();
    }
  }

  async close(): Promise<void> {
    this.#client.destroy();
    this.followed.close();
    await this.store.close();
    await rm(this.dataDir, { recursive: true, force: true });
  }
}
