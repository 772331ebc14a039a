-- Grant covers out of the budget, as many as fit, in one atom. Behind: clock.
-- KEYS: what covers used today, what real queries used today: hashes, by caller's mark and `all`.
-- ARGV: the caller's mark; most tokens a day for all, and for this caller; most for each 1000 real tokens, of all and of
-- this caller's; the real query's own tokens; an answer's tokens where none is known yet, and at most (0 = any);
-- the day's end (unix s; 0: only look); how many covers are wanted, and the tokens of one's request.
-- The first hash also sums the answers it has seen: `answers` of them, `said` tokens. What an answer will be is their mean.
-- And it counts the queries that asked, `asked` and `asked:<mark>`, and their tokens, `prompts` and `prompts:<mark>`: what
-- they used is in the second hash only a while after they have ended. Of the two sums the larger is the real traffic.
-- Returns {granted, tokens reserved for each}.
local mark = ARGV[1]
local spent = redis.call('HMGET', KEYS[1], 'all', mark, 'answers', 'said',
  'asked', 'prompts', 'asked:' .. mark, 'prompts:' .. mark)
local real = redis.call('HMGET', KEYS[2], 'all', mark)
local function of(value) return tonumber(value or 0) or 0 end
local answers, said = of(spent[3]), of(spent[4])
local answer = answers >= 10 and math.ceil(said / answers) or tonumber(ARGV[7])
if tonumber(ARGV[8]) > 0 then answer = math.min(answer, tonumber(ARGV[8])) end
local own = tonumber(ARGV[6]) + answer
local real_all = own + math.max(of(real[1]), of(spent[5]) * answer + of(spent[6]))
local real_mine = own + math.max(of(real[2]), of(spent[7]) * answer + of(spent[8]))
local room = math.min(
  tonumber(ARGV[2]) - of(spent[1]),
  tonumber(ARGV[3]) - of(spent[2]),
  math.floor(tonumber(ARGV[4]) * real_all / 1000) - of(spent[1]),
  math.floor(tonumber(ARGV[5]) * real_mine / 1000) - of(spent[2])
)
local each = tonumber(ARGV[11]) + answer
local granted = math.max(0, math.min(tonumber(ARGV[10]), math.floor(room / each)))
local ends = tonumber(ARGV[9])
if ends > 0 then
  for _, whose in ipairs({'', ':' .. mark}) do
    redis.call('HINCRBY', KEYS[1], 'asked' .. whose, 1)
    redis.call('HINCRBY', KEYS[1], 'prompts' .. whose, ARGV[6])
  end
  local sum = string.format('%.0f', granted * each)
  redis.call('HINCRBY', KEYS[1], 'all', sum)
  redis.call('HINCRBY', KEYS[1], mark, sum)
  redis.call('EXPIREAT', KEYS[1], ends)
end
return {granted, string.format('%.0f', each)}
