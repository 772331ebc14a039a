-- An endpoint kept for a session or a batch. Stands behind `standing`.
-- binding:<id> hash: endpoint, model, ttl (ms), ends (ms), left = slots still kept for it, as the members b:<id>:1 to
-- b:<id>:<left> of the endpoint's slots.
local function bound(id)
  local name = pool .. 'binding:' .. id
  local found = redis.call('HMGET', name, 'endpoint', 'model', 'ttl', 'ends', 'left')
  if not found[1] or tonumber(found[4]) <= now then return nil end
  local ttl, left = tonumber(found[3]), tonumber(found[5])
  return {id = id, name = name, endpoint = found[1], model = found[2], ttl = ttl, left = left}
end

local function member(binding, number) return 'b:' .. binding.id .. ':' .. number end

-- It is used: it, and what is kept for it, last for its whole time again. A slot that ran out is not brought back.
local function keep(binding)
  local ends = whole(now + binding.ttl)
  redis.call('HSET', binding.name, 'ends', ends)
  redis.call('PEXPIRE', binding.name, whole(binding.ttl))
  for number = 1, binding.left do
    redis.call('ZADD', pool .. 'slots:' .. binding.endpoint, 'XX', ends, member(binding, number))
  end
end

-- Give back the slots that are still kept for it.
local function let_go(binding)
  for number = 1, binding.left do redis.call('ZREM', pool .. 'slots:' .. binding.endpoint, member(binding, number)) end
end

-- Keep `left` slots of an endpoint for it.
local function settle_on(binding, endpoint, left)
  local ends, slots = whole(now + binding.ttl), pool .. 'slots:' .. endpoint
  redis.call('HSET', binding.name, 'endpoint', endpoint, 'model', binding.model, 'ttl', whole(binding.ttl),
    'ends', ends, 'left', whole(left))
  redis.call('PEXPIRE', binding.name, whole(binding.ttl))
  binding.endpoint, binding.left = endpoint, left
  for number = 1, left do redis.call('ZADD', slots, ends, member(binding, number)) end
  if left > 0 then redis.call('PEXPIRE', slots, DAY) end
end

-- To another endpoint, with as many of its slots as fit there beside `used`.
local function move(binding, endpoint, most, used)
  let_go(binding)
  settle_on(binding, endpoint, math.max(0, math.min(binding.left, most - used)))
end
