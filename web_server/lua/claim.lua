-- Take gifts out of a pool, each of which nobody else gets then. Behind: clock, pool. KEYS: as there.
-- ARGV: how long it is remembered that they were used (ms), ids. Returns the ids that were there.
local claimed = {}
for at = 2, #ARGV do
  if gone(ARGV[at]) then
    claimed[#claimed + 1] = ARGV[at]
    redis.call('ZADD', KEYS[5], string.format('%.0f', now + ARGV[1]), ARGV[at])
    redis.call('PEXPIRE', KEYS[5], ARGV[1])
  end
end
return claimed
