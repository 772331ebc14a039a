-- Add to the sums of usage, once: how far a journal was applied moves in the same atom as the sums.
-- KEYS[1] "ks:{usage}:applied": journal -> bytes. KEYS[2] "ks:{usage}:hours": hours by when they are forgotten.
-- KEYS[3..] hours: row -> its six sums, joined by blanks.
-- ARGV[1] journal, [2] from, [3] to (bytes), [4] the journal that it replaced, or ""; then for each hour: its name,
-- when it may be forgotten (seconds), how many rows; and for each row its name and what to add to its six sums.
-- Returns how far the journal is applied: `to`; or, where that is not `from`, what it was, and nothing was added.
local applied = redis.call('HGET', KEYS[1], ARGV[1]) or '0'
if applied ~= ARGV[2] then return applied end

-- First what may be refused (no memory left, a replica): behind it nothing is, so nothing is ever added by half.
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
if ARGV[4] ~= '' then redis.call('HDEL', KEYS[1], ARGV[4]) end
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', math.floor(now / 1000))
local at = 5
for hour = 3, #KEYS do
  local ends, rows = ARGV[at + 1], tonumber(ARGV[at + 2])
  redis.call('ZADD', KEYS[2], ends, ARGV[at])
  at = at + 3
  for row = 1, rows do
    local sums, number = {}, 0
    for sum in string.gmatch(redis.call('HGET', KEYS[hour], ARGV[at]) or '0 0 0 0 0 0', '%d+') do
      number = number + 1
      sums[number] = string.format('%.0f', sum + ARGV[at + number])
    end
    redis.call('HSET', KEYS[hour], ARGV[at], table.concat(sums, ' '))
    at = at + 7
  end
  redis.call('EXPIREAT', KEYS[hour], ends)
end
return ARGV[3]
