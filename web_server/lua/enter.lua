-- Let one answer begin, or say which limit forbids it, in one atom. Behind: clock, minute.
-- KEYS: the caller's minute, slots, day. ARGV: entry, slot's time to live (ms); requests and tokens a minute, answers at
-- once, tokens and cost a day (0 = none); the call's tokens and cost, as estimated.
-- Names: slots  zset, entry -> end (ms)      day  hash: day (since 1970, UTC), tokens, cost (millionths of a dollar)
-- Returns {1, second, day, tokens kept of the minute} or {0, the limit, ms until there is room};
-- then what is counted: requests, tokens, ms until a request leaves, ms until tokens leave.
local rpm, tpm, most = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local day_tokens, day_cost, tokens, cost = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9])
local today = math.floor(now / 86400000)
local sums = minute(KEYS[1])
-- A call that is larger than a minute's tokens goes when it has the minute to itself: it would never go otherwise.
local kept = tpm > 0 and math.min(tokens, tpm) or tokens

local spent = redis.call('HMGET', KEYS[3], 'day', 'tokens', 'cost')
if tonumber(spent[1] or -1) ~= today then spent = {false, 0, 0} end
local limit, wait = '', 0
local function forbid(which, ms)
  if ms > wait then limit, wait = which, ms end
end
if most > 0 and redis.call('ZCOUNT', KEYS[2], '(' .. whole(now), '+inf') >= most then forbid('answers_at_once', 1000) end
if rpm > 0 and sums.requests >= rpm then forbid('requests_per_minute', until_at_most(sums, rpm - 1, nil)) end
if tpm > 0 and sums.tokens + kept > tpm then forbid('tokens_per_minute', until_at_most(sums, nil, tpm - kept)) end
local tomorrow = (today + 1) * 86400000 - now
if day_tokens > 0 and spent[2] + tokens > day_tokens then forbid('tokens_per_day', tomorrow) end
if day_cost > 0 and spent[3] + cost > day_cost then forbid('dollars_per_day', tomorrow) end

local reply = {0, limit, whole(wait), '0'}
if limit == '' then
  redis.call('ZADD', KEYS[2], whole(now + ARGV[2]), ARGV[1]) -- the first to write: where Redis is full, nothing is done
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', whole(now))
  redis.call('PEXPIRE', KEYS[2], 86400000)
  count(KEYS[1], sums.second, 1, kept)
  redis.call('HSET', KEYS[3], 'day', whole(today), 'tokens', whole(spent[2] + tokens), 'cost', whole(spent[3] + cost))
  redis.call('PEXPIRE', KEYS[3], tomorrow + 60000)
  sums = minute(KEYS[1])
  reply = {1, whole(sums.second), whole(today), whole(kept)}
end
reply[5], reply[6] = whole(sums.requests), whole(sums.tokens)
reply[7] = whole(sums.requests > 0 and until_at_most(sums, sums.requests - 1, nil) or 0)
reply[8] = whole(sums.tokens > 0 and until_at_most(sums, nil, sums.tokens - 1) or 0)
return reply
