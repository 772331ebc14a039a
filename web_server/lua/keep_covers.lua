-- Remember the covers of one query. Behind: clock.
-- KEYS: the record, the caller's index of records, and where it is a session's turn the list of that session's records,
-- which live and end together. ARGV: sealed covers, time to live (ms), most records of a caller, 1: only where there is no
-- record yet, time to live of the index (ms).
-- Returns the record that is there already, or nil where this one is kept now. The oldest records make room. Of a session
-- that was ended meanwhile nothing is kept.
local found, of = redis.call('GET', KEYS[1]), KEYS[3]
local only_first = tonumber(ARGV[4]) == 1
if found and only_first then return found end
if of and not only_first and redis.call('EXISTS', of) == 0 then return nil end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('ZADD', KEYS[2], string.format('%.0f', now), KEYS[1])
redis.call('PEXPIRE', KEYS[2], ARGV[5])
local over = redis.call('ZCARD', KEYS[2]) - tonumber(ARGV[3])
if over > 0 then
  for _, old in ipairs(redis.call('ZRANGE', KEYS[2], 0, over - 1)) do
    redis.call('DEL', old)
    redis.call('ZREM', KEYS[2], old)
  end
end
if of then
  redis.call('ZADD', of, string.format('%.0f', now), KEYS[1])
  redis.call('PEXPIRE', of, ARGV[2])
  for _, each in ipairs(redis.call('ZRANGE', of, 0, -1)) do redis.call('PEXPIRE', each, ARGV[2]) end
end
return nil
