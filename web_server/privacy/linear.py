"""Patterns that we did not write, searched in time that grows with the text and not faster.

They run on RE2, which has no backtracking; what it cannot do (look-around, back-references) is refused when a policy is
read. Called by `own_patterns` and by the bridge to Presidio. Never keeps a text.

RE2 reads bytes and knows letters of ASCII only. A pattern that is written in ASCII is therefore given the text with
each other character replaced by one of ASCII of the same class: `\\w`, `\\d`, `\\s` and `\\b` then mean what they mean
in Python, and a byte is a code point. Any other pattern is given UTF-8, and its offsets are counted back.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import re2

_BEYOND = re.compile(r"[^\x00-\x7f]")
_MEANS_BEYOND = re.compile(r"\\[pPxXuUN0-7]|\[\[?\^?:")
"""Written in ASCII, but meant for more: `\\pL`, `\\xe9`, `[[:alpha:]]`."""
_KNOWS_ASCII_ONLY = re.compile(r"(?<!\\)(?:\\\\){0,50}\\([bBwW])")
_PROBES = (b"", b" ", b"a", b"0", b"a 0\n-")
_ADVICE = {
    "invalid perl operator": "look-around is not supported: match what stands around too, and name the value "
    "`(?P<value>...)`",
    "invalid escape sequence": "this escape is not supported (back-references are not; write `\\z` for `\\Z` and "
    "`\\x{e9}` for `\\u00e9`)",
    "invalid repetition size": "repeat at most 1000 times",
    "bad repetition operator": "possessive and doubled repeats are not supported; a plain one is as fast here",
}


class NotLinear(ValueError):
    """RE2 refuses the pattern: what is wrong and what to do. Holds the part of the pattern that RE2 names."""


@dataclass(frozen=True, slots=True)
class Found:
    """Where a pattern matched, in code points. `regex.Match` as far as Presidio's recognizers ask."""

    text: str
    first: int
    last: int

    def span(self, _group: int = 0) -> tuple[int, int]:
        return self.first, self.last

    def start(self, _group: int = 0) -> int:
        return self.first

    def end(self, _group: int = 0) -> int:
        return self.last

    def group(self, _group: int = 0) -> str:
        return self.text[self.first : self.last]


class LinearPattern:
    """One pattern. The value is its group `value`, else the whole match; empty ones are left out."""

    __slots__ = ("_compiled", "_fill", "_group", "is_ascii")

    def __init__(self, pattern: str) -> None:
        """Raises `NotLinear`."""
        self._compiled = _compiled(pattern)
        self._group = self._compiled.groupindex.get(b"value", 0)
        self.is_ascii = pattern.isascii() and _MEANS_BEYOND.search(pattern) is None
        # A letter beyond ASCII must not be one that the pattern asks for; `[^\W\d_]` asks for any letter but `_`.
        self._fill = "x" if "_" in pattern else "_"
        if not self.is_ascii and (escape := _KNOWS_ASCII_ONLY.search(pattern)):
            raise NotLinear(
                f"`\\{escape[1]}` knows only ASCII letters, and the pattern has others: write `\\pL` for a letter, and "
                "leave `\\b` out, for whole words are hidden anyway"
            )

    def finditer(self, text: str, **_: Any) -> Iterator[Found]:
        """Every match, from left to right. Takes `regex`'s other arguments and needs none of them."""
        data = self._bytes(text)
        one_to_one = len(data) == len(text)
        at_byte = at = 0
        for match in self._compiled.finditer(data):
            first, last = match.span(self._group)
            if first < 0:
                first, last = match.span()
            if first == last:
                continue
            if not one_to_one:
                start = at + len(data[at_byte:first].decode("utf-8"))
                end = start + len(data[first:last].decode("utf-8"))
                at_byte, at, first, last = first, start, start, end
            yield Found(text, first, last)

    def _bytes(self, text: str) -> bytes:
        if text.isascii():
            return text.encode("ascii")
        if not self.is_ascii:
            return text.encode("utf-8", "replace")  # a lone surrogate becomes `?`: one code point stays one
        return _BEYOND.sub(lambda match: _of_ascii(match[0], self._fill), text).encode("ascii")


def may_be_empty(pattern: str) -> bool:
    """Whether it matches nothing at all somewhere: it would then be found everywhere."""
    compiled = _compiled(pattern)
    return any(match.start() == match.end() for probe in _PROBES for match in compiled.finditer(probe))


def _compiled(pattern: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern.encode("utf-8"), options)
    except re2.error as wrong:
        said = wrong.args[0].decode("utf-8", "replace") if wrong.args else "not a pattern"
        advice = next((text for start, text in _ADVICE.items() if said.startswith(start)), "")
        raise NotLinear(f"{said}{'; ' if advice else ''}{advice}") from None
    except UnicodeEncodeError:
        raise NotLinear("not Unicode text") from None


def _of_ascii(char: str, fill: str) -> str:
    """The ASCII character that stands for another one of its class."""
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    if char.isalnum() or unicodedata.category(char)[0] == "M":
        return fill
    return " " if char.isspace() else "\x7f"
