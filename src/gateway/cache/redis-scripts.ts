/**
 * What the shared cache asks of Redis, as scripts, so that nodes cannot contradict each other. Each begins with the key of a
 * stage, which holds the name of its content: the generation of the node that named it, and a text that no other has. Under
 * the key and that name: an answer by its id; `{id}:turn` beside it for a while after a refresh, with the turns that were
 * taken and the latest that brought an answer; `expiry`, the ids in the order in which they expire; and `sizes`, by id, with
 * their sum under the empty text.
 */
import { limits } from "../../limits.ts";
import { redisScript } from "../redis/script.ts";

/** Longer than any answer is kept, milliseconds. */
const lifetime = limits.cacheTtlSeconds * 2_000;
/** Longer than any call that may still put its answer. */
const turnLifetime = limits.sharedFill * 2;

/**
 * KEYS: the stage's key. ARGV: a name for the content, and whether it is to begin now: then only a name of the same
 * generation stays. Else every name stays that is of this generation or a later one, such as of another node that flushed.
 * Returns the name that holds, and the one before.
 */
export const enter = redisScript(`
local present = redis.call('GET', KEYS[1])
local function generation(name) return string.match(name, '^%S+') end
local function begun(name) return tonumber(string.match(name, '^%S-@(%d+)')) or -1 end
local stays = false
if present and ARGV[2] == '1' then stays = generation(present) == generation(ARGV[1])
elseif present then stays = begun(present) >= begun(ARGV[1]) end
if stays then return { present, present } end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ${lifetime})
return { ARGV[1], present or '' }
`);

/** KEYS: the stage's key. ARGV: id. Takes a turn; returns the name of the content and the turn's number, or null. */
export const refresh = redisScript(`
local content = redis.call('GET', KEYS[1])
if not content then return false end
local name = KEYS[1] .. ':' .. content .. ':' .. ARGV[1] .. ':turn'
local taken, kept = string.match(redis.call('GET', name) or '', '^(%d+) (%d+)$')
local number = (tonumber(taken) or 0) + 1
redis.call('SET', name, string.format('%d %d', number, tonumber(kept) or 0), 'PX', ${turnLifetime})
return { content, number }
`);

/**
 * KEYS: the stage's key. ARGV: the content that the call began with, id, turn, now, bytes of the cluster, lifetime (ms),
 * size, the answer. Puts it, and keeps the cluster within its size: what expires soonest goes first.
 * A Redis whose memory is full refuses only a script's first change, and only one that takes memory: so that is made first.
 */
export const replace = redisScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
local name = KEYS[1] .. ':' .. ARGV[1]
local id, number, now, capacity = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local ttl, size = tonumber(ARGV[6]), tonumber(ARGV[7])
local index, sizes, answer = name .. ':expiry', name .. ':sizes', name .. ':' .. id
local taken, kept = string.match(redis.call('GET', answer .. ':turn') or '', '^(%d+) (%d+)$')
if kept then
  if number < tonumber(kept) then return 0 end
  redis.call('SET', answer .. ':turn', string.format('%s %d', taken, number), 'PX', ${turnLifetime})
end
redis.call('SET', answer, ARGV[8], 'PX', ttl)
local total = tonumber(redis.call('HGET', sizes, '') or 0) or 0
local function forget(old)
  total = total - (tonumber(redis.call('HGET', sizes, old) or 0) or 0)
  redis.call('HDEL', sizes, old)
  redis.call('ZREM', index, old)
end
local function drop(old)
  forget(old)
  redis.call('UNLINK', name .. ':' .. old)
end
forget(id)
for _, old in ipairs(redis.call('ZRANGEBYSCORE', index, '-inf', now, 'LIMIT', 0, ${limits.sharedSweep})) do drop(old) end
while total + size > capacity do
  local first = redis.call('ZRANGE', index, 0, 0)[1]
  if not first then break end
  drop(first)
end
if redis.call('ZCARD', index) == 0 then
  redis.call('UNLINK', sizes)
  total = 0
end
redis.call('ZADD', index, now + ttl, id)
redis.call('HSET', sizes, id, size, '', total + size)
for _, key in ipairs({ index, sizes, KEYS[1] }) do redis.call('PEXPIRE', key, ${lifetime}) end
return 1
`);

/** KEYS: the stage's key with the name of some content. Removes some of it; returns how much was left. */
export const empty = redisScript(`
local index = KEYS[1] .. ':expiry'
local gone = redis.call('ZPOPMIN', index, ${limits.sharedSweep})
for i = 1, #gone, 2 do redis.call('UNLINK', KEYS[1] .. ':' .. gone[i]) end
local left = redis.call('ZCARD', index)
if left == 0 then redis.call('UNLINK', KEYS[1] .. ':sizes') end
return left
`);
