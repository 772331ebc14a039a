"""Reckoning that is too long for the event loop, in threads that leave the loop its turns.

Called by `exchange`. Threads share one lock with the loop, and each busy one makes the loop wait its turn: so there are
two, whatever the number of callers. One is for the usual, one for what is long, so that a megabyte holds nobody up.
Never for waiting.
"""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

T = TypeVar("T")

BRIEF_BYTES = 2 * 1024
"""Less is done at once: the densest kind of text, a list of people, takes some milliseconds a KiB."""
LONG_BYTES = 64 * 1024
MOST_BYTES = 16 * 1024 * 1024
"""What may wait for one thread, or be under way in it: about a minute's work, and some hundred MiB of objects."""
FROZEN_MOST = 256
"""Long texts after which the collector looks through all there is, once."""

TURN_SECONDS = 0.001
"""How long a thread may go on while another waits. Python's own 5 ms would make a streamed token wait that often."""


class Busy(Exception):
    """More waits already than is done soon."""


class OffLoop:
    """Two threads, begun when first needed; they end with the process."""

    def __init__(self) -> None:
        sys.setswitchinterval(TURN_SECONDS)
        self._usual = _Thread("usual")
        self._long = _Thread("long")
        self._frozen = 0

    async def run(self, work: Callable[[], T], size: int) -> T:
        """What `work` returns or raises. `size`: bytes of what it works on. What has begun goes on if cancelled.

        Raises `Busy` where too much waits; nothing is done then.
        """
        if size <= BRIEF_BYTES:
            return work()
        if size <= LONG_BYTES:
            return await self._usual.run(work, size)
        return await self._long.run(partial(self._uncollected, work), size)

    def _uncollected(self, work: Callable[[], T]) -> T:
        """Without the cyclic collector: it stops every thread while it looks at the many objects of a long text.

        They have no cycles. One at a time does this, so nobody else turns the collector on in between. Turned on, it
        would look at what is left of them at once, for 60 to 160 ms: so that is frozen, as `asgi` does with all that is
        there to stay. Cycles that others made meanwhile are frozen with it: now and then all is looked through.
        """
        gc.disable()
        try:
            return work()
        finally:
            gc.freeze()
            self._frozen += 1
            if self._frozen % FROZEN_MOST == 0:
                gc.unfreeze()
                gc.collect()
                gc.freeze()
            gc.enable()


class _Thread:
    """One thread and what waits for it, in the order in which it came."""

    def __init__(self, name: str) -> None:
        self._executor = ThreadPoolExecutor(1, name)
        self._bytes = 0

    async def run(self, work: Callable[[], T], size: int) -> T:
        if self._bytes and self._bytes + size > MOST_BYTES:
            raise Busy
        self._bytes += size
        try:
            return await asyncio.get_running_loop().run_in_executor(self._executor, work)
        finally:
            self._bytes -= size
