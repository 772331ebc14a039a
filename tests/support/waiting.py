"""Waiting for what another process does: as long as it takes on a busy machine, and no longer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


def until(found: Callable[[], T], seconds: float = 60) -> T:
    """The first answer that is true. Raises AssertionError where none is within `seconds`."""
    end = time.monotonic() + seconds
    while not (answer := found()):
        assert time.monotonic() < end, f"after {seconds} s still {answer!r}"
        time.sleep(0.05)
    return answer


async def eventually(found: Callable[[], Awaitable[T]], seconds: float = 60) -> T:
    """The same, of what is asked for on this loop."""
    end = time.monotonic() + seconds
    while not (answer := await found()):
        assert time.monotonic() < end, f"after {seconds} s still {answer!r}"
        await asyncio.sleep(0.01)
    return answer
