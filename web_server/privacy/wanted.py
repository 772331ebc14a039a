"""Whether what a thread works out is still wanted: nobody hides a megabyte for a caller who has left.

`exchange` hands a piece of work to `Wanted.do` and calls it off with `no_longer`; what takes long asks `still_wanted`,
the finder between two windows, the shield between two values. Work that nobody has handed over so is always wanted.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from web_server.privacy.errors import Unwanted

T = TypeVar("T")

_here = threading.local()


class Wanted:
    """One piece of work, done in one thread and called off from another."""

    def __init__(self) -> None:
        self._is_over = False

    def no_longer(self) -> None:
        """Calls it off; what has not begun never does."""
        self._is_over = True

    def do(self, work: Callable[[], T]) -> T:
        """What `work` returns or raises. Raises `Unwanted` once it is called off."""
        _here.wanted = self
        try:
            still_wanted()
            return work()
        finally:
            _here.wanted = None

    def check(self) -> None:
        if self._is_over:
            raise Unwanted("nobody waits for it; nothing was sent")


def still_wanted() -> None:
    """Raises `Unwanted` where what this thread does has been called off."""
    wanted: Wanted | None = getattr(_here, "wanted", None)
    if wanted is not None:
        wanted.check()
