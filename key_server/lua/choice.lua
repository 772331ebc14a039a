-- One endpoint of those offered, at random, by weight x headroom. Stands behind `standing`.
-- ARGV from `start`: "1": not the pool's previous one, "1": all that there are, a random number of [0, 1), how many
-- were drawn; then for each drawn (by its weight, and it may come again): id, rpm, tpm, a random number of [0, 1); then
-- for each of the others: id, rpm, tpm, weight.
-- A drawn one is taken with the probability of its headroom, which makes it weight x headroom over the whole pool at
-- the price of a few; where none is, one of those seen.
-- Returns its standing; or nil and {none, previous, busy, spent, tired, ms}.
local function choose(start, most, tokens, need, model)
  local avoid, all, chance = ARGV[start] == '1', ARGV[start + 1] == '1', tonumber(ARGV[start + 2])
  local others = start + 4 + 4 * tonumber(ARGV[start + 3])
  local previous = avoid and redis.call('GET', pool .. 'previous')
  local seen, usable, total, spare = {}, {}, 0, nil
  local none = {busy = 0, spent = 0, tired = 0, wait = nil}
  for at = start + 4, #ARGV, 4 do
    local id, last = ARGV[at], tonumber(ARGV[at + 3])
    local is = seen[id]
    if not is then
      is = standing(id, tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]), most, tokens, need, model)
      seen[id] = is
      if is.headroom == 0 then
        if is.why == 'busy' then none.busy = 1 elseif is.why == 'spent' then none.spent = 1
        elseif is.why == 'resting' then none.tired = 1 end
        if is.wait > 0 and (not none.wait or is.wait < none.wait) then none.wait = is.wait end
      end
    end
    if is.headroom > 0 then
      if id == previous then
        spare = is
      elseif at < others then
        if last < is.headroom then return is end
        usable[#usable + 1], total = {is, is.headroom}, total + is.headroom
      else
        usable[#usable + 1], total = {is, last * is.headroom}, total + last * is.headroom
      end
    end
  end
  for at, each in ipairs(usable) do
    chance = chance - each[2] / total
    if chance < 0 or at == #usable then return each[1] end
  end
  if spare and all then return spare end
  return nil, {'none', spare and spare.id or '', none.busy, none.spent, none.tired, whole(none.wait or 0)}
end
