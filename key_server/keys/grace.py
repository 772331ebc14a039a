"""How long opened keys go on serving while the cipher cannot be asked.

Called by `holdings` after each look at the cipher. Pure: the clock's reading is passed in.
Never counts from the first failure: what matters is when the cipher last answered.
"""

from __future__ import annotations


class Grace:
    """`seconds`: 0 = none at all; None = the cipher is in this process and always answers."""

    def __init__(self, seconds: float | None, now: float) -> None:
        self._seconds = seconds
        self._answered_at = now
        self.away = False
        self.locked = False

    def answered(self, now: float) -> None:
        self._answered_at, self.away, self.locked = now, False, False

    def failed(self, now: float) -> None:
        """`locked` from now on where the time is up; it stays so until the cipher answers."""
        self.away = True
        self.locked = self._seconds is not None and now - self._answered_at >= self._seconds

    def left_s(self, now: float) -> float:
        """Until the keys are locked, should the cipher stay away."""
        return max(0.0, self._answered_at + (self._seconds or 0.0) - now)
