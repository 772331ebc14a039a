"""The web server's Redis: the one connection, and every key name (`ws:*`).

Called by the app and the health door. Never: a real value unsealed, or a wait longer than half a second.
"""

from __future__ import annotations

from redis.asyncio import Redis
from redis.exceptions import RedisError

TIMEOUT_SECONDS = 0.5


class State:
    """One pooled connection to Redis; opened by the first use."""

    def __init__(self, url: str) -> None:
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

    async def aclose(self) -> None:
        """Close the pool."""
        await self._redis.aclose()
