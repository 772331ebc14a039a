-- Give a lease back. Once or many times: the same.
-- KEYS[1] the pool. ARGV: lease id, endpoint ("" = the reply that named it was lost), "1": it answered, model, how many
-- outcomes are kept. Returns 1 if it was still held.
-- An answer is only of interest where a failure is on record: it may close a circuit, and ends a rest's growth.
local name, rest = KEYS[1] .. 'lease:' .. ARGV[1], KEYS[1] .. 'rest:' .. ARGV[2]
if ARGV[2] == '' then
  local lost = redis.call('GET', name)
  redis.call('SET', name, 'done', 'PX', 60000) -- should the request itself still be on its way, it comes to nothing
  if not lost or lost == 'done' then return 0 end
  return redis.call('ZREM', KEYS[1] .. 'slots:' .. string.match(lost, '^%d+ %d+ %d+ (.*)$'), ARGV[1])
end
local record = ARGV[3] == '1' and redis.call('EXISTS', rest) == 1 and redis.call('GET', name)
local held = redis.call('ZREM', KEYS[1] .. 'slots:' .. ARGV[2], ARGV[1])
redis.call('DEL', name)
local taken = record and tonumber(string.match(record, '^%d+ %d+ (%d+)'))
if not taken then return held end

local model = 'm:' .. ARGV[4]
local found = redis.call('HMGET', rest, 'limited', 'refused', model, 'open', 'probe', 'outcomes')
local gone = {}
for at, fields in ipairs({{'limited', 'limits'}, {'refused', 'refusals'}, {model, 'n:' .. ARGV[4]}}) do
  if found[at] and taken >= tonumber(found[at]) then
    gone[#gone + 1] = fields[1]
    gone[#gone + 1] = fields[2]
  end
end
local outcomes = found[6] and string.sub(found[6] .. '.', -tonumber(ARGV[5]))
if (found[4] and found[5] == ARGV[1]) or (outcomes and not found[4] and not string.find(outcomes, 'x', 1, true)) then
  for _, field in ipairs({'open', 'opened', 'probe', 'outcomes', 'forget'}) do gone[#gone + 1] = field end
elseif outcomes then
  redis.call('HSET', rest, 'outcomes', outcomes)
end
if #gone > 0 then redis.call('HDEL', rest, unpack(gone)) end
return held
