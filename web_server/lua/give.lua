-- Put one gift into a pool. Behind: clock, pool. KEYS: as there.
-- ARGV: id, sealed, giver, time to live (ms), most of one giver, most of all.
-- Returns 1; 0 where it is there already or was used, or its giver has given as many as one may.
local id, giver, ttl = ARGV[1], ARGV[3], tonumber(ARGV[4])
if redis.call('ZSCORE', KEYS[5], id) or redis.call('HEXISTS', KEYS[1], id) == 1 then return 0 end
if tonumber(redis.call('HGET', KEYS[3], giver) or 0) >= tonumber(ARGV[5]) then return 0 end
while redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[6]) do
  if not gone(redis.call('ZRANGE', KEYS[4], 0, 0)[1] or '') then break end
end
redis.call('HSET', KEYS[1], id, ARGV[2])
redis.call('HSET', KEYS[2], id, giver)
redis.call('HINCRBY', KEYS[3], giver, 1)
redis.call('ZADD', KEYS[4], string.format('%.0f', now + ttl), id)
for at = 1, 4 do redis.call('PEXPIRE', KEYS[at], ttl) end
return 1
