-- Forget a binding, and give back what is kept for it. Behind: standing, binding.
-- ARGV: binding. Returns 1 if there was one.
local binding = bound(ARGV[1])
if not binding then return 0 end
let_go(binding)
return redis.call('DEL', binding.name)
