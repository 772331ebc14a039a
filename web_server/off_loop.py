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
from typing import TypeVar

T = TypeVar("T")

BRIEF_BYTES = 2 * 1024
"""Less is done at once: the densest kind of text, a list of people, takes some milliseconds a KiB."""
LONG_BYTES = 64 * 1024
TURN_SECONDS = 0.001
"""How long a thread may go on while another waits. Python's own 5 ms would make a streamed token wait that often."""


class OffLoop:
    """Two threads, begun when first needed; they end with the process."""

    def __init__(self) -> None:
        sys.setswitchinterval(TURN_SECONDS)
        self._usual = ThreadPoolExecutor(1, "usual")
        self._long = ThreadPoolExecutor(1, "long")

    async def run(self, work: Callable[[], T], size: int) -> T:
        """What `work` returns or raises. `size`: bytes of what it works on. What has begun goes on if cancelled."""
        if size <= BRIEF_BYTES:
            return work()
        loop = asyncio.get_running_loop()
        if size <= LONG_BYTES:
            return await loop.run_in_executor(self._usual, work)
        return await loop.run_in_executor(self._long, _uncollected, work)


def _uncollected(work: Callable[[], T]) -> T:
    """Without the cyclic collector: it stops every thread while it looks at the many objects of a long text (60 ms).

    They have no cycles. One at a time does this, so nobody else turns the collector on in between.
    """
    gc.disable()
    try:
        return work()
    finally:
        gc.enable()
