-- Reserve tokens for covers that are invented before any is wanted, if there is room for all of them. Behind: clock.
-- KEYS: as `spend`. ARGV: most tokens a day; most for each 1000 real tokens; an answer's tokens where none is known yet; the
-- tokens that are wanted; the day's end (unix s).
-- They are in the field `all` as those of covers are, and in `ahead` by themselves.
-- Returns 1, or 0 where there is no room.
local spent = redis.call('HMGET', KEYS[1], 'all', 'answers', 'said', 'asked', 'prompts')
local function of(value) return tonumber(value or 0) or 0 end
local answers = of(spent[2])
local answer = answers >= 10 and math.ceil(of(spent[3]) / answers) or tonumber(ARGV[3])
local real = math.max(of(redis.call('HGET', KEYS[2], 'all')), of(spent[4]) * answer + of(spent[5]))
local room = math.min(tonumber(ARGV[1]), math.floor(tonumber(ARGV[2]) * real / 1000)) - of(spent[1])
if room < tonumber(ARGV[4]) then return 0 end
redis.call('HINCRBY', KEYS[1], 'all', ARGV[4])
redis.call('HINCRBY', KEYS[1], 'ahead', ARGV[4])
redis.call('EXPIREAT', KEYS[1], ARGV[5])
return 1
