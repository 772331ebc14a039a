-- Lease a slot of the endpoint that a binding is kept on: one of those kept for it, else any. Behind: as `lease`.
-- ARGV: lease id, time to live (ms), slots of an endpoint, tokens to reserve, model, binding, and the endpoint that the
-- caller believes it to be on ("" = unknown), with its rpm and tpm.
-- Returns {leased, ...} as `lease` | {unbound} | {mismatch}: another model's | {elsewhere, endpoint} | {resting} |
-- {none, ...}: busy, or its minute is spent.
local again = repeated(ARGV[1])
if again then return again end
local binding = bound(ARGV[6])
if not binding then return {'unbound'} end
if binding.model ~= ARGV[5] then return {'mismatch'} end
if binding.endpoint ~= ARGV[7] then return {'elsewhere', binding.endpoint} end
keep(binding)
local slots, kept = pool .. 'slots:' .. binding.endpoint, nil
if binding.left > 0 then
  kept = member(binding, binding.left)
  if tonumber(redis.call('ZSCORE', slots, kept) or 0) <= now then kept = nil end
end
local is = standing(binding.endpoint, tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[3]), tonumber(ARGV[4]),
  kept and 0 or 1, ARGV[5])
if is.headroom == 0 then
  if is.why == 'resting' or is.why == 'limited' then return {'resting'} end
  return {'none', '', is.why == 'busy' and 1 or 0, is.why == 'spent' and 1 or 0, 0, whole(is.wait)}
end
if kept then
  redis.call('ZREM', slots, kept)
  redis.call('HSET', binding.name, 'left', whole(binding.left - 1))
end
return take(is, ARGV[1], tonumber(ARGV[2]))
