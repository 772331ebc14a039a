"""How one character may be written: in other scripts' spaces and quotes, escaped, or as a word.

Called by the lexicon. Knows nothing of what is looked for.
"""

from __future__ import annotations

import html
import re
from typing import Final

COMPARED: Final = {
    **dict.fromkeys("\u00a0\u1680\u202f\u205f\u3000\t\n\r\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029", " "),
    **{chr(code): " " for code in (*range(0x20), 0x7F, *range(0x2000, 0x200B))},
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d", "-"),
    **dict.fromkeys("\u2018\u2019\u201b\u02bc\u2032", "'"),
    **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad", ""),
    "İ": "i",  # its small letter would be two characters
    "【": "[",
    "】": "]",
}
_FOLDING = str.maketrans(COMPARED)
_SPACES = re.compile(" {2,}")
_ODD_SPACE = re.compile(r"[\x00-\x1f\x7f]| {2}")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|([nrtbf])|\\?([!-/:-@\[-`{-~]))")  # Markdown's inside JSON has two
_PAIR = re.compile(r"\\u([dD][89abAB][0-9A-Fa-f]{2})\\u([dD][c-fC-F][0-9A-Fa-f]{2})")
_ESCAPE_BEGUN = re.compile(r"\\(?:\\|u(?:[0-9A-Fa-f]{0,3}|[dD][89abAB][0-9A-Fa-f]{2}(?:\\(?:u[0-9A-Fa-f]{0,3})?)?))?\Z")
_ENTITY = re.compile(r"&(?:#\d{1,5}|#[xX][0-9A-Fa-f]{1,4}|[A-Za-z]{2,8});")
_ENTITY_BEGUN = re.compile(r"&(?:#(?:\d{0,5}|[xX][0-9A-Fa-f]{0,4})|[A-Za-z]{0,8})?\Z")

MOST_SPACES: Final = 24
"""A longer run is no slip inside a name; without a bound it would be held back for ever."""


SIGNS: Final = frozenset(".@")
"""What is written out as a word where somebody spells a mail address: `anna dot berg (at) example dot com`."""

_SIGN_WORDS = {
    "dot": ".", "punkt": ".", "punto": ".", "point": ".", "punt": ".", "at": "@", "ät": "@", "arroba": "@",
    "arobase": "@", "chiocciola": "@", "apenstaartje": "@",
}  # fmt: skip
_SIGN = re.compile(rf"(?:\s[\[({{]?|[\[({{])\s?({'|'.join(_SIGN_WORDS)})\s?(?:[\])}}]\s?|(?<=\s))", re.I)
_BEGUN = "|".join(sorted({word[:size] for word in _SIGN_WORDS for size in range(1, len(word) + 1)}, key=len)[::-1])
_SIGN_BEGUN = re.compile(rf"(?:\s[\[({{]?|[\[({{])\s?(?:(?:{_BEGUN})\s?(?:[\])}}]\s?)?)?\Z", re.I)


def spoken_sign(text: str, at: int, final: bool) -> tuple[str, int] | None:
    """The sign that a word set off by spaces or brackets at `at` stands for, and where it ends.

    An empty sign where more text is needed to tell.
    """
    sign = _SIGN.match(text, at)
    if sign and (final or sign.end() < len(text)):
        return _SIGN_WORDS[sign[1].lower()], sign.end()
    return ("", at) if not final and _SIGN_BEGUN.match(text, at) else None


def compared(spelling: str) -> str:
    """The spelling as it is compared: in small letters, with plain spaces, hyphens and quotes."""
    if spelling.isascii() and not _ODD_SPACE.search(spelling):
        return spelling.lower()
    return _SPACES.sub(" ", spelling.translate(_FOLDING).lower())


def past_spaces(text: str, at: int) -> int:
    """Where a run of white space ends that goes on at `at`."""
    limit = min(len(text), at + MOST_SPACES)
    while at < limit and COMPARED.get(text[at], text[at]) == " ":
        at += 1
    return at


def escaped(text: str, at: int) -> tuple[str, int] | None:
    """The character that an escape at `at` stands for and where it ends; None where the escape is cut off."""
    if text[at] == "&":
        if entity := _ENTITY.match(text, at):
            char = html.unescape(entity[0])
            return (char, entity.end()) if len(char) == 1 else ("&", at + 1)
        return None if _ENTITY_BEGUN.match(text, at) else ("&", at + 1)
    if _ESCAPE_BEGUN.match(text, at):
        return None
    if pair := _PAIR.match(text, at):
        high, low = (int(code, 16) for code in pair.groups())
        return chr(0x10000 + ((high - 0xD800) << 10) + low - 0xDC00), pair.end()
    if escape := _ESCAPE.match(text, at):
        code, space, sign = escape.groups()
        return (chr(int(code, 16)) if code else " " if space else sign), escape.end()
    return "\\", at + 1
