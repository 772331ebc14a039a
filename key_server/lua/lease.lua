-- Lease one slot of one endpoint, in one atom. Behind: standing, choice, taking, binding.
-- ARGV: lease id, time to live (ms), slots of an endpoint, tokens to reserve, model; then a binding that moves with it,
-- and the endpoint it is to leave ("" = none); then as `choice` says.
-- Returns {leased, endpoint, tokens reserved, second} | {none, ...} as `choice` says | {unbound} |
-- {elsewhere, endpoint}: the binding was moved by another call already.
local lease, ttl, most, model = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[5]
local again = repeated(lease)
if again then return again end
local binding = nil
if ARGV[6] ~= '' then
  binding = bound(ARGV[6])
  if not binding then return {'unbound'} end
  if binding.endpoint ~= ARGV[7] then return {'elsewhere', binding.endpoint} end
end
local is, none = choose(8, most, tonumber(ARGV[4]), 1, model)
if not is then return none end
local reply = take(is, lease, ttl)
if binding then move(binding, is.id, most, is.used + 1) end
return reply
