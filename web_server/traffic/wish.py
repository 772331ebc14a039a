"""Whether the answer to this request is padded: said by the exchange, which knows the minimum, heard at the rim.

Pure. Between them stand the doors, which need not know.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Wish:
    """Of one request."""

    padded: bool = False


_wish: ContextVar[Wish | None] = ContextVar("wish", default=None)


def begin() -> Wish:
    """A request begins; nothing is wished for yet."""
    wish = Wish()
    _wish.set(wish)
    return wish


def pad() -> None:
    """Have the answer to this request padded. It is never taken back."""
    if (wish := _wish.get()) is not None:
        wish.padded = True


def padded() -> bool:
    """Whether it is."""
    return (wish := _wish.get()) is not None and wish.padded
