"""One search of a whole large pool at a time, and what the last one that found nothing tells the calls behind it.

Used by `choice`, for what the few drawn ones could not give. A pool of 10,000 takes 40 questions and some 0.1 s of
Redis; a hundred callers who each searched a dry one would keep Redis from everybody else.
Never remembers for longer than a few times what the search took: a slot that comes free is found soon.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from key_server.errors import StoreUnavailable
from key_server.store.pool import Unleased

REMEMBERED = 4.0  # times what the search took: searching takes a fifth of Redis at most
LONGEST_S = 1.0
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Dry:
    """Nothing had room for `need`: so said at `at_s`, and to be believed until `ends_s`."""

    none: Unleased
    need: int
    at_s: float
    ends_s: float


class Search:
    """`need`: what is asked for, tokens or slots; who needs more than one who found nothing finds nothing either."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._alone = asyncio.Lock()
        self._dry: _Dry | None = None
        self._failed_at, self._hint_ms = float("-inf"), 0

    def known(self, need: int) -> Unleased | None:
        """What a search would say, with the wait that is left of it; None where one has to be made.

        For a greater need the wait may be longer yet: it learns that when it comes again.
        """
        dry, now = self._dry, self._clock()
        if dry is None or need < dry.need or now >= dry.ends_s:
            return None
        wait_ms = dry.none.wait_ms - int((now - dry.at_s) * 1000) if dry.none.wait_ms else 0
        return replace(dry.none, wait_ms=wait_ms) if wait_ms > 0 or not dry.none.wait_ms else None

    async def run(self, need: int, look: Callable[[], Awaitable[T | Unleased]], *, remember: bool) -> T | Unleased:
        """What `look` finds, or what it found a moment ago. `remember`: it looks at all there are.

        Raises what `look` raises.
        """
        came = self._clock()
        if known := self.known(need):
            return known
        async with self._alone:
            if known := self.known(need):
                return known
            if self._failed_at >= came:
                # It was away for the call before; each in turn would wait as long again.
                raise StoreUnavailable(retry_after_ms=self._hint_ms)
            began = self._clock()
            try:
                found = await look()
            except StoreUnavailable as error:
                self._failed_at, self._hint_ms = self._clock(), error.retry_after_ms
                raise
            # One that is only to be avoided is no dry pool.
            if remember and isinstance(found, Unleased) and not found.previous:
                now = self._clock()
                self._dry = _Dry(found, need, now, now + min(REMEMBERED * (now - began), LONGEST_S))
            return found
