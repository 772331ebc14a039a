"""The web server's Redis: the one connection, and every key name (`ws:*`).

Called by the app, the health door and the store of the sessions. Never: a real value unsealed, or a wait longer than
half a second.
"""

from __future__ import annotations

from hashlib import sha1
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import NoScriptError, RedisError

TIMEOUT_SECONDS = 0.5

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
