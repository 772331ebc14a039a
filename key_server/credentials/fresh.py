"""A credential that ends: fetched in a thread, and fetched anew behind the calls before it does.

Used by `aws_sigv4` and `azure_entra`, whose libraries block. However many calls wait, one fetch is under way.
Never logs what it fetched or what an error said; never blocks the event loop.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from key_server import logs
from key_server.credentials.signer import CredentialUnavailable

LONGEST_FETCH_S = 20.0
RETRY_S = 5.0  # a source that has just failed is left alone for so long

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Held(Generic[T]):
    """`value` serves until `ends_at`; from `renew_at` on a new one is fetched. Seconds of the epoch."""

    value: T = field(repr=False)
    renew_at: float
    ends_at: float


class Fresh(Generic[T]):
    def __init__(
        self,
        scheme: str,
        fetch: Callable[[], Held[T]],
        *,
        clock: Callable[[], float] = time.time,
        retry_s: float = RETRY_S,
    ) -> None:
        """`fetch` may block and may raise whatever its library raises."""
        self._scheme = scheme
        self._fetch = fetch
        self._clock = clock
        self._retry_s = retry_s
        self._held: Held[T] | None = None
        self._fetching: asyncio.Task[None] | None = None
        self._failed_at = float("-inf")
        self._reason = "not fetched"

    async def current(self) -> T:
        """The value, at once while it is fresh. Raises CredentialUnavailable."""
        held, now = self._held, self._clock()
        if held is not None and now < held.renew_at:
            return held.value
        if self._fetching is None and not 0 <= now - self._failed_at < self._retry_s:
            self._fetching = asyncio.create_task(self._renew())
        if held is not None and now < held.ends_at:
            return held.value
        if self._fetching is not None:
            await asyncio.shield(self._fetching)
        if self._held is None or self._clock() >= self._held.ends_at:
            raise CredentialUnavailable(self._reason)
        return self._held.value

    async def _renew(self) -> None:
        try:
            async with asyncio.timeout(LONGEST_FETCH_S):
                self._held = await asyncio.to_thread(self._fetch)
            self._failed_at = float("-inf")
        except Exception as error:
            self._failed_at = self._clock()
            self._reason = error.reason if isinstance(error, CredentialUnavailable) else type(error).__name__
            logs.event("credential_not_fetched", logging.ERROR, code=self._scheme, error=self._reason)
        finally:
            self._fetching = None
