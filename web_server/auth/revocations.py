"""Tokens that were revoked before their end: this worker's copy of the list in Redis, looked at twice a second.

Made by `auth.wiring`, asked by `tokens`; `token_command` adds to the list. A copy costs a query nothing and outlives an
outage: while Redis is away the list as it was last seen holds, for a stated time, and then tokens are refused. So are
they in a worker that has not seen the list yet. Why: docs/decisions/0020.
Never: the id of a token; a digest of it.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections.abc import Callable, Mapping
from typing import Protocol

from web_server.errors import ApiError
from web_server.state import Away

log = logging.getLogger("web_server.revocations")

LOOK_AGAIN_SECONDS = 0.5


class RevokedList(Protocol):
    """The list that all workers share."""

    async def revoked(self, known: str) -> tuple[str, Mapping[str, float] | None]:
        """Its version, and what is on it (digest: end of the token) unless that is the `known` one. Raises Away."""
        ...


def digest(token_id: str) -> str:
    """What stands on the list for a token: as short for any issuer's ids."""
    return hashlib.sha256(token_id.encode()).hexdigest()[:32]


class Revocations:
    """What this worker knows of the list."""

    def __init__(
        self,
        shared: RevokedList,
        grace_seconds: float,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._shared = shared
        self._grace = grace_seconds
        self._clock = clock
        self._now = now
        self._seen: float | None = None
        self._version = ""
        self._revoked: dict[str, float] = {}

    def check(self, token_id: str) -> None:
        """Raises ApiError TOKEN_REVOKED, or REVOCATIONS_UNKNOWN where the list is too old to tell."""
        if digest(token_id) in self._revoked:
            raise ApiError("TOKEN_REVOKED")
        if self._seen is None or self._clock() - self._seen > self._grace + 2 * LOOK_AGAIN_SECONDS:
            raise ApiError("REVOCATIONS_UNKNOWN", retry_after=1)

    async def look(self) -> None:
        """Take over what is new. What was revoked stays so until the token's end, even if Redis was emptied."""
        try:
            version, entries = await self._shared.revoked(self._version)
        except Away:
            return
        self._seen = self._clock()
        if entries is not None:
            now = self._now()
            self._revoked = {name: end for name, end in {**self._revoked, **entries}.items() if end > now}
            self._version = version

    async def watch(self) -> None:
        """Look for as long as the server runs."""
        while True:
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
            try:
                await self.look()
            except Exception:
                log.exception("list of revoked tokens not looked at")
