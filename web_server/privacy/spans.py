"""What a detector found: a stretch of text and its kind.

Called by detectors, the finder and the ledger. Never holds the text itself, so a span may be logged or counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Span:
    """`text[start:end]` is of `kind`: offsets in code points, end exclusive. `reason` names the rule, not the value."""

    start: int
    end: int
    kind: str
    score: float = 1.0
    reason: str = ""


class Finder(Protocol):
    """Finds what is private in a text."""

    def find(self, text: str) -> Sequence[Span]:
        """Settled spans, in order, none overlapping. Raises whatever a detector raises: the shield fails closed."""
        ...
