-- Add to sums, once: a batch whose reply was lost may be sent again. Behind: clock.
-- KEYS[1] says that the batch was added; KEYS[2..] hashes. ARGV: for each hash when it ends (unix s; 0 = never), how many
-- fields; and for each field its name, "+" or "=", and what to add or to put there.
-- Returns 1; 0 where it was added before. The first write is the one that fails where Redis is full.
if not redis.call('SET', KEYS[1], 1, 'NX', 'EX', 3600) then return 0 end
local at = 1
for hash = 2, #KEYS do
  local ends, fields = tonumber(ARGV[at]), tonumber(ARGV[at + 1])
  at = at + 2
  for _ = 1, fields do
    local verb = ARGV[at + 1] == '+' and 'HINCRBY' or 'HSET'
    redis.call(verb, KEYS[hash], ARGV[at], ARGV[at + 2])
    at = at + 3
  end
  if ends > 0 then redis.call('EXPIREAT', KEYS[hash], ends) end
end
return 1
