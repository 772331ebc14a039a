"""A long text in stretches, so that no pattern runs over all of it in one go.

Called by the finder, and by whoever else runs a pattern over a whole text. One in C holds Python's lock until it has
matched: over a megabyte a tenth of a second in which the event loop stands still, over one window some milliseconds.
Pure; never copies a text that is short.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

CORE = 16 * 1024
BEFORE = 1024
"""What a window sees before its core: the words that say what follows."""
NEAR = 2 * 1024
"""What it sees behind its core, up to the next space: longer than anything with spaces in it that one pattern finds."""
BEHIND = 8 * 1024
"""The same where there is no space: longer than anything else, private keys excepted. No window begins inside one."""

_SPACE_WITHIN = 1024
_KEY_BEGINS, _KEY_ENDS, _LONGEST_KEY = "-----BEGIN ", "-----END ", 16 * 1024


@dataclass(frozen=True, slots=True)
class Window:
    """`text` stands at `offset` of the whole; what begins from `start` up to `end` of the whole is this window's."""

    text: str = field(repr=False)
    offset: int
    start: int
    end: int


def windows(text: str) -> Iterator[Window]:
    """Their cores follow each other without a gap; each sees something of its neighbours."""
    size = len(text)
    if size <= CORE + BEHIND:
        yield Window(text, 0, 0, size)
        return
    start = 0
    while start < size:
        end = size if size - start <= CORE + BEHIND else _cut(text, start, start + CORE)
        left = max(0, start - BEFORE)
        yield Window(text[left : _seen(text, end)], left, start, end)
        start = end


def _seen(text: str, end: int) -> int:
    space = text.find(" ", end + NEAR, end + BEHIND)
    return space if space >= 0 else end + BEHIND


def _cut(text: str, start: int, end: int) -> int:
    """The last good place up to `end`: before a private key that it would cut, at the end of a line, between words."""
    key = text.rfind(_KEY_BEGINS, max(start + 1, end - _LONGEST_KEY), end)
    if key >= 0 and text.find(_KEY_ENDS, key, end) < 0:
        return key
    for mark in "\n ":
        if (at := text.rfind(mark, end - _SPACE_WITHIN, end)) >= 0:
            return at + 1
    return end


def pieces(text: str, more: int = 0) -> Iterator[str]:
    """The text in pieces, cut between words; each with `more` characters of the next. For what looks at words alone."""
    at = 0
    while at < len(text):
        end = len(text) if len(text) - at <= CORE else _cut(text, at, at + CORE)
        yield text[at : end + more]
        at = end
