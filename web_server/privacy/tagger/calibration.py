"""What a tagger's own probability is worth, as it was measured on texts that it had not learned from.

Read from the model's file by the tagger, a curve for each kind. Pure; plain numbers, for a text has few names and
arrays of one are dear.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Calibration:
    """A line through points, `raw` rising; level before the first and behind the last."""

    raw: tuple[float, ...]
    true: tuple[float, ...]

    @classmethod
    def of(cls, points: Iterable[tuple[float, float]]) -> Calibration:
        """Of (raw, measured) pairs. ValueError where they are none."""
        raw, true = zip(*((float(one), float(other)) for one, other in points), strict=True)
        return cls(raw, true)

    def measured(self, raw: float) -> float:
        """How often such a name is one."""
        at = bisect_right(self.raw, raw)
        if at in (0, len(self.raw)):
            return self.true[max(0, at - 1)]
        before, behind = self.raw[at - 1], self.raw[at]
        share = (raw - before) / (behind - before)
        return self.true[at - 1] + share * (self.true[at] - self.true[at - 1])
