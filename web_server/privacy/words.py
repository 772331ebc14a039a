"""What a text is made of, asked once: its words, and where it can be read as saying others.

Called by the lexicon, which passes over a text that holds no first word of what it looks for, and by the book of a
ledger, which keeps it for the texts of one request. Linear; looks at a long text piece by piece.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Final, NamedTuple

from web_server.privacy.characters import COMPARED

# A letter or digit of a script that puts spaces between words; an underscore is Markdown or an identifier's joint.
LETTER: Final = r"[^\W_\u2e80-\uffff\U00020000-\U0003ffff]"
WORD: Final = re.compile(rf"{LETTER}+")
"""One word, of a script that puts spaces between them."""

_PIECE = 32 * 1024
_GAP = re.compile(rf"(?!{LETTER})[\s\S]")
_DIGITS: Final = frozenset("0123456789")
_ODD: Final = frozenset("%\\&Σ") | {
    char for char, same in COMPARED.items() if not same or re.match(LETTER, char) or re.match(LETTER, same)
}
"""What may write a word in another way: escapes, marks that nobody sees."""


class Words(NamedTuple):
    """A text's words in small letters, every character that it holds, and how many digits."""

    words: AbstractSet[str]
    signs: AbstractSet[str]
    digits: int
    odd: tuple[tuple[int, int], ...]
    """The lines in which other words may be read than these."""

    def __repr__(self) -> str:
        return f"Words({len(self.words)})"

    def lacks_all(self, words: AbstractSet[str], signs: AbstractSet[str], digits: int) -> bool:
        """Whether nothing that begins with such a word or sign stands in the text, its odd lines apart.

        Where a digit is the sign, what begins with it has at least that many `digits`.
        """
        if not words.isdisjoint(self.words):
            return False
        return signs.isdisjoint(self.signs if self.digits >= digits else self.signs - _DIGITS)


def words_in(text: str) -> Words:
    """The words of `text`."""
    words: set[str] = set()
    held: set[str] = set()
    digits = 0
    for piece in _pieces(text):
        words.update(WORD.findall(piece.lower()))
        held.update(piece)
        digits += sum(map(piece.count, _DIGITS))
    signs = held.union("".join(held).lower(), map(COMPARED.__getitem__, held & COMPARED.keys()))
    return Words(words, signs, digits, tuple(_lines(text, held & _ODD)))


def _pieces(text: str) -> Iterator[str]:
    """Cut between words."""
    at = 0
    while at < len(text):
        gap = _GAP.search(text, at + _PIECE)
        end = gap.end() if gap else len(text)
        yield text[at:end]
        at = end


def _lines(text: str, chars: AbstractSet[str]) -> Iterator[tuple[int, int]]:
    """The lines that hold one of these characters."""
    found: set[tuple[int, int]] = set()
    for char in chars:
        at = text.find(char)
        while at >= 0:
            end = text.find("\n", at)
            end = len(text) if end < 0 else end
            found.add((text.rfind("\n", 0, at) + 1, end))
            at = text.find(char, end)
    yield from sorted(found)
