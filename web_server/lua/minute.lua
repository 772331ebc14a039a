-- One caller's sliding minute: a ring of seconds, each "second requests tokens", under its number modulo RING.
-- A second counts while any of it is within the last 60 s: 61 of them, so that no window of 60 s ever holds more.
local MINUTE, RING = 60, 64
local function whole(number) return string.format('%.0f', number) end

local function read(value)
  local second, requests, tokens = string.match(value or '', '^(%d+) (%d+) (%d+)$')
  return tonumber(second or 0), tonumber(requests or 0), tonumber(tokens or 0)
end

-- What is counted now: the sums, and the seconds they are made of, the oldest first.
local function minute(name)
  local sums = {second = math.floor(now / 1000), requests = 0, tokens = 0, seconds = {}}
  for _, value in ipairs(redis.call('HVALS', name)) do
    local second, requests, tokens = read(value)
    if second >= sums.second - MINUTE then
      sums.requests, sums.tokens = sums.requests + requests, sums.tokens + tokens
      sums.seconds[#sums.seconds + 1] = {second, requests, tokens}
    end
  end
  table.sort(sums.seconds, function(one, other) return one[1] < other[1] end)
  return sums
end

-- Milliseconds until no more than so many requests and tokens are counted; nil asks nothing of them.
local function until_at_most(sums, requests, tokens)
  local counted, held = sums.requests, sums.tokens
  if (not requests or counted <= requests) and (not tokens or held <= tokens) then return 0 end
  for _, each in ipairs(sums.seconds) do
    counted, held = counted - each[2], held - each[3]
    if (not requests or counted <= requests) and (not tokens or held <= tokens) then
      return (each[1] + MINUTE + 1) * 1000 - now
    end
  end
  return MINUTE * 1000
end

local function count(name, second, requests, tokens)
  local at = whole(second % RING)
  local there, r, t = read(redis.call('HGET', name, at))
  if there ~= second then r, t = 0, 0 end
  redis.call('HSET', name, at, whole(second) .. ' ' .. whole(r + requests) .. ' ' .. whole(math.max(0, t + tokens)))
  redis.call('PEXPIRE', name, (MINUTE + 2) * 1000)
end
