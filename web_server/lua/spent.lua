-- What a cover really used takes the place of what was reserved for it. Behind: clock.
-- KEYS[1] what covers used that day. ARGV: the caller's mark, tokens more (or less, below zero), the answer's tokens
-- (-1: there was none). A day that is over is left alone.
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HINCRBY', KEYS[1], 'all', ARGV[2])
redis.call('HINCRBY', KEYS[1], ARGV[1], ARGV[2])
if tonumber(ARGV[3]) >= 0 then
  redis.call('HINCRBY', KEYS[1], 'answers', 1)
  redis.call('HINCRBY', KEYS[1], 'said', ARGV[3])
end
return 1
