-- An answer has ended: its slot is free, and what it used takes the place of the estimate. Behind: clock, minute.
-- KEYS: the caller's minute, slots, day. ARGV: entry, its second, its day, tokens more (or less, below zero) than were
-- kept of the minute, and of the day, cost more; requests more (-1: it comes again). A second or a day that is over is
-- left alone.
redis.call('ZREM', KEYS[2], ARGV[1])
local second = tonumber(ARGV[2])
if read(redis.call('HGET', KEYS[1], whole(second % RING))) == second then
  count(KEYS[1], second, tonumber(ARGV[7]), ARGV[4])
end
if redis.call('HGET', KEYS[3], 'day') == ARGV[3] then
  local spent = redis.call('HMGET', KEYS[3], 'tokens', 'cost')
  redis.call('HSET', KEYS[3], 'tokens', whole(math.max(0, spent[1] + ARGV[5])),
    'cost', whole(math.max(0, spent[2] + ARGV[6])))
end
return 1
