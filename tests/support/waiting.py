"""Waiting for what another process does: as long as it takes on a busy machine, and no longer."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(found: Callable[[], T], seconds: float = 60) -> T:
    """The first answer that is true. Raises AssertionError where none is within `seconds`."""
    end = time.monotonic() + seconds
    while not (answer := found()):
        assert time.monotonic() < end, f"after {seconds} s still {answer!r}"
        time.sleep(0.05)
    return answer
