"""The source for a cold start: the real query's own frame, with other words of the same kinds in its wide slots.

Asked by `covers` where nothing better is there. What says how one writes and what one asks for stays: function words,
tasks, marks, layout, capitals, the keywords of code. What says about what goes: the words of a subject, names that
everybody knows, numbers. The same word becomes the same other one throughout a cover, in prose, code and data.
It hides what a query is about among other things it could be about, and nothing of how it is put. It makes no sense of
what it says: a reader who understands it can tell. Pure.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from typing import Final

from web_server.privacy.decoys.shape import Shape
from web_server.privacy.decoys.sources import Origin
from web_server.privacy.decoys.template import Pieces, Template
from web_server.privacy.decoys.vocabulary import names_known_to_all, words

_TOKEN: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+")
_PART: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_]+")
_ENDS: Final = frozenset(".!?:\n\"'“(-*•|#>=")
_YEAR: Final = re.compile(r"(?:19|20)\d\d\Z")


class Grammar:
    """Never runs out. `share`: of the words that say what a query is about, so many become others. With fewer, a cover
    is harder to tell and hides less: see the table in docs/decoys.md."""

    def __init__(self, share: float = 1.0) -> None:
        self._share = share

    @property
    def name(self) -> Origin:
        return "grammar"

    def draw(self, shape: Shape, count: int, rng: random.Random) -> Sequence[Template]:
        """Each template says something else in the frame of `shape`."""
        return [_Saying(shape.language, rng, self._share).template(shape.frame) for _ in range(count)]


class _Saying:
    """One cover: which word stands for which."""

    def __init__(self, language: str, rng: random.Random, share: float) -> None:
        self._words = words(language)
        self._rng = rng
        self._share = share
        self._instead: dict[str, str] = {}
        self._used: set[str] = set()

    def template(self, frame: Sequence[Pieces]) -> Template:
        turns = (tuple(self._text(each) if isinstance(each, str) else each for each in turn) for turn in frame)
        return Template(tuple(turns))

    def _text(self, text: str) -> str:
        return _TOKEN.sub(lambda match: self._token(match[0], text[: match.start()]), text)

    def _token(self, token: str, before: str) -> str:
        if token[0].isdigit():
            return self._number(token)
        if token.lower() in self._words.kept or len(token) < 2:
            return token
        if not token.islower() and not token.isupper() and not token.istitle():  # `camelCase`, `McDonald`
            return _PART.sub(lambda match: self._word(match[0], starts=True), token)
        return self._word(token, starts=not before.rstrip(" ") or before.rstrip(" ")[-1] in _ENDS)

    def _word(self, word: str, *, starts: bool) -> str:
        lower = word.lower()
        if lower in self._words.kept or len(word) < 2:
            return word
        made = self._instead.get(lower)
        if made is None:
            stays = self._rng.random() >= self._share
            made = self._instead[lower] = lower if stays else self._another(word, lower, starts=starts)
        return made.upper() if word.isupper() and len(word) > 1 else made.capitalize() if word[0].isupper() else made

    def _another(self, word: str, lower: str, *, starts: bool) -> str:
        capitals, abbreviations = names_known_to_all()
        if word.isupper() and len(word) < 6 and lower not in self._words.classes:
            choices: Sequence[str] = abbreviations
        elif word.istitle() and not starts and lower not in self._words.classes:
            choices = capitals
        else:
            choices = self._words.like(lower)
        near = choices
        if lower in self._words.classes:  # a class begins with its commonest words: about as common a one is wanted
            place, reach = choices.index(lower), max(6, len(choices) // 5)
            near = choices[max(0, place - reach) : place + reach + 1]
        for _ in range(8):
            made = self._rng.choice(near)
            if made != lower and made not in self._used:
                break
        self._used.add(made)
        return made

    def _number(self, token: str) -> str:
        if len(token) < 2:
            return token
        if _YEAR.match(token):
            return str(min(2029, max(1900, int(token) + self._rng.randint(-6, 6))))
        made = self._instead.get(token)
        if made is None:
            zeros = len(token) - len(token.rstrip("0"))
            head = token[: len(token) - zeros] or token
            digits = [self._rng.choice("123456789"), *(self._rng.choice("0123456789") for _ in head[1:])]
            made = self._instead[token] = (
                ("0" if token[0] == "0" else digits[0]) + "".join(digits[1:]) + token[len(head) :]
            )
        return made
