"""Names as a tagger reads them in running text, and what it makes of names that the rules found by themselves.

Made by the finder with the tagger that the policy asks for. Says of each find whether it is public knowledge that the
text ties to nobody; whether that is kept is the finder's to decide, because it depends on the policy.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from web_server.privacy import kinds
from web_server.privacy.detectors.asking import asks
from web_server.privacy.detectors.common_words import COMMON
from web_server.privacy.detectors.gazetteer import gazetteer
from web_server.privacy.detectors.known import known
from web_server.privacy.detectors.nobody import is_a_things, is_a_word_of_science, is_published, is_textbook
from web_server.privacy.detectors.not_names import MONTHS, NOT_NAMES
from web_server.privacy.detectors.place_names import place_names
from web_server.privacy.detectors.proper import LABELS
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.detectors.ties import is_tied
from web_server.privacy.spans import Span
from web_server.privacy.tagger.name import Name, NameTagger

READ: Final = "name-read"
PUBLIC_READ: Final = "name-read-public"
"""The reason of names that everybody knows, and that are said to be nobody's own."""

_COST: Mapping[str, float] = {kinds.PERSON: 5, kinds.LOCATION: 2, kinds.USERNAME: 2, kinds.ORGANIZATION: 1}
"""How many false ones a missed name costs: what makes a score of a probability. A threshold of 0.5 so hides what is a
person in one case of six, a place in one of three, an organisation in one of two."""
_SMALL_COST, _SMALL_COST_ELSEWHERE = 3, 1
"""A person in small letters, of one word: in English, and in languages that were learned from fewer texts."""
_TIED_COST = 5
"""What is somebody's own weighs like a person."""
_MOST = 0.85
"""Below what a checksum or a published format says: reading is never that sure."""
_LONGEST = 40
"""Letters of one word of a name."""
_WRITTEN_LARGE = frozenset((kinds.PERSON, kinds.LOCATION))
_LATIN = 0x250
"""Letters from here on are of scripts that the model has not learned; rules read names in them."""
SURE = 0.82
"""From here on a reading is believed against a rule that has no reason of its own."""
_MOST_OF_USERS = 0.6
"""No set labels accounts: how often such a reading is right is not measured."""
_ORDINARY = COMMON | NOT_NAMES | MONTHS | LABELS
_WHERE = re.compile(r"(?<![^\W\d_])(?:in|of|from|to|near|de|en|aus|nach|von|à|di|da|van|uit|naar) $", re.IGNORECASE)
"""Before the name of a place that people bear too: `the capital of Jordan`."""
_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}$")
_WORD = re.compile(r"[^\W\d_]{2,}")


class ReadNames:
    """What a tagger reads in one text after another."""

    KINDS = frozenset((kinds.PERSON, kinds.LOCATION, kinds.ORGANIZATION, kinds.USERNAME, kinds.STREET_ADDRESS))

    def __init__(self, tagger: NameTagger) -> None:
        self._tagger = tagger
        self._known = known()
        self._names = gazetteer()
        self._places = place_names()
        self._no_people = self._names.words | _ORDINARY

    @property
    def can_deny(self) -> bool:
        """Whether the tagger tells of unlikely names too, so that its silence says something."""
        return self._tagger.tells_unlikely

    def read(self, reading: Reading) -> Sequence[Name]:
        """In order, none overlapping, the unlikely ones too."""
        return self._tagger.names(reading.text)

    def spans(self, names: Iterable[Name], reading: Reading) -> Iterator[Span]:
        for name in names:
            value = reading.text[name.start : name.end]
            cost = _cost(name, value, reading.language)
            sure = _score(name, cost)
            # Asked only where it counts, for it is the dearest question of all.
            tied = None
            if cost < _TIED_COST and sure < _most(name):
                tied = is_tied(reading.text, name.start, name.end)
                sure = _score(name, _TIED_COST if tied else cost)
            if self._is_nothing(name, value, sure, reading):
                continue
            public = not tied and self._is_public(name, value, reading)
            if public and tied is None:
                public = not is_tied(reading.text, name.start, name.end)
            address = name.kind == kinds.LOCATION and not public and _is_address(value)
            kind = kinds.STREET_ADDRESS if address else name.kind
            yield Span(name.start, name.end, kind, sure, PUBLIC_READ if public else READ)

    def _is_nothing(self, name: Name, value: str, sure: float, reading: Reading) -> bool:
        """What no policy hides: no word, ordinary words that are hardly likely to be a name here, a name of no one."""
        words = [word.lower() for word in _WORD.findall(value)]
        if not words or ord(max(words[0])) >= _LATIN or max(map(len, words)) > _LONGEST:
            return True
        ordinary = self._no_people if name.kind == kinds.PERSON else _ORDINARY
        if LABELS.issuperset(words) or (sure < SURE and ordinary.issuperset(words)):
            return True
        if _is_inside_an_address(name.start, name.end, reading.text):
            return True
        if name.kind == kinds.LOCATION and value.islower() and reading.language != "en":
            return not self._places.has(value)
        if name.kind != kinds.PERSON:
            return False
        first = value.lower() in self._names.first
        return (
            is_a_word_of_science(name.start, name.end, reading.text, first=first)
            or is_a_things(name.start, reading)
            or is_textbook(name.start, name.end, reading)
        )

    def _is_public(self, name: Name, value: str, reading: Reading) -> bool:
        if name.kind == kinds.PERSON and self._known.is_known(kinds.LOCATION, value):
            return _WHERE.search(reading.text, max(0, name.start - 8), name.start) is not None
        if self._known.is_known(name.kind, value.lstrip("0123456789 ")):
            return name.kind != kinds.PERSON or " " in value or reading.once(asks)
        return name.kind == kinds.PERSON and is_published(name.start, name.end, reading)


def _cost(name: Name, value: str, language: str) -> float:
    """How many false ones a miss of this name costs, tied to nobody."""
    cost = _COST[name.kind]
    if name.kind in _WRITTEN_LARGE and value.islower() and " " not in value:
        cost = min(cost, _SMALL_COST if language in ("en", "") else _SMALL_COST_ELSEWHERE)
    return cost


def _score(name: Name, cost: float) -> float:
    """On the detectors' scale: the odds, times what a miss costs more than a false find."""
    return min(_most(name), cost * name.probability / (1 + (cost - 1) * name.probability))


def _most(name: Name) -> float:
    return _MOST_OF_USERS if name.kind == kinds.USERNAME else _MOST


def _is_address(value: str) -> bool:
    return " " in value and any(char.isdigit() for char in value)


def _is_inside_an_address(start: int, end: int, text: str) -> bool:
    """`edu` of `web.mit.edu`, `anna` of `user.anna` and of `q=%20anna`, but not `Berg` of `A.Berg`."""
    if text[end : end + 1] == "." and text[end + 1 : end + 2].isalnum():
        return True
    before = text[max(0, start - 3) : start]
    if _ENCODED.search(before) is not None:
        return True
    return before[-1:] == "." and before[-2:-1].isalnum() and (before[-3:-2].isalnum() or before[-2:-1].islower())
