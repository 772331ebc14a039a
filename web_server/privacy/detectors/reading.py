"""One text, read once for all detectors: its words and where they stand.

Made by the finder, handed to every detector. "What can a text contain at all" is asked here, of a set of words,
before any pattern asks who contains it: a detector whose words are not there costs one set operation.
Never changes the text: every offset is one of the original, in code points.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any, TypeVar

from web_server.privacy.language import language_of

_Told = TypeVar("_Told")

_LETTERS = re.compile(r"[^\W\d_]+")
_DIGIT = re.compile(r"\d")
_CONTEXT = 48
"""How many characters before a number are looked at for words that say what it is."""


class Reading:
    """A text and what it is made of. Has no `repr` of its text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._once: dict[Callable[[Reading], Any], Any] = {}

    def __repr__(self) -> str:
        return f"Reading({len(self.text)} characters)"

    @cached_property
    def places(self) -> dict[str, list[tuple[int, int]]]:
        """Each word (a run of letters) in lower case -> where it stands; never measured itself: `İ` grows."""
        places: dict[str, list[tuple[int, int]]] = {}
        for found in _LETTERS.finditer(self.text):
            places.setdefault(found[0].lower(), []).append(found.span())
        return places

    @cached_property
    def words(self) -> frozenset[str]:
        """The keys of `places`, as a set: `&` then walks the smaller side, which it does not with a view of keys."""
        return frozenset(self.places)

    @cached_property
    def small(self) -> frozenset[str]:
        """The words that stand somewhere in small letters; worked out once, for it is asked of every name."""
        text = self.text
        return frozenset(word for word, spots in self.places.items() if any(text[at].islower() for at, _ in spots))

    @cached_property
    def language(self) -> str:
        """Of six, or empty where it cannot be told."""
        return language_of(self.words)

    @cached_property
    def has_digit(self) -> bool:
        return _DIGIT.search(self.text) is not None

    def once(self, told: Callable[[Reading], _Told]) -> _Told:
        """What `told` says of the whole text: a thousand names ask, and it is worked out for the first."""
        if told not in self._once:
            self._once[told] = told(self)
        said: _Told = self._once[told]
        return said

    def near(self, words: frozenset[str], reach: int) -> Iterator[tuple[int, int]]:
        """The stretches of the text as far as `reach` from one of these words: where a pattern can match that has one
        of them in it, and is shorter."""
        return around(sorted(at for word in words & self.words for at, _ in self.places[word]), reach, len(self.text))

    def before(self, start: int) -> set[str]:
        """The words shortly before a place, lower case, of the same paragraph."""
        window = self.text[max(0, start - _CONTEXT) : start].rpartition("\n\n")[2]
        return set(_LETTERS.findall(window.lower()))

    def nearest(self, start: int, words: frozenset[str]) -> str:
        """The last of these words shortly before a place; empty where there is none. As `before`."""
        window = self.text[max(0, start - _CONTEXT) : start].rpartition("\n\n")[2]
        return next((word for word in reversed(_LETTERS.findall(window.lower())) if word in words), "")

    def after(self, end: int) -> set[str]:
        """The words shortly after a place, lower case, of the same line."""
        window = self.text[end : end + _CONTEXT // 2].partition("\n")[0]
        return set(_LETTERS.findall(window.lower()))


def around(places: Iterable[int], reach: int, size: int) -> Iterator[tuple[int, int]]:
    """The stretches of a text as far as `reach` from these places, which are in order; those that meet are one."""
    begin = end = 0
    for at in places:
        if at - reach > end:
            if end:
                yield begin, end
            begin = at - reach
        end = min(size, at + reach)
    if end:
        yield begin, end
