-- Send an endpoint to rest after a failure. The end of a rest only ever moves later.
-- KEYS[1] the endpoint's rest. ARGV[1] failures before it rests, ARGV[2] first rest (ms), ARGV[3] longest rest (ms),
-- ARGV[4] the provider's own wish (ms; 0 = none), ARGV[5] how long failures are remembered (ms), ARGV[6] "1": a limit.
-- Returns the milliseconds it rests from now.
local longest = tonumber(ARGV[3])
local failures = redis.call('HINCRBY', KEYS[1], 'failures', 1)
local rest = tonumber(ARGV[4])
local beyond = failures - tonumber(ARGV[1])
if rest == 0 and beyond >= 0 then rest = tonumber(ARGV[2]) * 2 ^ math.min(beyond, 20) end
local before = tonumber(redis.call('HGET', KEYS[1], 'until') or 0)
local ends = math.max(before, now + math.min(rest, longest))
redis.call('HSET', KEYS[1], 'until', string.format('%.0f', ends), 'limited', ARGV[6])
redis.call('PEXPIREAT', KEYS[1], string.format('%.0f', ends + tonumber(ARGV[5])))
return math.max(0, ends - now)
