"""A text with its names marked: what every source of the training comes to."""

from __future__ import annotations

from dataclasses import dataclass, field

KINDS = ("PERSON", "LOCATION", "ORGANIZATION", "USERNAME")
TAGS = ("O", *(f"{place}-{kind}" for kind in KINDS for place in "BIES"))
"""What a token may be: nothing, or the beginning, inside, end or whole of a name of one kind."""
SKIP = "SKIP"
"""A stretch that nothing is learned from: a label of another kind, or one that is known to be wrong."""


@dataclass(frozen=True, slots=True)
class Mark:
    """`text[start:end]` is a name of `kind`, or SKIP."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Marked:
    text: str = field(repr=False)
    marks: tuple[Mark, ...] = ()
    language: str = ""
    """Of the source; empty where it says none."""


def joined(pieces: list[tuple[str, str]]) -> Marked:
    """Pieces of text, each with the kind of name that it is, or with none."""
    marks, at = [], 0
    for piece, kind in pieces:
        if kind and piece:
            marks.append(Mark(at, at + len(piece), kind))
        at += len(piece)
    return Marked("".join(piece for piece, _ in pieces), tuple(marks))
