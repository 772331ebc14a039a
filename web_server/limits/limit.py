"""What one caller may do at most. 0 is no limit.

Made by `limits_file` from the settings and the operator's file; asked by `gate`. Pure.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class Limit:
    """A caller's limits. A day is UTC's."""

    requests_per_minute: int = 0
    tokens_per_minute: int = 0
    answers_at_once: int = 0
    tokens_per_day: int = 0
    dollars_per_day: float = 0

    @property
    def is_none(self) -> bool:
        """Whether nothing is limited, so that nothing need be counted."""
        return self == Limit()

    @property
    def micro_dollars_per_day(self) -> int:
        """The day's cost in millionths; what is set is never rounded to "none"."""
        return math.ceil(self.dollars_per_day * MICRO)

    def shared(self, workers: int) -> Limit:
        """What each of so many workers may let through by itself, so that all together let through no more.

        At least one of each: of more workers than requests, the last would let nothing through at all.
        """
        return Limit(
            _part(self.requests_per_minute, workers),
            _part(self.tokens_per_minute, workers),
            _part(self.answers_at_once, workers),
            _part(self.tokens_per_day, workers),
            self.dollars_per_day / workers,
        )


def _part(whole: int, workers: int) -> int:
    return max(1, whole // workers) if whole else 0
