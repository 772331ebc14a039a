-- Keep the slots of answers that go on. One that has run out is not brought back: its place may be another's.
-- KEYS[1] the caller's slots. ARGV: time to live (ms), entries. Behind: clock.
for at = 2, #ARGV do
  if tonumber(redis.call('ZSCORE', KEYS[1], ARGV[at]) or 0) > now then
    redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[1]), ARGV[at])
  end
end
return 1
