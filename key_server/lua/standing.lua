-- What an endpoint can take now. Stands before the verbs that choose: KEYS[1] is the pool, `ks:{provider}:`, and all
-- other names are made of it, so that they share its hash tag.
-- Names: slots:<endpoint>   zset, lease id (or b:<binding>:<n>, kept for it) -> end (ms)
--        rest:<endpoint>    hash: limited, refused, m:<model> = end of that rest (ms);
--                           limits, refusals, n:<model> = how many;
--                           outcomes = the last ones, "x" failed; open = end of the circuit's rest, opened = how often,
--                           probe = the lease that tries again, forget = when all that is forgotten
--        minute:<endpoint>  hash: r<second>, t<second> = requests and tokens leased in it;
--                           requests, tokens = their sums; oldest = the first second in the sums
local pool = KEYS[1]
local DAY = 90000000 -- for names that empty themselves; longer than any binding
local MINUTE = 60 -- a second counts while any of it is within the last 60 s: 61 of them, so that no window holds more

local function whole(number) return string.format('%.0f', number) end

-- The sums of the sliding minute, without what has left it: each second is taken out once, so the cost is that of time.
-- HSET comes first: where Redis is full it fails, and then nothing of the script is done. After a DEL all would pass.
local function minute(id)
  local name, second = pool .. 'minute:' .. id, math.floor(now / 1000)
  local found = redis.call('HMGET', name, 'requests', 'tokens', 'oldest', 'r' .. second, 't' .. second)
  local sums = {name = name, second = second, requests = tonumber(found[1] or 0), tokens = tonumber(found[2] or 0),
    oldest = tonumber(found[3] or second), here = tonumber(found[4] or 0), tokens_here = tonumber(found[5] or 0)}
  local first = second - MINUTE
  if found[3] and sums.oldest < first then
    if sums.oldest < first - MINUTE then
      redis.call('HSET', name, 'requests', 0)
      redis.call('DEL', name)
      sums.requests, sums.tokens = 0, 0
    else
      local gone = {}
      for each = sums.oldest, first - 1 do
        gone[#gone + 1] = 'r' .. each
        gone[#gone + 1] = 't' .. each
      end
      local values = redis.call('HMGET', name, unpack(gone))
      for at = 1, #gone, 2 do
        sums.requests = sums.requests - tonumber(values[at] or 0)
        sums.tokens = sums.tokens - tonumber(values[at + 1] or 0)
      end
      redis.call('HSET', name, 'requests', whole(sums.requests), 'tokens', whole(sums.tokens), 'oldest', whole(first))
      redis.call('HDEL', name, unpack(gone))
    end
    sums.oldest = first
  end
  return sums
end

-- Milliseconds until the minute has room for one more request and so many tokens.
local function until_room(sums, rpm, tpm, tokens)
  local requests, held, fields = sums.requests, sums.tokens, {}
  local first = math.min(sums.oldest, sums.second)
  for each = first, sums.second do
    fields[#fields + 1] = 'r' .. each
    fields[#fields + 1] = 't' .. each
  end
  local values = redis.call('HMGET', sums.name, unpack(fields))
  for at = 1, #fields, 2 do
    requests = requests - tonumber(values[at] or 0)
    held = held - tonumber(values[at + 1] or 0)
    if (rpm == 0 or requests < rpm) and (tpm == 0 or held + tokens <= tpm) then
      return (first + (at - 1) / 2 + MINUTE + 1) * 1000 - now
    end
  end
  return MINUTE * 1000
end

-- The rests in force: the longest (ms), whether any is for more than the provider's limits, and the circuit's state.
local function rest_of(id, model)
  local name = pool .. 'rest:' .. id
  local found = redis.call('HMGET', name, 'limited', 'refused', 'm:' .. model, 'open', 'forget', 'probe')
  local rest = {wait = 0, tired = false, refused = tonumber(found[2] or 0) > now}
  for at = 1, 4 do
    local left = tonumber(found[at] or 0) - now
    if left > rest.wait then rest.wait = left end
    if left > 0 and at > 1 then rest.tired = true end
  end
  rest.half = found[4] and tonumber(found[4]) <= now and tonumber(found[5] or 0) > now
  rest.probing = rest.half and found[6] and tonumber(redis.call('ZSCORE', pool .. 'slots:' .. id, found[6]) or 0) > now
  return rest
end

-- `headroom`: 0 = not usable; else the least of what is left of slots, requests and tokens, of 1.
-- `why` it is not usable: "resting", "limited" (by the provider), "spent" (its own minute), "busy".
-- `wait`: ms; 0 = unknown.
local function standing(id, rpm, tpm, most, tokens, need, model)
  local rest, sums = rest_of(id, model), minute(id)
  local used = redis.call('ZCOUNT', pool .. 'slots:' .. id, '(' .. whole(now), '+inf')
  if tpm > 0 then tokens = math.min(tokens, tpm) end
  local is = {id = id, headroom = 0, wait = 0, used = used, sums = sums, tokens = tokens, rest = rest}
  local spent = (rpm > 0 and sums.requests >= rpm) or (tpm > 0 and sums.tokens + tokens > tpm)
  if rest.wait > 0 or rest.probing then
    is.wait, is.why = rest.wait, (rest.tired or rest.probing) and 'resting' or 'limited'
  elseif spent then
    is.why = 'spent'
  elseif used + need > most then
    is.why = 'busy'
  else
    local left = 1 - used / most
    if rpm > 0 then left = math.min(left, 1 - sums.requests / rpm) end
    if tpm > 0 then left = math.min(left, 1 - sums.tokens / tpm) end
    is.headroom = math.max(left, 0.001) -- the last of its tokens may be all that a call needs
  end
  if spent then is.wait = math.max(is.wait, until_room(sums, rpm, tpm, tokens)) end
  return is
end
