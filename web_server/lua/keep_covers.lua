-- Remember the covers of one query. Behind: clock.
-- KEYS: the record, the caller's index of records. ARGV: sealed covers, time to live (ms), most records of a caller,
-- 1: only where there is no record yet.
-- Returns the record that is there already, or nil where this one is kept now. The oldest records make room.
local found = redis.call('GET', KEYS[1])
if found and tonumber(ARGV[4]) == 1 then return found end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('ZADD', KEYS[2], string.format('%.0f', now), KEYS[1])
redis.call('PEXPIRE', KEYS[2], ARGV[2])
local over = redis.call('ZCARD', KEYS[2]) - tonumber(ARGV[3])
if over > 0 then
  for _, old in ipairs(redis.call('ZRANGE', KEYS[2], 0, over - 1)) do
    redis.call('DEL', old)
    redis.call('ZREM', KEYS[2], old)
  end
end
return nil
