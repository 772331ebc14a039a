"""People named one after the other: `Romi, Erik, Amy and Hleb`, `silvana, adam and caleb`, one a line.

Called by the person detector. Two names that the lists know vouch for the others between the same commas; a list of
towns, firms or ordinary words vouches for nobody. Never judges a name that stands alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from web_server.privacy import kinds
from web_server.privacy.detectors.gazetteer import Gazetteer
from web_server.privacy.detectors.glue import words
from web_server.privacy.detectors.not_names import MONTHS, NOT_NAMES, PLACES
from web_server.privacy.detectors.reading import Reading, around
from web_server.privacy.spans import Span

_WORD = r"[^\W\d_]{2,20}(?:['’\-][^\W\d_]{2,20})?"
_AND = r"(?:,? (?:and|und|et|y|e|en|i|og|och|or|oder|&)) "
_LIST = re.compile(rf"(?<![\w'’\-@#/.]){_WORD}(?:, {_WORD}){{1,40}}(?:{_AND}{_WORD})?(?![\w@'’\-(/])")
_LONGEST = 2000
"""Characters of the longest list."""
_ITEM = re.compile(_WORD)
_JOINERS = words("and und et en og och or oder")
_NO_PEOPLE = NOT_NAMES | PLACES | MONTHS


def names_in_lists(reading: Reading, names: Gazetteer) -> Iterator[Span]:
    text = reading.text
    listed = [
        start
        for word in (reading.words & names.plain_names if text.count(", ") > 1 else ())
        for start, end in reading.places[word]
        if text.startswith(", ", end) or text.startswith(", ", max(0, start - 2))
    ]
    for begin, end in around(sorted(listed), _LONGEST, len(text)) if len(listed) > 1 else ():
        for found in _LIST.finditer(text, begin, end):
            items = [item for item in _ITEM.finditer(found[0]) if item[0].lower() not in _JOINERS]
            if len(items) > 2:
                yield from _judge(items, found.start(), names)


def _judge(items: Sequence[re.Match[str]], offset: int, names: Gazetteer) -> Iterator[Span]:
    keys = [item[0].lower() for item in items]
    small = [item[0].islower() for item in items]
    if small[-1] != small[0] or any(small[1:-1]) != small[-1]:
        # `we met Anna, ...`: what stands before the first comma may be a sentence's last word
        items, keys, small = items[1:], keys[1:], small[1:]
    if len(set(small)) != 1:
        return
    firsts = sum(names.is_plain_first(key) for key in keys)
    lasts = sum(names.is_plain_last(key) and not names.is_plain_first(key) for key in keys)
    if small[0]:
        believed = firsts >= 3 and firsts * 3 >= len(keys) * 2
        people = [key in names.first for key in keys]
    else:
        believed = (firsts >= 2 and firsts * 2 >= len(keys)) or (
            len(keys) > 2 and (firsts + lasts) * 3 >= len(keys) * 2
        )
        people = [
            key not in _NO_PEOPLE and (key in names.first or key in names.last or key not in names.words)
            for key in keys
        ]
        if any(key in PLACES for key in keys) or any(item[0].isupper() for item in items):
            believed = False
    if believed:
        for item, person in zip(items, people, strict=True):
            if person:
                yield Span(item.start() + offset, item.end() + offset, kinds.PERSON, 0.55, "person-listed")
