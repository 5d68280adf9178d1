/**
 * The response cache that several nodes share, in Redis. Under the tag of a place: an answer a key, the keys in the order
 * in which they expire, and their sizes. A script puts an answer in and keeps the cluster within its size, so that nodes
 * cannot contradict each other; what expires soonest goes first.
 */
import { hash } from "node:crypto";
import { limits } from "../../limits.ts";
import type { RedisLink } from "../redis/link.ts";
import { redisScript } from "../redis/script.ts";
import { type CachedResponse, type CachePlace, type ResponseCache, sizeOf } from "./cache.ts";
import { decodeResponse, encodeResponse } from "./seal-response.ts";

const tagOf = ({ stage, generation }: CachePlace): string =>
  `stagewright:{${hash("sha256", `${stage}\n${generation}`, "base64url")}}`;

const idOf = (key: string): string => hash("sha256", key, "base64url");

/** KEYS: the tag. ARGV: id, now, bytes of the cluster, lifetime (ms), size, the answer; the last three only to put one. */
const replace = redisScript(`
local index, sizes = KEYS[1] .. ':expiry', KEYS[1] .. ':sizes'
local id, now, capacity = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local total = tonumber(redis.call('HGET', sizes, '')) or 0
local function drop(old)
  local size = redis.call('HGET', sizes, old)
  if not size then return end
  total = total - tonumber(size)
  redis.call('HDEL', sizes, old)
  redis.call('ZREM', index, old)
  redis.call('UNLINK', KEYS[1] .. ':' .. old)
end
drop(id)
for _, old in ipairs(redis.call('ZRANGEBYSCORE', index, '-inf', now, 'LIMIT', 0, ${limits.sharedSweep})) do drop(old) end
if ARGV[4] then
  local ttl, size = tonumber(ARGV[4]), tonumber(ARGV[5])
  while total + size > capacity do
    local first = redis.call('ZRANGE', index, 0, 0)[1]
    if not first then break end
    drop(first)
  end
  redis.call('SET', KEYS[1] .. ':' .. id, ARGV[6], 'PX', ttl)
  redis.call('ZADD', index, now + ttl, id)
  redis.call('HSET', sizes, id, size)
  total = total + size
end
redis.call('HSET', sizes, '', total)
redis.call('PEXPIRE', index, ${limits.cacheTtlSeconds * 2_000})
redis.call('PEXPIRE', sizes, ${limits.cacheTtlSeconds * 2_000})
return 1
`);

/** KEYS: the tag. Removes some of what is there; returns how much was left. */
const empty = redisScript(`
local index = KEYS[1] .. ':expiry'
local gone = redis.call('ZPOPMIN', index, ${limits.sharedSweep})
for i = 1, #gone, 2 do redis.call('UNLINK', KEYS[1] .. ':' .. gone[i]) end
local left = redis.call('ZCARD', index)
if left == 0 then redis.call('UNLINK', KEYS[1] .. ':sizes') end
return left
`);

export class RedisResponseCache implements ResponseCache {
  readonly #link: RedisLink;
  readonly #places = new Map<string, CachePlace>();

  constructor(link: RedisLink) {
    this.#link = link;
  }

  get(place: CachePlace, key: string, now: number): undefined | Promise<CachedResponse | undefined> {
    return this.#link.isThere && this.#isKept(place) ? this.#find(place, key, now) : undefined;
  }

  async #find(place: CachePlace, key: string, now: number): Promise<CachedResponse | undefined> {
    const bytes = await this.#link.send(["GET", `${tagOf(place)}:${idOf(key)}`]);
    const found = Buffer.isBuffer(bytes) ? decodeResponse(bytes) : undefined;
    return found !== undefined && found.expiresAt > now ? found : undefined;
  }

  put(place: CachePlace, key: string, response: CachedResponse, now: number): void {
    const size = sizeOf(key, response);
    const ttl = response.expiresAt - now;
    if (!this.#isKept(place) || size > place.capacity || ttl <= 0) return;
    const answer = [String(ttl), String(size), encodeResponse(response)];
    void this.#link.run(replace, tagOf(place), [idOf(key), String(now), String(place.capacity), ...answer]);
  }

  delete(place: CachePlace, key: string): void {
    void this.#link.run(replace, tagOf(place), [idOf(key), "0", String(place.capacity)]);
  }

  keep(stage: string, place: CachePlace | undefined): void {
    const present = this.#places.get(stage);
    if (place === undefined) this.#places.delete(stage);
    else this.#places.set(stage, place);
    if (present !== undefined && present.generation !== place?.generation) void this.#empty(present);
  }

  #isKept({ stage, generation }: CachePlace): boolean {
    return this.#places.get(stage)?.generation === generation;
  }

  /** What nobody finds any more would expire by itself; this only gives its memory back sooner. */
  async #empty(place: CachePlace): Promise<void> {
    let left = await this.#link.run(empty, tagOf(place), []);
    while (typeof left === "number" && left > 0) left = await this.#link.run(empty, tagOf(place), []);
  }
}
