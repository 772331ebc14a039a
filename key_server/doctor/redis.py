"""Redis: can it be reached, and is it one that keeps what it is given.

Called by `examination`. Speaks through the store alone.
"""

from __future__ import annotations

import asyncio

from key_server.doctor.finding import OK, PROBLEM, WARNING, Finding
from key_server.errors import StoreUnavailable
from key_server.store import address, condition

CHECK = "Redis"


def look(url: str) -> list[Finding]:
    """Two lines at most: whether it is there, and what is wrong with the way there."""
    try:
        found = asyncio.run(condition.ask(url))
    except StoreUnavailable as unavailable:
        advice = "is it running, and is KEY_SERVER_REDIS_URL (its user and password, too) right?"
        return [Finding(CHECK, PROBLEM, condition.why(unavailable) or "it cannot be reached, or it refused us", advice)]
    seen = f"version {found.version}" if found.version else "reached"
    if found.evicts:
        advice = "set maxmemory-policy noeviction: leases and limits must not vanish"
        first = Finding(CHECK, PROBLEM, f"{seen}; when full it drops names ({found.policy})", advice)
    elif found.cannot_write:
        first = Finding(CHECK, PROBLEM, f"{seen}; {found.cannot_write}", "see its log, its disk and its memory")
    else:
        keeps = "kept on disk" if found.kept else "in memory alone: counters end with it, keys do not"
        first = Finding(CHECK, OK, f"{seen}, {keeps}")
    return [first, *_way(url)]


def _way(url: str) -> list[Finding]:
    to = address.parse(url)
    local = all(host in ("localhost", "127.0.0.1", "::1") for host, _ in to.hosts)
    if not to.tls and not local:
        return [Finding("way to Redis", WARNING, "not encrypted", "use rediss://, or a network of its own")]
    if not to.path and to.password is None:
        return [
            Finding("way to Redis", WARNING, "any user of this machine may connect", "give it an ACL user (docker/)")
        ]
    return []
