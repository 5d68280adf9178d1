/**
 * One call of the endpoint for all who miss the same key at the same time. Who comes first fills the cache; the others
 * wait for its answer, and when that cannot be kept each goes to the endpoint by itself.
 */
import { limits } from "../../limits.ts";
import type { CachedResponse } from "./cache.ts";

/** Told the answer, or undefined: then whoever waited has to get one by itself. Must not throw. */
type Follower = (response: CachedResponse | undefined) => void;

/** A miss that is being answered. */
export class Fill {
  readonly key: string;
  readonly #fills: Map<string, Fill>;
  #followers: Follower[] = [];
  #timer: NodeJS.Timeout | undefined = undefined;
  #settled = false;

  constructor(key: string, fills: Map<string, Fill>) {
    this.key = key;
    this.#fills = fills;
  }

  /** Whether others wait for the answer. */
  get isAwaited(): boolean {
    return this.#followers.length > 0;
  }

  /** Waits for the answer; false when as many wait already as may. */
  join(follower: Follower): boolean {
    if (this.#followers.length >= limits.cacheFollowers) return false;
    this.#followers.push(follower);
    this.#timer ??= setTimeout(() => this.#release(undefined), limits.cacheWait);
    return true;
  }

  /** The answer, or undefined when there is none that can be kept. Only the first call counts. */
  settle(response: CachedResponse | undefined): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#release(response);
  }

  #release(response: CachedResponse | undefined): void {
    clearTimeout(this.#timer);
    if (this.#fills.get(this.key) === this) this.#fills.delete(this.key);
    for (const follower of this.#followers.splice(0)) follower(response);
  }
}

export class Fills {
  readonly #byKey = new Map<string, Fill>();

  /** The fill that others may join, if there is one for the key. */
  get(key: string): Fill | undefined {
    return this.#byKey.get(key);
  }

  /** A fill that others may join. */
  begin(key: string): Fill {
    const fill = new Fill(key, this.#byKey);
    this.#byKey.set(key, fill);
    return fill;
  }

  /** A fill that nobody joins: of who went on alone, and of who asked for a fresh answer. */
  beginAlone(key: string): Fill {
    return new Fill(key, this.#byKey);
  }
}
