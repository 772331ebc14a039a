-- Keep an endpoint for a binding, with some of its slots. Behind: standing, choice, binding.
-- ARGV: binding, model, slots of an endpoint, slots to keep, time to live (ms), the endpoint that it is
-- to leave where it is bound already ("" = none); then as `choice` says.
-- Returns {bound, endpoint, "0" | ms that it still rests}: there already | {bound, endpoint, "0"} | {moved, endpoint} |
-- {mismatch}: it is another model's | {none, ...} as `choice` says.
local most, slots = tonumber(ARGV[3]), tonumber(ARGV[4])
local binding = bound(ARGV[1])
if binding then
  if binding.model ~= ARGV[2] then return {'mismatch'} end
  if binding.endpoint ~= ARGV[6] then
    keep(binding)
    local rest = rest_of(binding.endpoint, ARGV[2])
    return {'bound', binding.endpoint, whole(rest.wait)}
  end
end
local is, none = choose(7, most, 0, math.max(slots, 1), ARGV[2])
if not is then return none end
redis.call('SET', pool .. 'previous', is.id, 'PX', 3600000)
if binding then
  move(binding, is.id, most, is.used)
  return {'moved', is.id}
end
binding = {id = ARGV[1], name = pool .. 'binding:' .. ARGV[1], model = ARGV[2], ttl = tonumber(ARGV[5]), left = 0}
settle_on(binding, is.id, slots)
return {'bound', is.id, '0'}
