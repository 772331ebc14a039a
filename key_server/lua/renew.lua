-- Keep a lease that is still in use. One that has run out is not brought back: its slot may be another's.
-- KEYS[1] the call's lease, KEYS[2] the endpoint's slots. ARGV[1] lease id, ARGV[2] time to live (ms). Returns 1 if kept.
if tonumber(redis.call('ZSCORE', KEYS[2], ARGV[1]) or 0) <= now then return 0 end
redis.call('ZADD', KEYS[2], now + ARGV[2], ARGV[1])
redis.call('PEXPIRE', KEYS[2], ARGV[2] + 1000)
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
