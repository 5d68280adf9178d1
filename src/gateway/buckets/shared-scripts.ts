/** What the nodes that share token buckets have Redis do. */
import { limits } from "../../limits.ts";
import { redisScript } from "../redis/script.ts";

/** Epoch milliseconds, of Redis's own clock: those of the nodes need not agree. */
const clock = `
local function clock(given)
  if given ~= '' then return tonumber(given) end
  local time = redis.call('TIME')
  return time[1] * 1000 + time[2] / 1000
end
`;

/**
 * KEYS: the bucket. ARGV: node, tokens a second, size, tokens given out since the last time, tokens that the node still has
 * in its view, the state that it knows, whether it was without Redis since then, whether it was asked since then, and the
 * time, empty for that of Redis. Returns what is left, below 0 when tokens are owed; how many other nodes draw; and the state.
 *
 * A state begins where Redis has none, because it is new or has lost it, and where the first node is back that went on
 * without Redis: what the old one would have by now has been given out since. It begins with what the node has in its
 * view, and every other node that knows an older state brings what it has: together that is what is left.
 */
export const exchangeBucket = redisScript(`${clock}
local node, rate, burst, taken, view = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local known, wasAlone, wasAsked, now = ARGV[6], ARGV[7] == '1', ARGV[8] == '1', clock(ARGV[9])
local stored = redis.call('HMGET', KEYS[1], 'tokens', 'time', 'state')
local tokens, time, state = tonumber(stored[1]), tonumber(stored[2]), stored[3]
local begins = not (tokens and state) or (wasAlone and (known == '' or known == state))
if begins then tokens, time, state = 0, now, string.format('%.3f', now) .. node end
if now > time then tokens = tokens + (now - time) * rate / 1000 end
if now > time or time - now > ${limits.bucketLateness} then time = now end
if begins or (known ~= '' and known ~= state) then tokens = tokens + view + taken end
tokens = math.max(math.min(tokens, burst) - taken, -math.max(burst, rate))
local left, at = string.format('%.9f', tokens), string.format('%.3f', now)
redis.call('HSET', KEYS[1], 'tokens', left, 'time', string.format('%.3f', time), 'state', state)
if wasAsked then redis.call('HSET', KEYS[1], 'node:' .. node, at) end
local others = 0
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  if string.sub(all[i], 1, 5) == 'node:' then
    local drawsNow = math.abs(now - tonumber(all[i + 1])) < ${limits.bucketInUse}
    if not drawsNow then
      redis.call('HDEL', KEYS[1], all[i])
    elseif string.sub(all[i], 6) ~= node then
      others = others + 1
    end
  end
end
local full = rate > 0 and math.min((burst + math.max(burst, rate)) / rate * 1000, 86400000) or 86400000
redis.call('PEXPIRE', KEYS[1], math.ceil(full) + 10000)
return { left, others, state }
`);

/** KEYS: the set of nodes. ARGV: node, and the time, empty for that of Redis. Returns how many there are. */
export const showPresence = redisScript(`${clock}
local now = clock(ARGV[2])
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. (now - ${limits.nodePresence}))
redis.call('PEXPIRE', KEYS[1], ${limits.nodePresence})
return redis.call('ZCARD', KEYS[1])
`);
