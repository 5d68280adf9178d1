/**
 * Token buckets that several nodes draw from, through Redis.
 *
 * Requests take from the node's own view of a bucket, in its slab, and wait for nobody. Every few milliseconds the node
 * tells Redis what it gave out, for all buckets in use in one round trip, and learns what is left and who else draws. So:
 * a node that is alone has the whole bucket; several share its refill; and what they gave out together too much, because
 * neither knew yet of the other, is owed and held back afterwards. Over time a bucket gives its burst and its rate, and at
 * no moment more beyond it than (nodes − 1) × what one node can give out between two exchanges.
 */
import { limits } from "../../limits.ts";
import type { RedisLink, RedisReply } from "../redis/link.ts";
import { redisScript } from "../redis/script.ts";
import { lock, type SlabViews, unlock } from "../slab.ts";
import { accountSlot } from "./buckets.ts";
import { type MemoryBucketSlots, refill } from "./memory.ts";
import { type BucketSlab, bucketViews, cell, cellsPerSlot } from "./slab.ts";

/**
 * KEYS: the bucket. ARGV: node, now (ms), rate, burst, tokens given out. Returns what is left, below 0 when tokens are
 * owed, and how many nodes draw. The clock is the nodes' own: one that is ahead moves the bucket ahead once, no more.
 */
const exchange = redisScript(`
local node, now, rate, burst, taken = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local state = redis.call('HMGET', KEYS[1], 'tokens', 'time')
local tokens, time = tonumber(state[1]), tonumber(state[2])
if not tokens then tokens, time = burst, now end
if now > time then tokens, time = tokens + (now - time) * rate / 1000, now end
tokens = math.max(math.min(tokens, burst) - taken, -math.max(burst, rate))
redis.call('HSET', KEYS[1], 'tokens', string.format('%.9f', tokens), 'time', string.format('%.3f', time))
redis.call('HSET', KEYS[1], 'node:' .. node, string.format('%.3f', now))
local nodes = 0
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  if string.sub(all[i], 1, 5) == 'node:' then
    local drawsNow = now - tonumber(all[i + 1]) < ${limits.bucketInUse}
    if drawsNow then nodes = nodes + 1 else redis.call('HDEL', KEYS[1], all[i]) end
  end
end
local full = rate > 0 and math.min((burst + math.max(burst, rate)) / rate * 1000, 86400000) or 86400000
redis.call('PEXPIRE', KEYS[1], math.ceil(full) + 10000)
return { string.format('%.9f', tokens), nodes }
`);

/** KEYS: the set of nodes. ARGV: node, now. Returns how many there are. */
const present = redisScript(`
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. (tonumber(ARGV[2]) - ${limits.nodePresence}))
redis.call('PEXPIRE', KEYS[1], ${limits.nodePresence})
return redis.call('ZCARD', KEYS[1])
`);

const nodesKey = "stagewright:nodes";

/** What a slot had when Redis was told about it. */
interface Told {
  readonly slot: number;
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
}

export class SharedBuckets {
  readonly #views: SlabViews;
  readonly #options: SharedBucketsOptions;
  /** By slot: `cell.last` when it was looked at last, and how much of `cell.taken` Redis was told. */
  readonly #seen: Float64Array;
  readonly #told: Float64Array;
  /** By slot, when it was last seen to be asked; those that count as in use. */
  readonly #inUse = new Map<number, number>();
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

  /** Tells Redis what was given out, and takes over what it says. Never rejects. */
  async exchange(now: number): Promise<void> {
    this.#findInUse(now);
    const inUse = [...this.#inUse.keys()];
    if (!this.#options.link.isThere) {
      for (const slot of inUse) this.#goAlone(slot);
      return;
    }
    // One at a time: an answer that comes late must not be taken for the latest.
    if (this.#busy) return;
    this.#busy = true;
    await Promise.all([this.#showPresence(now), ...inUse.map((slot) => this.#exchangeOne(slot, now))]);
    this.#busy = false;
  }

  /** Finds the buckets that tokens were lately asked of, whether or not there were any. A pass over plain numbers. */
  #findInUse(now: number): void {
    const { cells } = this.#views;
    const { end } = this.#options.slots;
    for (let slot = 0, at: number = cell.last; slot < end; slot++, at += cellsPerSlot) {
      const last = cells[at] as number;
      // 0: nothing was asked of it yet.
      if (last === this.#seen[slot] || last === 0) continue;
      this.#seen[slot] = last;
      this.#inUse.set(slot, now);
    }
    for (const [slot, usedAt] of this.#inUse) if (now - usedAt >= limits.bucketInUse) this.#inUse.delete(slot);
  }

  async #showPresence(now: number): Promise<void> {
    if (now - this.#seenAt < limits.nodePresence / 4) return;
    this.#seenAt = now;
    const nodes = await this.#options.link.run(present, nodesKey, [this.#options.node, String(now)]);
    if (typeof nodes === "number") this.#nodes = Math.max(1, nodes);
  }

  async #exchangeOne(slot: number, now: number): Promise<void> {
    const name = slot === accountSlot ? this.#options.account : this.#options.slots.nameOf(slot);
    if (name === undefined) return;
    const taken = this.#cell(slot, cell.taken);
    const given = taken - (this.#told[slot] as number);
    // Told once, also when it does not arrive: after an outage nobody owes what was given out during it.
    this.#told[slot] = taken;
    const values = [now, this.#cell(slot, cell.rate), this.#cell(slot, cell.burst), given].map(String);
    const reply = await this.#options.link.run(exchange, `stagewright:bucket:${name}`, [this.#options.node, ...values]);
    if (reply !== undefined) this.#take(reply, { slot, taken, now });
  }

  #take(reply: RedisReply, { slot, taken, now }: Told): void {
    const [text, nodes] = Array.isArray(reply) ? (reply as readonly RedisReply[]) : [];
    const left = Buffer.isBuffer(text) ? Number(text.toString()) : Number.NaN;
    if (!Number.isFinite(left) || typeof nodes !== "number") return;
    const { cells, locks } = this.#views;
    const at = slot * cellsPerSlot;
    lock(locks, slot);
    const others = Math.max(0, nodes - 1);
    const last = this.#cell(slot, cell.last);
    // Requests went on while the answer was on its way; a clock that was set back since then refills nothing.
    const underWay = last > now && last - now < limits.sharedTimeout ? last - now : 0;
    const since = refill(underWay, this.#cell(slot, cell.rate), others);
    // Each has its part of what is left, but a single token is everybody's: else nobody could ever take it.
    const part = left > 1 ? Math.max(1, left / (1 + others)) : left;
    cells[at + cell.tokens] =
      Math.min(part + since, this.#cell(slot, cell.burst)) - (this.#cell(slot, cell.taken) - taken);
    cells[at + cell.others] = others;
    if (last < now) {
      cells[at + cell.last] = now;
      this.#seen[slot] = now;
    }
    unlock(locks, slot);
  }

  /** Redis is away: the node refills its view by its share, as if all others drew from the bucket too. */
  #goAlone(slot: number): void {
    const { cells, locks } = this.#views;
    lock(locks, slot);
    cells[slot * cellsPerSlot + cell.others] = this.#nodes - 1;
    unlock(locks, slot);
    this.#told[slot] = this.#cell(slot, cell.taken);
  }

  #cell(slot: number, which: number): number {
    return this.#views.cells[slot * cellsPerSlot + which] as number;
  }
}
