"""What the mirror says: the text it was shown, cut into small pieces, or with the edits that models make to tokens.

Used by the dialects. Pure text in, text out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import cycle

PIECE_SIZES = (3, 5, 2, 7, 4)
"""Characters per streamed piece, in turn: uneven on purpose, so that a name is cut at every place sooner or later."""

LONG_TEXT = 16_000
"""Longer texts get proportionally longer pieces: a megabyte in fours would hold the loop for seconds."""

NOTABLE = re.compile(r"\b[A-Z][\w.'@+-]*\w|\b\w[\w.@+-]*[\d@_-][\w.@+-]*\w")
"""Capitalised words, and words with a digit, `@`, `_` or `-` inside: what surrogates and identifiers look like."""

EDITS: tuple[Callable[[str], str], ...] = (
    lambda token: f"**{token}**",
    lambda token: f"`{token}`",
    lambda token: token.replace("-", "\u2011"),
    lambda token: token.upper(),
    lambda token: f"{token}'s",
    lambda token: token.replace("_", "\\_"),
    lambda token: token.lower(),
    lambda token: f"_{token}_",
)


def pieces(text: str) -> list[str]:
    """The text in small pieces, cut between code points; an empty text has none."""
    factor = 1 + len(text) // LONG_TEXT
    cut: list[str] = []
    start = 0
    for size in cycle(PIECE_SIZES):
        if start >= len(text):
            return cut
        cut.append(text[start : start + size * factor])
        start += size * factor
    raise AssertionError("cycle() never ends")


def edited(text: str) -> str:
    """The text as a model might repeat it: emphasis, back-ticks, other hyphens, other case, a possessive.

    Each notable token gets the next edit that changes it, so the result is the same for the same text.
    """
    turn = 0

    def edit(match: re.Match[str]) -> str:
        nonlocal turn
        token = match[0]
        for _ in EDITS:
            changed = EDITS[turn % len(EDITS)](token)
            turn += 1
            if changed != token:
                return changed
        return token

    return NOTABLE.sub(edit, text)


def tokens(text: str) -> int:
    """About how many tokens a text is: one per four bytes of UTF-8, the usual rule of thumb."""
    return (len(text.encode("utf-8", "surrogatepass")) + 3) // 4
