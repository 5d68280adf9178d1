/** The response cache as all requests of a thread share it. */
import { limits } from "../../limits.ts";
import type { CachedResponse, ResponseCache } from "./cache.ts";
import type { StageListener } from "../../snapshot/table.ts";
import { type Fill, Fills } from "./fill.ts";
import { cachePlaceOf, stageKeyOf } from "./place.ts";
import type { CacheProgram } from "./program.ts";
import { ResponseSealer } from "./seal-response.ts";
import { Turns, type TurnSlab } from "./turns.ts";

/** The TTL may have been lowered since the answer was put, and the clock set back: then nobody knows how old it is. */
const isFresh = ({ ttl }: CacheProgram, { storedAt, expiresAt }: CachedResponse, now: number): boolean =>
  expiresAt > now && storedAt + ttl > now && storedAt - now <= limits.cacheClockSlack;

export class Caching {
  readonly cache: ResponseCache;
  readonly fills: Fills;
  readonly #sealer: ResponseSealer;

  /** `secret`: of `cacheSecretOf`. `slab`: where other threads have the same stages. */
  constructor(cache: ResponseCache, secret: Buffer, slab?: TurnSlab) {
    this.cache = cache;
    this.fills = new Fills(new Turns(slab));
    this.#sealer = new ResponseSealer(secret);
  }

  /** Follows a stage: a cluster that was flushed, resized or disabled loses its content. */
  readonly onStage: StageListener = (apiId, stageName, stage) => {
    this.cache.keep(stageKeyOf(apiId, stageName), stage && cachePlaceOf(apiId, stage));
  };

  /** Returns the answer as it is put, for who waits for it. */
  put(
    { place, encrypted }: CacheProgram,
    { key, turn }: Pick<Fill, "key" | "turn">,
    response: CachedResponse,
    now: number,
  ): CachedResponse {
    const kept = encrypted ? this.#sealer.seal(place, key, response) : response;
    this.cache.put(place, key, kept, now, turn);
    return kept;
  }

  /** What was found, in the clear and by the present TTL; undefined when it cannot be used. */
  usable(
    program: CacheProgram,
    key: string,
    found: CachedResponse | undefined,
    now: number,
  ): CachedResponse | undefined {
    const { place, encrypted } = program;
    if (found === undefined || !isFresh(program, found, now)) return undefined;
    if (!encrypted) return found.sealed === true ? undefined : found;
    // Not what the answer says of itself counts, but what its seal does: others may be able to write where it was kept.
    const opened = found.sealed === true ? this.#sealer.open(place, key, found) : undefined;
    return opened !== undefined && isFresh(program, opened, now) ? opened : undefined;
  }
}
