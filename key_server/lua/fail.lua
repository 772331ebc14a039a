-- A lease that was not answered: give it back and send its endpoint to rest, in one atom. A rest only ever moves later.
-- KEYS[1] the pool. ARGV: lease id, endpoint, model, kind ("limited", "refused", "forbidden"; any other is one for the
-- circuit), first rest (ms), longest (ms), how long it is remembered (ms), the provider's own wish (ms; 0 = none),
-- failures that open the circuit, of how many outcomes.
-- Returns the milliseconds that the endpoint rests from now, for this model. Asked again: the same.
local name, rest = KEYS[1] .. 'lease:' .. ARGV[1], KEYS[1] .. 'rest:' .. ARGV[2]
local kind, first, longest = ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6])
local memory, wish = tonumber(ARGV[7]), tonumber(ARGV[8])
local function whole(number) return string.format('%.0f', number) end
local record = redis.call('GET', name)

-- One more rest, longer than the one before. What was leased before that one ended says nothing new: it does not grow.
local function longer(field, count)
  local found = redis.call('HMGET', rest, field, count)
  local ends, times = tonumber(found[1] or 0), tonumber(found[2] or 0)
  local taken = tonumber(record and string.match(record, '^%d+ %d+ (%d+)') or 0)
  if ends + memory < now then times = 0 end
  if times == 0 or taken >= ends then times = times + 1 end
  local ms = wish > 0 and wish or first * 2 ^ math.min(times - 1, 20)
  ends = math.max(ends, now + math.min(ms, longest))
  redis.call('HSET', rest, field, whole(ends), count, whole(times))
  return ends
end

-- A key may name any model it likes: no more than so many rests of models are kept, the first to end goes first.
local function bounded()
  local fields, soonest, many = redis.call('HGETALL', rest), nil, 0
  for at = 1, #fields, 2 do
    if string.sub(fields[at], 1, 2) == 'm:' then
      many = many + 1
      if fields[at] ~= 'm:' .. ARGV[3] and (not soonest or tonumber(fields[at + 1]) < tonumber(soonest[2])) then
        soonest = {fields[at], fields[at + 1]}
      end
    end
  end
  if many > 32 then redis.call('HDEL', rest, soonest[1], 'n:' .. string.sub(soonest[1], 3)) end
end

-- The circuit: open after so many failures of the last outcomes; then one probe at a time, which opens it again if it
-- fails.
local function broken()
  local found = redis.call('HMGET', rest, 'open', 'opened', 'probe', 'outcomes', 'forget')
  if tonumber(found[5] or 0) <= now then found = {} end
  local ends, times = tonumber(found[1] or 0), tonumber(found[2] or 0)
  local outcomes = string.sub((found[4] or '') .. 'x', -tonumber(ARGV[10]))
  local _, failures = string.gsub(outcomes, 'x', 'x')
  local trips = failures >= tonumber(ARGV[9])
  if times > 0 then trips = ends <= now and found[3] == ARGV[1] end
  if trips then
    ends, times = now + math.min(first * 2 ^ math.min(times, 20), longest), times + 1
    redis.call('HSET', rest, 'open', whole(ends), 'opened', whole(times))
  elseif times == 0 then
    redis.call('HDEL', rest, 'open', 'opened')
  end
  if trips or times == 0 then redis.call('HDEL', rest, 'probe') end
  redis.call('HSET', rest, 'outcomes', outcomes, 'forget', whole(math.max(now, ends) + memory))
  return math.max(now, ends)
end

if record ~= 'done' then
  local ends
  if kind == 'limited' then ends = longer('limited', 'limits')
  elseif kind == 'refused' then ends = longer('refused', 'refusals')
  elseif kind == 'forbidden' then
    ends = longer('m:' .. ARGV[3], 'n:' .. ARGV[3])
    bounded()
  else ends = broken() end
  redis.call('ZREM', KEYS[1] .. 'slots:' .. ARGV[2], ARGV[1])
  redis.call('SET', name, 'done', 'PX', 60000)
  redis.call('PEXPIRE', rest, whole(math.max(redis.call('PTTL', rest), ends - now + memory)))
end

local found, left = redis.call('HMGET', rest, 'limited', 'refused', 'm:' .. ARGV[3], 'open'), 0
for at = 1, 4 do left = math.max(left, tonumber(found[at] or 0) - now) end
return whole(left)
