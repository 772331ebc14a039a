-- A chosen endpoint's slot, request and tokens become a lease's. Stands behind `standing`.
-- lease:<id> = the second it was taken in, the tokens reserved, the moment (ms), the endpoint; "done" once it failed, or
-- its reply was lost.
local function told(record)
  local second, tokens, endpoint = string.match(record, '^(%d+) (%d+) %d+ (.*)$')
  return {'leased', endpoint, tokens, second}
end

-- A lease that was given already, and whose reply was lost.
local function repeated(lease)
  local record = redis.call('GET', pool .. 'lease:' .. lease)
  if record == 'done' then return {'none', '', 1, 0, 0, '0'} end -- its caller has left
  local reply = record and told(record)
  if reply and tonumber(redis.call('ZSCORE', pool .. 'slots:' .. reply[2], lease) or 0) > now then return reply end
end

local function take(is, lease, ttl)
  local slots, sums = pool .. 'slots:' .. is.id, is.sums
  redis.call('ZADD', slots, whole(now + ttl), lease) -- the first to write, for the reason that `standing` gives
  redis.call('ZREMRANGEBYSCORE', slots, '-inf', whole(now))
  redis.call('PEXPIRE', slots, DAY)
  redis.call('HSET', sums.name, 'requests', whole(sums.requests + 1), 'tokens', whole(sums.tokens + is.tokens),
    'oldest', whole(math.min(sums.oldest, sums.second)), 'r' .. sums.second, whole(sums.here + 1),
    't' .. sums.second, whole(sums.tokens_here + is.tokens))
  redis.call('PEXPIRE', sums.name, (MINUTE + 2) * 1000)
  if is.rest.half then redis.call('HSET', pool .. 'rest:' .. is.id, 'probe', lease) end
  redis.call('SET', pool .. 'previous', is.id, 'PX', 3600000)
  local record = string.format('%.0f %.0f %.0f %s', sums.second, is.tokens, now, is.id)
  redis.call('SET', pool .. 'lease:' .. lease, record, 'PX', ttl)
  return told(record)
end
