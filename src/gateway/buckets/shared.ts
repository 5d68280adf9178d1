/**
 * Token buckets that several nodes draw from, through Redis.
 *
 * Requests take from the node's own view of a bucket, in its slab, and wait for nobody. Every few milliseconds the node
 * tells Redis what it gave out, for all buckets that were asked in one round trip, and learns what is left and who else
 * draws. So: a node that is alone has the whole bucket; several share its refill; and what they gave out together too much,
 * because neither knew yet of the other, is owed and held back afterwards. Over time a bucket gives its burst and its rate,
 * and at no moment more beyond it than (nodes − 1) × what one node can give out between two exchanges.
 */
import { limits } from "../../limits.ts";
import type { RedisLink, RedisReply } from "../redis/link.ts";
import { lock, type SlabViews, unlock } from "../slab.ts";
import { accountSlot } from "./buckets.ts";
import { type MemoryBucketSlots, refill, sizeOf } from "./memory.ts";
import { exchangeBucket, showPresence } from "./shared-scripts.ts";
import { type BucketSlab, bucketViews, cell, cellsPerSlot } from "./slab.ts";

const nodesKey = "stagewright:nodes";

/** As the scripts read it. */
const flag = (isSet: boolean): string => (isSet ? "1" : "0");

/** A bucket in use. */
interface Sharing {
  readonly slot: number;
  readonly name: string;
  /** When it was last seen to be asked, and when Redis was last told of it. */
  askedAt: number;
  toldAt: number;
  /** Whether it was asked since Redis was told. */
  isAsked: boolean;
  /** The state that Redis said last; empty before. */
  state: string;
  /** Whether Redis was away since then. */
  wasAlone: boolean;
}

/** What a slot had when Redis was told about it. */
interface Told {
  readonly taken: number;
  readonly now: number;
}

export interface SharedBucketsOptions {
  readonly slab: BucketSlab;
  readonly link: RedisLink;
  /** Unlike that of any other node. */
  readonly node: string;
  /** Those that there are at the moment. */
  readonly slots: Pick<MemoryBucketSlots, "end" | "nameOf">;
  /** What nodes call the account's own bucket by. */
  readonly account: string;
  /** Epoch milliseconds by a clock that all nodes have in common; that of Redis without. */
  readonly commonClock?: () => number;
}

export class SharedBuckets {
  readonly #views: SlabViews;
  readonly #options: SharedBucketsOptions;
  /** By slot: `cell.last` when it was looked at last, and how much of `cell.taken` Redis was told. */
  readonly #seen: Float64Array;
  readonly #told: Float64Array;
  /** By slot. */
  readonly #inUse = new Map<number, Sharing>();
  #timer: NodeJS.Timeout | undefined = undefined;
  #nodes = 1;
  #seenAt = 0;
  #busy = false;

  constructor(options: SharedBucketsOptions) {
    this.#options = options;
    this.#views = bucketViews(options.slab);
    this.#seen = new Float64Array(this.#views.slots);
    this.#told = new Float64Array(this.#views.slots);
  }

  /** Exchanges from now on, until `stop`. */
  start(): void {
    this.#timer = setInterval(() => void this.exchange(Date.now()), limits.bucketExchange);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Tells Redis what was given out, and takes over what it says. Never rejects. `now`: epoch milliseconds of this node. */
  async exchange(now: number): Promise<void> {
    this.#findAsked(now);
    if (!this.#options.link.isThere) {
      for (const sharing of this.#inUse.values()) this.#goAlone(sharing);
      return;
    }
    // One at a time: an answer that comes late must not be taken for the latest.
    if (this.#busy) return;
    this.#busy = true;
    const due = [...this.#inUse.values()].filter(
      ({ slot, isAsked, toldAt }) =>
        isAsked || (now - toldAt >= limits.bucketIdleExchange && this.#cell(slot, cell.last) !== 0),
    );
    await Promise.all([this.#showPresence(now), ...due.map((sharing) => this.#exchangeOne(sharing, now))]);
    this.#busy = false;
  }

  /** Finds the buckets that tokens were lately asked of, whether or not there were any. A pass over plain numbers. */
  #findAsked(now: number): void {
    const { cells } = this.#views;
    const { end } = this.#options.slots;
    for (let slot = 0, at = 0; slot < end; slot++, at += cellsPerSlot) {
      const last = cells[at + cell.last] as number;
      // 0: nothing was asked of it yet.
      if (last === 0 || (last === this.#seen[slot] && cells[at + cell.taken] === this.#told[slot])) continue;
      this.#seen[slot] = last;
      this.#markAsked(slot, now);
    }
    // Once more behind the time in which others count as drawing, so that who comes back does not take them for present.
    const longest = limits.bucketInUse + limits.bucketIdleExchange;
    for (const { slot, name, askedAt } of this.#inUse.values()) {
      if (now - askedAt > longest || this.#nameOf(slot) !== name) this.#inUse.delete(slot);
    }
  }

  #markAsked(slot: number, now: number): void {
    const name = this.#nameOf(slot);
    const present = this.#inUse.get(slot);
    if (present !== undefined && present.name === name) {
      present.askedAt = now;
      present.isAsked = true;
    } else if (name !== undefined) {
      this.#inUse.set(slot, { slot, name, askedAt: now, toldAt: now, isAsked: true, state: "", wasAlone: false });
    }
  }

  #nameOf(slot: number): string | undefined {
    return slot === accountSlot ? this.#options.account : this.#options.slots.nameOf(slot);
  }

  /** For Redis's scripts: the time, or nothing for its own. */
  #time(): string {
    const { commonClock } = this.#options;
    return commonClock === undefined ? "" : String(commonClock());
  }

  async #showPresence(now: number): Promise<void> {
    // Also after the clock was set back.
    if (Math.abs(now - this.#seenAt) < limits.nodePresence / 4) return;
    this.#seenAt = now;
    const nodes = await this.#options.link.run(showPresence, nodesKey, [this.#options.node, this.#time()]);
    if (typeof nodes === "number") this.#nodes = Math.max(1, nodes);
  }

  async #exchangeOne(sharing: Sharing, now: number): Promise<void> {
    const { slot, name, state, wasAlone, isAsked } = sharing;
    const taken = this.#cell(slot, cell.taken);
    const given = taken - (this.#told[slot] as number);
    // Told once, also when it does not arrive: after an outage nobody owes what was given out during it.
    this.#told[slot] = taken;
    sharing.toldAt = now;
    sharing.isAsked = false;
    const [rate, burst, tokens] = [cell.rate, cell.burst, cell.tokens].map((which) => this.#cell(slot, which));
    const numbers = [rate, burst, given, tokens].map(String);
    const values = [this.#options.node, ...numbers, state, flag(wasAlone), flag(isAsked), this.#time()];
    const reply = await this.#options.link.run(exchangeBucket, `stagewright:bucket:${name}`, values);
    // The slot may have become another bucket's meanwhile, or that of a new one of this name, which has its own burst.
    if (this.#nameOf(slot) !== name || this.#cell(slot, cell.last) === 0) return;
    if (reply === undefined) this.#goAlone(sharing);
    else this.#take(sharing, reply, { taken, now });
  }

  #take(sharing: Sharing, reply: RedisReply, { taken, now }: Told): void {
    const [text, others, state] = Array.isArray(reply) ? (reply as readonly RedisReply[]) : [];
    const left = Buffer.isBuffer(text) ? Number(text.toString()) : Number.NaN;
    if (!Number.isFinite(left) || typeof others !== "number" || !Buffer.isBuffer(state)) return;
    sharing.state = state.toString();
    sharing.wasAlone = false;
    const { slot } = sharing;
    const { cells, locks } = this.#views;
    const at = slot * cellsPerSlot;
    lock(locks, slot);
    const last = this.#cell(slot, cell.last);
    // Requests went on while the answer was on its way; a clock that was set back since then refills nothing.
    const underWay = last > now && last - now < limits.sharedTimeout ? last - now : 0;
    const since = refill(underWay, this.#cell(slot, cell.rate), others);
    // Each has its part of what is left, but a single token is everybody's: else nobody could ever take it.
    const part = left > 1 ? Math.max(1, left / (1 + others)) : left;
    cells[at + cell.tokens] =
      Math.min(part + since, sizeOf(this.#cell(slot, cell.burst), others)) - (this.#cell(slot, cell.taken) - taken);
    cells[at + cell.others] = others;
    if (last < now) {
      cells[at + cell.last] = now;
      this.#seen[slot] = now;
    }
    unlock(locks, slot);
  }

  /** Redis is away, or refuses: the node has its part of size and rate, as if all others drew from the bucket too. */
  #goAlone(sharing: Sharing): void {
    const { slot } = sharing;
    const { cells, locks } = this.#views;
    lock(locks, slot);
    cells[slot * cellsPerSlot + cell.others] = this.#nodes - 1;
    unlock(locks, slot);
    this.#told[slot] = this.#cell(slot, cell.taken);
    sharing.wasAlone = true;
  }

  #cell(slot: number, which: number): number {
    return this.#views.cells[slot * cellsPerSlot + which] as number;
  }
}
