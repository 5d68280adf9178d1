/** How often the cache had an answer and how often not, by stage and method. */

export interface CacheCounts {
  hits: number;
  misses: number;
}

export class CacheCounters {
  readonly #stages = new Map<string, Map<string, CacheCounts>>();

  /** The counts of a method; they go on across changes of its stage. */
  of(stage: string, methodKey: string): CacheCounts {
    const methods = this.#stages.get(stage) ?? new Map<string, CacheCounts>();
    const counts = methods.get(methodKey) ?? { hits: 0, misses: 0 };
    if (counts.hits + counts.misses === 0) this.#stages.set(stage, methods.set(methodKey, counts));
    return counts;
  }

  /** Of every method that was asked for: `{apiId}/{stageName}`, `{resource path}/{verb}`, its counts. */
  *all(): Generator<readonly [stage: string, methodKey: string, counts: Readonly<CacheCounts>]> {
    for (const [stage, methods] of this.#stages) {
      for (const [methodKey, counts] of methods) yield [stage, methodKey, counts];
    }
  }

  /** The stage is gone. */
  forget(stage: string): void {
    this.#stages.delete(stage);
  }
}
