-- Stands before every script: `now`, milliseconds by Redis' own clock, which all workers share.
local clock_ = redis.call('TIME')
local now = clock_[1] * 1000 + math.floor(clock_[2] / 1000)
