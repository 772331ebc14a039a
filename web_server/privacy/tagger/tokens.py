"""What the tagger reads: a text in tokens, and what can be seen of a token without any list.

Called by the tagger and, with the same result, by the training: what a model was trained on is what it meets. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_TOKEN = re.compile(r"[^\W\d_]+|\d+|\n+|([^\w\s]|_)\1*")

SHAPES = 16
SMALL, LETTER, CAPITAL, ACRONYM, SHOUTED, TITLED, MIXED, HUMPED, SCRIPT, FEW, YEAR, MANY, LINE, STOP, SIGN, MARK = (
    range(SHAPES)
)
"""A word in small letters, one small letter; one capital, two or three, more; a word with a capital, with several, with
one inside; of a script without capitals; up to two digits, up to four, more; line breaks; what ends a sentence, what
stands in addresses and code, any other mark."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """`text[starts[i]:ends[i]]` is `words[i]`, offsets in code points."""

    words: list[str] = field(repr=False)
    starts: list[int]
    ends: list[int]

    def __len__(self) -> int:
        return len(self.words)


def tokens(text: str) -> Tokens:
    """Runs of letters, of digits, of one mark, of line breaks."""
    spans = [found.span() for found in _TOKEN.finditer(text)]
    return Tokens([text[start:end] for start, end in spans], [start for start, _ in spans], [end for _, end in spans])


def shape(word: str) -> int:
    """One of the sixteen."""
    first = word[0]
    if first.isalpha():
        return _shape_of_letters(word)
    if first.isdigit():
        return FEW if len(word) < 3 else YEAR if len(word) < 5 else MANY
    if first == "\n":
        return LINE
    return STOP if first in ".!?" else SIGN if first in "@#/\\_<>=[]{}|~`$" else MARK


def _shape_of_letters(word: str) -> int:
    if word.islower():
        return SMALL if len(word) > 1 else LETTER
    if word.isupper():
        return CAPITAL if len(word) == 1 else ACRONYM if len(word) < 4 else SHOUTED
    if word[0].isupper():
        return TITLED if word[1:].islower() else MIXED
    return HUMPED if any(char.isupper() for char in word) else SCRIPT
