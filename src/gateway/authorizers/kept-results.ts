/**
 * What authorizers said, kept by identity for as long as their TTL says, in the memory of one thread. A stage's results
 * have a bound of bytes, and all of them together another one; beyond either, what was used longest ago goes first.
 */
import { limits } from "../../limits.ts";
import type { StageListener } from "../../snapshot/table.ts";
import { Link, LruList } from "../cache/lru.ts";
import type { AuthorizerResult } from "./result.ts";

class StageResults {
  readonly byKey = new Map<string, Entry>();
  readonly used = new LruList<Entry>();
  bytes = 0;
}

class Entry {
  readonly key: string;
  readonly stage: StageResults;
  readonly result: AuthorizerResult;
  /** Epoch milliseconds. */
  readonly until: number;
  readonly size: number;
  readonly inStage = new Link<Entry>(this);
  readonly inAll = new Link<Entry>(this);

  constructor(key: string, stage: StageResults, result: AuthorizerResult, until: number) {
    this.key = key;
    this.stage = stage;
    this.result = result;
    this.until = until;
    this.size = result.size + key.length * 2;
  }
}

export interface KeptBounds {
  /** Bytes that a stage's results may take. */
  readonly ofStage: number;
  /** Bytes that those of all stages may take. */
  readonly ofAll: number;
}

const defaultBounds: KeptBounds = { ofStage: limits.authorizerResultsOfStage, ofAll: limits.authorizerResults };

export class KeptResults {
  readonly #bounds: KeptBounds;
  readonly #stages = new Map<string, StageResults>();
  readonly #used = new LruList<Entry>();
  #bytes = 0;

  constructor(bounds = defaultBounds) {
    this.#bounds = bounds;
  }

  /** What is held, bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  get(stageKey: string, key: string, now: number): AuthorizerResult | undefined {
    const entry = this.#stages.get(stageKey)?.byKey.get(key);
    if (entry === undefined) return undefined;
    if (entry.until <= now) {
      this.#remove(entry);
      return undefined;
    }
    entry.stage.used.touch(entry.inStage);
    this.#used.touch(entry.inAll);
    return entry.result;
  }

  /** `until`: epoch milliseconds. */
  put(stageKey: string, key: string, result: AuthorizerResult, until: number): void {
    const stage = this.#stages.get(stageKey) ?? new StageResults();
    this.#stages.set(stageKey, stage);
    const present = stage.byKey.get(key);
    if (present !== undefined) this.#remove(present);
    const entry = new Entry(key, stage, result, until);
    const { ofStage, ofAll } = this.#bounds;
    if (entry.size > Math.min(ofStage, ofAll)) return;
    this.#makeRoom(stage.used, () => stage.bytes + entry.size <= ofStage);
    this.#makeRoom(this.#used, () => this.#bytes + entry.size <= ofAll);
    stage.byKey.set(key, entry);
    stage.used.add(entry.inStage);
    stage.bytes += entry.size;
    this.#used.add(entry.inAll);
    this.#bytes += entry.size;
  }

  /** Follows the stages: what was kept for one that is gone goes too. */
  readonly onStage: StageListener = (apiId, stageName, stage) => {
    const stageKey = `${apiId}/${stageName}`;
    const results = this.#stages.get(stageKey);
    if (stage !== undefined || results === undefined) return;
    this.#stages.delete(stageKey);
    this.#makeRoom(results.used, () => false);
  };

  #makeRoom(used: LruList<Entry>, enough: () => boolean): void {
    for (let entry = used.oldest; entry !== undefined && !enough(); entry = used.oldest) this.#remove(entry);
  }

  #remove(entry: Entry): void {
    const { stage } = entry;
    stage.byKey.delete(entry.key);
    stage.used.remove(entry.inStage);
    stage.bytes -= entry.size;
    this.#used.remove(entry.inAll);
    this.#bytes -= entry.size;
  }
}
