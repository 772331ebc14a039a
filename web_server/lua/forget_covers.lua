-- A session was ended: nothing is remembered of its covers. Behind: clock.
-- KEYS: the list of the session's records, the caller's index of records.
for _, each in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  redis.call('DEL', each)
  redis.call('ZREM', KEYS[2], each)
end
return redis.call('DEL', KEYS[1])
