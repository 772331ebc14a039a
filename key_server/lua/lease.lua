-- Lease one slot of one endpoint, in one atom.
-- KEYS[1] the call's lease, KEYS[2] the pool's previous endpoint, then for each candidate: its slots, its rest.
-- ARGV[1] lease id, ARGV[2] time to live (ms; one for all), ARGV[3] slots of an endpoint, ARGV[4] "1": not the previous endpoint,
--   then the candidates' ids, in the order of choice.
-- Returns {"leased", endpoint} | {"previous", endpoint}: free, but used just before | {"busy", 0} | {"resting", ms} |
--   {"limited", ms}: all of them rest because the provider limits calls.
local held = redis.call('GET', KEYS[1])
if held then return {'leased', held} end

local ttl, most = tonumber(ARGV[2]), tonumber(ARGV[3])
local previous = ARGV[4] == '1' and redis.call('GET', KEYS[2])
local spare, busy, wait, tired = nil, false, nil, false

for i = 5, #ARGV do
  local endpoint, slots, rest = ARGV[i], KEYS[(i - 5) * 2 + 3], KEYS[(i - 5) * 2 + 4]
  local left = tonumber(redis.call('HGET', rest, 'until') or 0) - now
  if left > 0 then
    if not wait or left < wait then wait = left end
    if redis.call('HGET', rest, 'limited') ~= '1' then tired = true end
  else
    redis.call('ZREMRANGEBYSCORE', slots, '-inf', now)
    if redis.call('ZCARD', slots) >= most then
      busy = true
    elseif endpoint == previous then
      spare = endpoint
    else
      redis.call('ZADD', slots, now + ttl, ARGV[1])
      redis.call('PEXPIRE', slots, ttl + 1000)
      redis.call('SET', KEYS[1], endpoint, 'PX', ttl)
      redis.call('SET', KEYS[2], endpoint, 'PX', 3600000)
      return {'leased', endpoint}
    end
  end
end

if spare then return {'previous', spare} end
if busy or not wait then return {'busy', '0'} end
return {tired and 'resting' or 'limited', tostring(wait)}
