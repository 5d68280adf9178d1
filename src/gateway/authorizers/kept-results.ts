/**
 * What authorizers said, kept by identity for as long as their TTL says, in the memory of one thread. A stage's results
 * have a bound of bytes, and all of them together another one.
 */
import { limits } from "../../limits.ts";
import type { StageListener } from "../../snapshot/table.ts";
import { Group, GroupedLru } from "../grouped-lru.ts";
import type { AuthorizerResult } from "./result.ts";

interface Kept {
  readonly result: AuthorizerResult;
  /** Epoch milliseconds. */
  readonly until: number;
}

export interface KeptBounds {
  /** Bytes that a stage's results may take. */
  readonly ofStage: number;
  /** Bytes that those of all stages may take. */
  readonly ofAll: number;
}

const defaultBounds: KeptBounds = { ofStage: limits.authorizerResultsOfStage, ofAll: limits.authorizerResults };

export class KeptResults {
  readonly #ofStage: number;
  readonly #stages = new Map<string, Group<Kept>>();
  readonly #kept: GroupedLru<Kept>;

  constructor({ ofStage, ofAll } = defaultBounds) {
    this.#ofStage = ofStage;
    this.#kept = new GroupedLru(ofAll);
  }

  /** What is held, bytes. */
  get bytes(): number {
    return this.#kept.bytes;
  }

  get(stageKey: string, key: string, now: number): AuthorizerResult | undefined {
    const stage = this.#stages.get(stageKey);
    const kept = stage && this.#kept.get(stage, key);
    if (stage === undefined || kept === undefined || kept.until > now) return kept?.result;
    this.#kept.delete(stage, key);
    return undefined;
  }

  /** `until`: epoch milliseconds. */
  put(stageKey: string, key: string, result: AuthorizerResult, until: number): void {
    const stage = this.#stages.get(stageKey) ?? new Group<Kept>(this.#ofStage);
    this.#stages.set(stageKey, stage);
    this.#kept.put(stage, key, { result, until }, result.size + key.length * 2);
  }

  /** Follows the stages: what was kept for one that is gone goes too. */
  readonly onStage: StageListener = (apiId, stageName, stage) => {
    const stageKey = `${apiId}/${stageName}`;
    const results = this.#stages.get(stageKey);
    if (stage !== undefined || results === undefined) return;
    this.#stages.delete(stageKey);
    this.#kept.sweep(results, Number.POSITIVE_INFINITY);
  };
}
