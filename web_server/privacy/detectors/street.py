"""Street addresses as six countries write them, with the postcode and town that follow.

Follows the table of styles, then looks for what no style knows: streets in small letters, streets whose last word is an
ordinary one, addresses that a postcode, a flat's number or a field gives away. Never finds a town without a street.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import repeat

from web_server.privacy import kinds
from web_server.privacy.detectors import small_streets, street_words
from web_server.privacy.detectors.address_block import addresses_by_surroundings, below_a_name, extended
from web_server.privacy.detectors.address_code import addresses_by_code
from web_server.privacy.detectors.common_words import COMMON
from web_server.privacy.detectors.detector import Detector
from web_server.privacy.detectors.gazetteer import gazetteer
from web_server.privacy.detectors.glue import words
from web_server.privacy.detectors.letters import CAPITALISED
from web_server.privacy.detectors.not_names import MONTHS, NOT_NAMES
from web_server.privacy.detectors.place_names import place_names
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.detectors.street_styles import ALL_ENDINGS, BEHIND_WORD, NUMBERED, STYLES, Style, either
from web_server.privacy.spans import Span

_TOLD = re.compile(
    rf"(?P<name>(?:{CAPITALISED}\.? ){{1,3}}?)"
    rf"{either(street_words.TOLD, capital=True)}(?!['’\-]?\w)(?! (?:{CAPITALISED}))"
)
_LEADS = words(
    "at to from in outside of near on between and address is home house flat live lives lived via beside behind "
    "opposite toward towards by deliver delivered sent ship visit visiting à au aux en a an bei nach in te naar its"
)
_LAST_WORD = re.compile(r"([^\W\d_][\w'’]{0,15})[:,]? {1,2}[\"'“(]?$")
_CELL = re.compile(r"(?:^|[\n;|,\t:>(\"'“]) ?$")


class StreetDetector(Detector):
    KINDS = (kinds.STREET_ADDRESS,)

    def __init__(self) -> None:
        super().__init__()
        self._names = gazetteer()
        self._places = place_names()

    def spans(self, reading: Reading) -> Iterator[Span]:
        if not reading.has_digit:
            return
        text = reading.text
        behind = [
            end
            for end in map(_name_end, repeat(text), BEHIND_WORD.finditer(text))
            if text.endswith(ALL_ENDINGS, 0, end)
        ]
        numbers = [found.span() for found in NUMBERED.finditer(text)]
        for style in STYLES:
            for at, found in _matches(style, reading, behind, numbers):
                start, end = extended(text, at, found.end(), self._places)
                if end > found.end() or not _is_word_with_number(found[0], reading):
                    yield Span(start, end, kinds.STREET_ADDRESS, style.score, style.name)
        for span in _in_small_letters(reading):
            yield Span(*extended(text, span.start, span.end, self._places), span.kind, span.score, span.reason)
        for start, end, score in (
            *addresses_by_surroundings(reading, self._places),
            *below_a_name(reading, self._places),
        ):
            yield Span(start, end, kinds.STREET_ADDRESS, score, "address-block")
        for start, end in addresses_by_code(reading):
            yield Span(start, end, kinds.STREET_ADDRESS, 0.8, "address-code")
        yield from self._told(reading, numbers)

    def _told(self, reading: Reading, numbers: Sequence[tuple[int, int]]) -> Iterator[Span]:
        """`63 Brown Quadrangle`: a name before the street's word, and what leads to an address before the number."""
        text = reading.text
        for start, end in numbers if not reading.words.isdisjoint(street_words.TOLD) else ():
            found = _TOLD.match(text, end)
            if found is None:
                continue
            name = found["name"].lower().split()
            if any(key in NOT_NAMES or key in COMMON or key in MONTHS for key in name):
                continue
            before = _LAST_WORD.search(text, max(0, start - 20), start)
            if before is not None and before[1].lower() in _LEADS:
                known = any(key in self._names.first or key not in self._names.words for key in name)
            else:
                known = _CELL.search(text, max(0, start - 2), start) is not None and any(
                    key in self._names.first or key in self._names.last for key in name
                )
            if known:
                yield Span(*extended(text, start, found.end(), self._places), kinds.STREET_ADDRESS, 0.6, "street-told")


def _is_word_with_number(value: str, reading: Reading) -> bool:
    """`Engineering 101`, `ThinkPad 490`: endings that are streets only in a German or Dutch text."""
    return _OTHER_ENDINGS.search(value) is not None and _OTHER_WORDS.isdisjoint(reading.words)


_OTHER_ENDINGS = re.compile(r"^[^\W\d_]+(?:ring|pad|park|hof|markt|lei|boulevard) \S{1,8}$")
_OTHER_WORDS = words(
    "und ich ist der das nicht wohne wohnt adresse anschrift plz ort mein meine beim zum zur het een ik woon woont "
    "wonende adres straat bezorgadres kantoor bij naar voor zij wij"
)


def _name_end(text: str, number: re.Match[str]) -> int:
    """Where the street's name ends: `Hauptstr.` before ` 5`, `Hofweg ` before `5`."""
    at = number.start()
    return at - 1 if text[at - 2 : at] == ". " else at


def _matches(
    style: Style, reading: Reading, behind: Sequence[int], numbers: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, re.Match[str]]]:
    """Where each street begins, and the match. `behind` is where some stem ends before a number."""
    text = reading.text
    if style.stems:
        done = 0
        for at in behind:
            if at > done and text.endswith(style.endings, 0, at):
                found = style.pattern.search(text, max(done, at - _LONGEST), at + _LONGEST)
                if found is not None:
                    done = found.end()
                    yield found.start(), found
        return
    present = style.words & reading.words
    if style.numbered:
        for start, end in numbers if present else ():
            found = style.pattern.match(text, end)
            if found is not None:
                yield start, found
        return
    for word in present:
        if not style.anchored:
            yield from ((found.start(), found) for found in style.pattern.finditer(text))
            return
        for start, _ in reading.places[word]:
            found = style.pattern.match(text, start)
            if found is not None:
                yield start, found


_LONGEST = 120


def _in_small_letters(reading: Reading) -> Iterator[Span]:
    text = reading.text
    if any(
        text[at].islower() and text[at - 1] == " "
        for word in small_streets.ENGLISH & reading.small
        for at, _ in reading.places[word]
        if at
    ):
        yield from _small(small_streets.SURE, text)
        if not small_streets.TELLING.isdisjoint(reading.words):
            for span in _small(small_streets.TOLD, text):
                if not small_streets.TELLING.isdisjoint(reading.before(span.start)):
                    yield span
    for word in small_streets.TELLING & reading.small:
        for _, end in reading.places[word]:
            found = small_streets.CODED.match(text, end)
            if found is not None and found[0].islower():
                lead = _LEAD.match(found[0])
                start = found.start() + (lead.end() if lead is not None else 0)
                yield Span(start, found.end(), kinds.STREET_ADDRESS, 0.65, "street-small-coded")
    if any(stem in text for stem in small_streets.OTHER_STEMS):
        yield from _small(small_streets.STEMMED, text)
    if "c/" in text or not small_streets.OTHER_WORDS.isdisjoint(reading.small):
        yield from _small(small_streets.OTHERS, text)


_LEAD = re.compile(r"(?: (?:at|is|in|to|on))?:? {1,2}")


def _small(pattern: re.Pattern[str], text: str) -> Iterator[Span]:
    for found in pattern.finditer(text):
        if found[0][1:].islower():  # with capitals it is a matter of the styles above
            yield Span(*found.span(), kinds.STREET_ADDRESS, 0.6, "street-small")
