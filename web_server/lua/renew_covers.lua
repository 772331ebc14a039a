-- A session was used: what is remembered of its covers lasts as long as it. Behind: clock.
-- KEYS: the list of the session's records. ARGV: time to live (ms).
for _, each in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do redis.call('PEXPIRE', each, ARGV[1]) end
return redis.call('PEXPIRE', KEYS[1], ARGV[1])
