-- Give a lease back. Once or many times: the same.
-- KEYS[1] the call's lease, KEYS[2] the endpoint's slots. ARGV[1] lease id. Returns 1 if it was still held.
redis.call('DEL', KEYS[1])
return redis.call('ZREM', KEYS[2], ARGV[1])
