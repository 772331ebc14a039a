-- Correct what a call reserved within the sliding minute. A second that has left it is left alone.
-- KEYS[1] the pool. ARGV: endpoint, second, tokens more (or less, below zero). Returns 1 if it still counted.
local name, field = KEYS[1] .. 'minute:' .. ARGV[1], 't' .. ARGV[2]
local found = redis.call('HMGET', name, field, 'tokens')
if not found[1] then return 0 end
local after = math.max(0, found[1] + ARGV[3])
local sum = found[2] + after - found[1]
redis.call('HSET', name, field, string.format('%.0f', after), 'tokens', string.format('%.0f', sum))
return 1
