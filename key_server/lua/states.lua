-- How endpoints are doing, for people to look at. Behind: standing. ARGV: model, then id, rpm, tpm of each.
-- Returns for each: slots in use, ms that it rests, state, requests and tokens of the last minute.
local reply = {}
for at = 2, #ARGV, 3 do
  local id, rpm, tpm = ARGV[at], tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
  local is = standing(id, rpm, tpm, 1000000, 1, 1, ARGV[1])
  local state = 'ready'
  if is.rest.refused then state = 'refused'
  elseif is.rest.tired then state = 'resting'
  elseif is.rest.half then state = 'probing'
  elseif is.why == 'limited' or is.why == 'spent' then state = 'limited' end
  reply[#reply + 1] = {is.used, whole(is.rest.wait), state, whole(is.sums.requests), whole(is.sums.tokens)}
end
return reply
