-- What is counted of a caller now; nothing is counted by looking. Behind: clock, minute.
-- KEYS: the caller's minute, slots, day, as `enter` has them.
-- Returns requests and tokens of the minute, answers under way, tokens and cost of the day.
local sums = minute(KEYS[1])
local spent = redis.call('HMGET', KEYS[3], 'day', 'tokens', 'cost')
if tonumber(spent[1] or -1) ~= math.floor(now / 86400000) then spent = {false, 0, 0} end
local answers = redis.call('ZCOUNT', KEYS[2], '(' .. whole(now), '+inf')
return {whole(sums.requests), whole(sums.tokens), answers, whole(spent[2]), whole(spent[3])}
