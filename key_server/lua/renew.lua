-- Keep a lease that is still in use. One that has run out is not brought back: its slot may be another's.
-- KEYS[1] the pool. ARGV: lease id, endpoint, time to live (ms). Returns 1 if kept.
local slots = KEYS[1] .. 'slots:' .. ARGV[2]
if tonumber(redis.call('ZSCORE', slots, ARGV[1]) or 0) <= now then return 0 end
redis.call('ZADD', slots, string.format('%.0f', now + ARGV[3]), ARGV[1])
redis.call('PEXPIRE', KEYS[1] .. 'lease:' .. ARGV[1], ARGV[3])
return 1
