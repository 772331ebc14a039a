"""The web server's Redis: the one connection, and every key name (`ws:*`).

Called by the app, the health door and the store of the sessions. Never: a real value unsealed, or a wait longer than
half a second.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from hashlib import sha1
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import NoScriptError, RedisError

TIMEOUT_SECONDS = 0.5

REVOKED = "ws:revoked"
"""A sorted set: the digest of a token's id, by the end of the token (Unix time). Gone with the last of them."""

REVOKED_VERSION = "ws:revoked:version"
"""Another word after each change."""

SESSION = "ws:session:"
"""One session, by the HMAC of its id."""

SESSIONS_OF = "ws:sessions:"
"""A caller's sessions, by the HMAC of the caller."""


class Away(Exception):
    """Redis did not answer in time, or not as it should."""


class State:
    """One pooled connection to Redis; opened by the first use."""

    def __init__(self, url: str) -> None:
        self._shas: dict[str, str] = {}
        # Redis from its URL: no retries behind our back, so that an outage is noticed within the timeout.
        self._redis = Redis.from_url(
            url, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS, retry_on_timeout=False
        )

    async def is_there(self) -> bool:
        """Whether Redis answers a PING in time."""
        try:
            return bool(await self._redis.ping())
        except (RedisError, OSError):
            return False

    async def revoke(self, digest: str, until: int) -> None:
        """Put a token on the list until its end. Raises Away."""
        try:
            async with self._redis.pipeline(transaction=True) as change:
                change.zremrangebyscore(REVOKED, "-inf", time.time())
                change.zadd(REVOKED, {digest: until}, gt=True)
                change.zrange(REVOKED, -1, -1, withscores=True)
                change.set(REVOKED_VERSION, secrets.token_hex(8))
                *_, last, _ = await change.execute()
            for name in (REVOKED, REVOKED_VERSION):
                await self._redis.expireat(name, int(last[0][1]) + 1)
        except (RedisError, OSError):
            raise Away from None

    async def revoked(self, known: str) -> tuple[str, Mapping[str, float] | None]:
        """The list and its version; the list is None where its version is the `known` one. Raises Away."""
        try:
            version = _text(await self._redis.get(REVOKED_VERSION))
            if version == known:
                return version, None
            rows: Any = await self._redis.zrangebyscore(REVOKED, time.time(), "+inf", withscores=True)
        except (RedisError, OSError):
            raise Away from None
        return version, {_text(name): float(end) for name, end in rows}

    async def run(self, script: str, key: str, *arguments: str | bytes | int) -> Any:
        """What a Lua script over one key returns. Raises Away; the script may then have run, or not."""
        try:
            sha = self._shas.get(script)
            if sha is None:
                sha = self._shas[script] = sha1(script.encode()).hexdigest()  # noqa: S324 - Redis' name for a script
            try:
                return await self._redis.evalsha(sha, 1, key, *arguments)
            except NoScriptError:
                return await self._redis.eval(script, 1, key, *arguments)
        except (RedisError, OSError):
            raise Away from None

    async def aclose(self) -> None:
        """Close the pool."""
        await self._redis.aclose()


def _text(value: bytes | str | None) -> str:
    return value.decode() if isinstance(value, bytes) else value or ""
