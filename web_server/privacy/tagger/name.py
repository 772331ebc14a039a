"""What a tagger of names finds, and all that is asked of one: the seam behind which the engines stand."""

from __future__ import annotations

from typing import NamedTuple, Protocol


class Name(NamedTuple):
    """`text[start:end]`, offsets in code points, is of `kind` with this probability."""

    start: int
    end: int
    kind: str
    probability: float


class NameTagger(Protocol):
    """Loaded once a process and called from any thread. Keeps no text."""

    tells_unlikely: bool
    """Whether names of small probability are among those that it finds."""

    def names(self, text: str) -> list[Name]:
        """In order, none overlapping. Raises whatever goes wrong: the shield fails closed."""
        ...
