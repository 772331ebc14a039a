"""A text as detectors should see it: nothing invisible in it, nothing that only looks like a letter or a digit.

Called before anything is looked for; what is found is carried back by `Folded.stretch`, so that what is replaced is
always cut from the original. Pure. An ASCII text is left as it is; any other is scanned once and rebuilt only where
something changes. Honest words of other scripts stay: a look-alike counts as one only where Latin letters are mixed in.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TypeAlias

from web_server.privacy.look_alikes import BLACK, COMBINING, COMPATIBLE, DIGITS, INVISIBLE, LIKE_LATIN, OVER, PLAIN

__all__ = ["Change", "Folded", "fold"]

Change: TypeAlias = tuple[int, int, str]
"""`text[start:end]` becomes this."""

_CHANGING = re.compile(rf"[{INVISIBLE}{COMBINING}{COMPATIBLE}{DIGITS}{''.join(map(re.escape, PLAIN))}]+")
_JOINS = re.compile(rf"[{INVISIBLE}]*[{COMBINING}]")
_CLUSTER = re.compile(rf"[\s\S](?:[{INVISIBLE}]{{0,16}}[{COMBINING}])*")
_UNSEEN = re.compile(rf"[{INVISIBLE}]")
_DRAWN_OVER = re.compile(rf"[{OVER}]+")

_SUPER = "\u00b2\u00b3\u00b9\u2070-\u2079\u207f\u2080-\u2089\u02b0-\u02b8\u1d2c-\u1d6a\u2090-\u209c"
_DASHES = "\u2012-\u2015\u2043\u2212"
_PICTURES = "\u2022\u00b7\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
_ALIKE = "".join(map(chr, LIKE_LATIN))
_CONTEXTUAL = re.compile(rf"[{_SUPER}{_DASHES}{_PICTURES}{_ALIKE}\u3002]")
_RAISED = re.compile(rf"[{_SUPER}]{{4,}}")
"""Fewer are an exponent or a footnote."""
_DASH = re.compile(rf"[{_DASHES}](?<=\d.)(?=\d)")
_FULL_STOP = re.compile(r"\u3002(?<=[A-Za-z0-9].)(?=[A-Za-z0-9])")
_PICTURE = re.compile(rf" ?[{_PICTURES}][{_PICTURES} ]{{0,6}}(?=\d)")
_LETTER = "A-Za-z\u00c0-\u036f\u1e00-\u1eff"
_MIXED = re.compile(rf"[{_ALIKE}](?:(?<=[{_LETTER}].)|(?=[{_LETTER}]))")
_WORD = re.compile(r"[A-Za-z\u00c0-\u058f\u1e00-\u1fff]+")
_SHORT, _LONG = 256, 16 * 1024
_LATIN = re.compile(r"[A-Za-z]")
_FOREIGN = re.compile(r"[\u0370-\u058f\u1f00-\u1fff]")


class Folded:
    """A folded text and the way back. Has no `repr` of its text."""

    __slots__ = ("_layers", "text")

    def __init__(self, text: str, layers: tuple[_Layer, ...] = ()) -> None:
        self.text = text
        self._layers = layers

    def stretch(self, start: int, end: int) -> tuple[int, int]:
        """Where the original says what `text[start:end]` says; marks that were dropped around it stay outside."""
        for layer in reversed(self._layers):
            start, end = layer.stretch(start, end)
        return start, end

    def in_other_letters(self, text: str) -> Folded:
        """The same with another text, as long as this one."""
        return Folded(text, self._layers)

    def rewritten(self, changes: Iterable[Change]) -> Folded:
        """With stretches of its text replaced, in order and apart."""
        made: list[str] = []
        pieces: list[tuple[int, int, int, int]] = []
        at = shift = 0
        for start, end, new in changes:
            made += (self.text[at:start], new)
            at = end
            if end - start != 1 or len(new) != 1:
                pieces.append((start + shift, start + shift + len(new), start, end))
                shift += len(new) - (end - start)
        if not made:
            return self
        return Folded("".join((*made, self.text[at:])), (*self._layers, _Layer(pieces)) if pieces else self._layers)


class _Layer:
    """The changes of one pass: only those that move what comes after, or stand for more than one character."""

    __slots__ = ("_pieces", "_starts")

    def __init__(self, pieces: list[tuple[int, int, int, int]]) -> None:
        self._pieces = pieces
        self._starts = [piece[0] for piece in pieces]

    def stretch(self, start: int, end: int) -> tuple[int, int]:
        if start >= end:
            return (at := self._back(start, False)), at
        return self._back(start, False), self._back(end - 1, True)

    def _back(self, at: int, behind: bool) -> int:
        """Where the character at `at` begins in the text before this pass; where it ends, if `behind`."""
        index = bisect_right(self._starts, at) - 1
        if index < 0:
            return at + behind
        _, new_end, old_start, old_end = self._pieces[index]
        if at < new_end:
            return old_end if behind else old_start
        return old_end + at - new_end + behind


def fold(text: str) -> Folded:
    """Any text at all, lone surrogates included. Folding twice changes nothing more."""
    if text.isascii():
        return Folded(text)
    folded = Folded(text).rewritten(_characters(text))
    if same := _in_context(folded.text):
        folded = folded.in_other_letters(same)
        folded = folded.rewritten(_pictures(same))
    return folded


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    """The lines that are not all ASCII, short ones together: nothing that is folded goes on behind the end of one."""
    at = 0
    while at < len(text):
        end = text.find("\n", at + _SHORT) + 1 or len(text)
        if end - at > _LONG:
            end = text.find(" ", at + _LONG, end) + 1 or end
        if not text[at:end].isascii():
            yield at, end
        at = end


def _characters(text: str) -> Iterator[Change]:
    """Each character with what is drawn over it, wherever one of them changes; runs of invisible ones vanish."""
    done = 0
    for begin, end in _stretches(text):
        for run in _CHANGING.finditer(text, begin, end):
            start = run.start()
            if start > done and _JOINS.match(text, start) is not None:
                start -= 1
            done = run.end()
            for cluster in _CLUSTER.finditer(text, start, done):
                new = _folded(cluster[0])
                if new != cluster[0]:
                    yield *cluster.span(), new


def _folded(cluster: str) -> str:
    if len(cluster) == 1:
        return _plain(cluster)
    plain = unicodedata.normalize("NFC", "".join(map(_plain, cluster)))
    return plain[:1] + _DRAWN_OVER.sub("", plain[1:])


@lru_cache(2048)
def _plain(char: str) -> str:
    """The letter, digit or mark that this is another writing of; itself where that is not sure."""
    if _UNSEEN.match(char) is not None:
        return ""
    if char in PLAIN:
        return PLAIN[char]
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    code = ord(char)
    for first, last, meant in BLACK:
        if first <= code <= last:
            return chr(ord(meant) + code - first) if meant.isalpha() else str(int(meant) + code - first)
    same = unicodedata.normalize("NFKC", char)
    return same if len(same) == 1 or same.isalnum() else char


def _pictures(text: str) -> Iterator[Change]:
    """Pictures and dots between two digits are but a gap."""
    for begin, end in _stretches(text):
        for found in _PICTURE.finditer(text, begin, end):
            if found.start() and text[found.start() - 1].isdecimal():
                yield *found.span(), " "


def _in_context(text: str) -> str:
    """What changes one character into one, by its neighbours; empty where the text holds nothing of the kind."""
    made: list[str] = []
    at = 0
    for begin, end in _stretches(text):
        if _CONTEXTUAL.search(text, begin, end) is not None:
            made += (text[at:begin], _line_in_context(text[begin:end]))
            at = end
    return "".join((*made, text[at:])) if made else ""


def _line_in_context(text: str) -> str:
    text = _RAISED.sub(lambda run: "".join(map(_raised, run[0])), text)
    if _MIXED.search(text) is not None:
        text = _WORD.sub(_latin, text)
    text = _DASH.sub("-", text)
    return _FULL_STOP.sub(".", text)


def _raised(char: str) -> str:
    same = unicodedata.normalize("NFKC", char)
    return same if len(same) == 1 else char


def _latin(word: re.Match[str]) -> str:
    """The word in Latin letters, if it has some and all its others look like some."""
    if _LATIN.search(word[0]) is None:
        return word[0]
    latin = word[0].translate(LIKE_LATIN)
    return word[0] if _FOREIGN.search(latin) else latin
