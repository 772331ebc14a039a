"""What Redis does with a session in one atom each: one verb a script, one key a script.

Run by `session_store`. A record is a hash: `record` (sealed), and while a turn is under way `turn` (whose) and `until`
(when it counts as lost, by Redis' clock). A turn that a killed process left behind ends by itself.
"""

from __future__ import annotations

_NOW = "local t = redis.call('TIME') local now = t[1] * 1000 + math.floor(t[2] / 1000) "

CREATE = """
redis.call('HSET', KEYS[1], 'record', ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
"""
"""record, ttl"""

READ = """
local record = redis.call('HGET', KEYS[1], 'record')
if record and tonumber(ARGV[1]) > 0 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return record
"""
"""ttl (0: not renewed) -> the record or nil"""

BEGIN = (
    _NOW
    + """
local record = redis.call('HGET', KEYS[1], 'record')
if not record then return {'gone'} end
local held = redis.call('HGET', KEYS[1], 'until')
if held and tonumber(held) > now then return {'busy'} end
redis.call('HSET', KEYS[1], 'turn', ARGV[1], 'until', string.format('%.0f', now + ARGV[2]))
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return {'mine', record}
"""
)
"""turn, how long it is held, ttl -> {gone | busy | mine, record}"""

HOLD = (
    _NOW
    + """
if redis.call('HGET', KEYS[1], 'turn') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'until', string.format('%.0f', now + ARGV[2]))
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
"""
)
"""turn, how long it is held, ttl -> whether it was still this turn's"""

WRITE = """
if redis.call('HGET', KEYS[1], 'turn') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'record', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
"""
"""turn, record, ttl -> whether it was still this turn's, and is written"""

END = """
if redis.call('HGET', KEYS[1], 'turn') ~= ARGV[1] then return 0 end
redis.call('HDEL', KEYS[1], 'turn', 'until')
return 1
"""
"""turn"""

DELETE = "return redis.call('DEL', KEYS[1])"

LIST_ADD = """
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return redis.call('HLEN', KEYS[1])
"""
"""field, sealed id, ttl -> how many there are"""

LIST_TOUCH = "return redis.call('PEXPIRE', KEYS[1], ARGV[1])"

LIST_ALL = "return redis.call('HVALS', KEYS[1])"

LIST_DROP = "return redis.call('HDEL', KEYS[1], unpack(ARGV))"

OPEN_TOUCH = (
    _NOW
    + """
redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[2]), ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now))
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
"""
)
"""session, ttl: counted for as long"""

OPEN_COUNT = _NOW + "return redis.call('ZCOUNT', KEYS[1], string.format('(%.0f', now), '+inf')"

OPEN_DROP = "return redis.call('ZREM', KEYS[1], ARGV[1])"
