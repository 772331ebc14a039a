"""How a caller stands with the limits after a call was let in or refused, and how an answer's headers say so.

Made by `counts` and `local`; told to the callers by `access`, which puts it on every answer of a limited caller. Pure.
"""

from __future__ import annotations

import math
from contextvars import ContextVar
from dataclasses import dataclass, field

from web_server.limits.limit import Limit

Header = tuple[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Entered:
    """An answer may begin. Where its tokens are counted: they are settled there when it ends."""

    second: int = 0
    day: int = 0
    kept: int = 0
    """Of the minute's tokens; of the day's it is the whole estimate."""


@dataclass(frozen=True, slots=True)
class Forbidden:
    """No answer may begin now. `limit` is a field of `Limit`."""

    limit: str
    wait_seconds: float


@dataclass(frozen=True, slots=True)
class Standing:
    """What is counted of the last minute, and in how many seconds the oldest part of it leaves."""

    outcome: Entered | Forbidden
    requests: int = 0
    tokens: int = 0
    requests_reset: float = 0
    tokens_reset: float = 0

    def headers(self, limit: Limit) -> list[Header]:
        """`X-RateLimit-*`: by kind, and without a kind for the first that is limited. Seconds are rounded up."""
        found: list[Header] = []
        for kind, most, used, reset in (
            (b"requests", limit.requests_per_minute, self.requests, self.requests_reset),
            (b"tokens", limit.tokens_per_minute, self.tokens, self.tokens_reset),
        ):
            if not most:
                continue
            says = (most, max(0, most - used), math.ceil(reset))
            for suffix in (b"", b"-" + kind) if not found else (b"-" + kind,):
                for what, number in zip((b"limit", b"remaining", b"reset"), says, strict=True):
                    found.append((b"x-ratelimit-" + what + suffix, str(number).encode()))
        return found


@dataclass(slots=True)
class Told:
    """What the answer to one request says of the limits; filled by the gate, read when the answer's head is sent."""

    headers: list[Header] = field(default_factory=list)


told: ContextVar[Told | None] = ContextVar("told", default=None)
"""Of the request that is being answered."""


def tell(headers: list[Header]) -> None:
    """Put `headers` on the answer to this request. The last that is told counts."""
    if (here := told.get()) is not None:
        here.headers = headers
