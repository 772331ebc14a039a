"""What a detector found: a stretch of text and its kind; and what took its place.

Called by detectors, the finder and the ledger. Never holds the text itself, so a span may be logged or counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Span:
    """`text[start:end]` is of `kind`: offsets in code points, end exclusive. `reason` names the rule, not the value."""

    start: int
    end: int
    kind: str
    score: float = 1.0
    reason: str = ""

    def moved(self, start: int, end: int) -> Span:
        """The same find, elsewhere."""
        return Span(start, end, self.kind, self.score, self.reason)


START = attrgetter("start")
"""What spans are put in order by."""
END = attrgetter("end")


@dataclass(frozen=True, slots=True)
class Replacement:
    """`surrogate` takes the place of `text[start:end]`; the rest as in a span."""

    start: int
    end: int
    kind: str
    score: float
    reason: str
    surrogate: str = field(repr=False)


def applied(text: str, replaced: Iterable[Replacement]) -> str:
    """The text with what was replaced in it, in order and not overlapping."""
    made, at = [], 0
    for each in replaced:
        made += [text[at : each.start], each.surrogate]
        at = each.end
    return "".join([*made, text[at:]])


class Finder(Protocol):
    """Finds what is private in a text."""

    def find(self, text: str) -> Sequence[Span]:
        """Settled spans, in order, none overlapping. Raises whatever a detector raises: the shield fails closed."""
        ...
