-- Gifts of one pool. Stands before `give` and `claim`. Behind: clock.
-- KEYS: gifts (hash, id -> sealed), givers (hash, id -> giver), counts (hash, giver -> gifts that are there),
-- ends (zset, id -> ms), used (zset, id -> ms until it is forgotten that it was used).
local function gone(id)
  local giver = redis.call('HGET', KEYS[2], id)
  if not giver then return false end
  redis.call('HDEL', KEYS[1], id)
  redis.call('HDEL', KEYS[2], id)
  redis.call('ZREM', KEYS[4], id)
  if redis.call('HINCRBY', KEYS[3], giver, -1) <= 0 then redis.call('HDEL', KEYS[3], giver) end
  return true
end

for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[4], '-inf', string.format('%.0f', now))) do gone(id) end
redis.call('ZREMRANGEBYSCORE', KEYS[5], '-inf', string.format('%.0f', now))
