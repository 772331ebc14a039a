"""Who is named for what they published: cited with a year in a text with sources, or as the maker of a work.

Called by the person detector. What is published is public knowledge: a policy that keeps well-known people keeps these
too. Never says so of a name with a date alone: `Anna Berg (1962)` may be a patient.
"""

from __future__ import annotations

import re

from web_server.privacy.detectors.glue import words
from web_server.privacy.detectors.letters import CAPITALISED
from web_server.privacy.detectors.not_names import NOT_NAMES
from web_server.privacy.detectors.reading import Reading

_SOURCES = words(
    "sources references bibliography literature al et journal vol doi isbn pp proceedings press publisher edition "
    "quellen literatur literaturverzeichnis quellenverzeichnis références bibliographie referencias bibliografía "
    "bibliografia riferimenti bronnen literatuur"
)
_YEAR = re.compile(r"(?<=\()(?:1[5-9]|20)\d\d[a-z]?(?=\))|(?<=, )(?:1[5-9]|20)\d\d[a-z]?(?=\))")
_NAMED = re.compile(rf"(?:(?:{CAPITALISED}|[A-Z]\.|and|&|und|et|al|y|e|en|von|van|de|der|la)[., ]{{0,3}}){{1,16}}\(?$")
_NAME = re.compile(CAPITALISED)
_FARTHEST = 100
_WORKS = words(
    "book books novel novels poem poems essay essays painting theorem symphony opera textbook treatise buch roman "
    "gedicht livre roman poème libro novela poema romanzo poesia boek gedicht"
)
_BY = words("by von de par por di da door")
_MY = words("my our your his her their mein meine mon ma notre mi nuestro mio nostro mijn onze")


def cited(reading: Reading) -> frozenset[str]:
    """The words of the names that the text cites, in lower case."""
    text = reading.text
    if "(" not in text or not reading.has_digit or reading.words.isdisjoint(_SOURCES):
        return frozenset()
    names: set[str] = set()
    for year in _YEAR.finditer(text):
        before = _NAMED.search(
            text, max(0, year.start() - _FARTHEST, text.rfind("\n", 0, year.start()) + 1), year.start()
        )
        if before is not None:
            names.update(name.lower() for name in _NAME.findall(before[0]))
    return frozenset(names - NOT_NAMES)


def is_maker(reading: Reading, start: int) -> bool:
    """`a novel by Berg`, but not `a novel by my friend Berg`."""
    text = reading.text
    line = text[max(text.rfind("\n", 0, start), start - 60, 0) : start].lower()
    said = re.findall(r"[^\W\d_]+", line)
    return bool(said) and said[-1] in _BY and not _WORKS.isdisjoint(said) and _MY.isdisjoint(said)
