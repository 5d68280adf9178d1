/**
 * One call of the endpoint for all who miss the same key at the same time. Who comes first fills the cache; the others
 * wait for its answer, and when that cannot be kept each goes to the endpoint by itself.
 */
import { limits } from "../../limits.ts";
import type { CachedResponse, CachePlace } from "./cache.ts";
import type { Turn, Turns } from "./turns.ts";

/** Told the answer, or undefined: then whoever waited has to get one by itself. Must not throw. */
type Follower = (response: CachedResponse | undefined) => void;

/** What the fills of a thread know of each other. */
interface UnderWay {
  /** Those that others may join. */
  readonly byKey: Map<string, Fill>;
  /** Bytes of bodies that are copied while they pass. */
  copied: number;
}

/** A miss that is being answered. */
export class Fill {
  readonly place: CachePlace;
  readonly key: string;
  readonly turn: Turn;
  readonly #underWay: UnderWay;
  readonly #followers = new Set<Follower>();
  #timer: NodeJS.Timeout | undefined = undefined;
  #settled = false;
  /** Set when whoever calls the endpoint has no client any more. */
  #giveUp: (() => void) | undefined = undefined;
  /** Makes a body flow that its own client is too slow for. */
  #readOn: (() => void) | undefined = undefined;
  #copied = 0;

  constructor(place: CachePlace, key: string, turn: Turn, underWay: UnderWay) {
    this.place = place;
    this.key = key;
    this.turn = turn;
    this.#underWay = underWay;
  }

  /** Whether others wait for the answer. */
  get isAwaited(): boolean {
    return this.#followers.size > 0;
  }

  /** Waits for the answer; undefined when as many wait already as may. Who calls what is returned waits no longer. */
  join(follower: Follower): (() => void) | undefined {
    if (this.#followers.size >= limits.cacheFollowers) return undefined;
    this.#followers.add(follower);
    this.#readOn?.();
    this.#timer ??= setTimeout(() => this.#expire(), limits.cacheWait);
    return () => {
      if (!this.#followers.delete(follower) || this.isAwaited) return;
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#abandon();
    };
  }

  /** The call's own client is slow: true when others wait for its body; `readOn` is called when some come to do so. */
  holdsOthersUp(readOn: () => void): boolean {
    this.#readOn = readOn;
    return this.isAwaited;
  }

  /** Counts bytes of the answer that are held until it is whole; false when that is more than all fills together may hold. */
  copy(bytes: number): boolean {
    if (this.#settled || this.#underWay.copied + bytes > limits.cacheCopies) return false;
    this.#underWay.copied += bytes;
    this.#copied += bytes;
    return true;
  }

  /** The call's own client is gone: it goes on for as long as others wait for its answer, and is given up then. */
  desert(giveUp: () => void): void {
    this.#giveUp = giveUp;
    if (!this.isAwaited) this.#abandon();
  }

  #abandon(): void {
    const giveUp = this.#giveUp;
    if (giveUp === undefined) return;
    this.#giveUp = undefined;
    this.settle(undefined);
    giveUp();
  }

  #expire(): void {
    this.#release(undefined);
    this.#abandon();
  }

  /** The answer, or undefined when there is none that can be kept. Only the first call counts. */
  settle(response: CachedResponse | undefined): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#underWay.copied -= this.#copied;
    this.#release(response);
    if (response === undefined) this.#abandon();
  }

  #release(response: CachedResponse | undefined): void {
    clearTimeout(this.#timer);
    const { byKey } = this.#underWay;
    if (byKey.get(this.key) === this) byKey.delete(this.key);
    const followers = [...this.#followers];
    this.#followers.clear();
    for (const follower of followers) follower(response);
  }
}

export class Fills {
  readonly #underWay: UnderWay = { byKey: new Map(), copied: 0 };
  readonly #turns: Turns;

  constructor(turns: Turns) {
    this.#turns = turns;
  }

  /**
   * The fill that others may join, if there is one for the key. What began with other content of the cluster, and what a
   * refresh has overtaken, is for who waits for it already.
   */
  get({ generation }: CachePlace, key: string): Fill | undefined {
    const fill = this.#underWay.byKey.get(key);
    return fill === undefined || fill.place.generation !== generation || fill.turn.isOvertaken ? undefined : fill;
  }

  /** A fill that others may join. */
  begin(place: CachePlace, key: string): Fill {
    const fill = new Fill(place, key, this.#turns.begin(key), this.#underWay);
    this.#underWay.byKey.set(key, fill);
    return fill;
  }

  /** A fill that nobody joins: of who goes on alone after having waited for another. */
  beginAlone({ place, key, turn }: Fill): Fill {
    return new Fill(place, key, turn, this.#underWay);
  }

  /** A fill that nobody joins: of who asked for a fresh answer. */
  refresh(place: CachePlace, key: string): Fill {
    return new Fill(place, key, this.#turns.refresh(key), this.#underWay);
  }
}
