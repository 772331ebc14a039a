"""Where an address begins and ends around its street: house number, flat, town, region, postcode, country, over lines.

Called by the street detector with the streets it found, and for addresses that only their surroundings give away (a
flat's number, a field called `Address`, `lives at`). Never finds a town of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from web_server.privacy.detectors import street_words
from web_server.privacy.detectors.address_tail import MARGIN, STEP, UNIT, with_tail
from web_server.privacy.detectors.glue import words
from web_server.privacy.detectors.letters import CAPITALISED, UPPER
from web_server.privacy.detectors.place_names import PlaceNames
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.detectors.street_styles import either

UNIT_WORDS = words(
    "apt apartment suite ste unit flat studio appt appartement whg wohnung piso interno room apto appartamento depto"
)
_ANY_UNIT = re.compile(rf"(?<!\w){UNIT}")
_JOIN = (
    r"(?:[ \-](?:(?:am|an der|im|bei|sur|de la|de|del|della|di|d['’]|upon|on|la|le|las|los|nad|pod|do|da|y|and|of) ?)?)"
)
_CASED = rf"(?:{CAPITALISED}|[{UPPER}]{{2,}})\.?(?:{_JOIN}(?:{CAPITALISED}|\d{{1,2}}\b)){{0,4}}"
_LEADING = re.compile(rf"(?<![\w.,/\-])(?:{UNIT}{STEP}(?:\d{{1,6}}[A-Za-z]? )?|\d{{1,6}}[A-Za-z]? )$")
_BEFORE_UNIT = re.compile(
    rf"(?<![\w.,/\-#])(?:\d{{1,6}}[A-Za-z]?,? )?(?:(?:{CAPITALISED}|\d{{1,5}}|[{UPPER}]\.|u\.|ul\.|de|del|la|le|va"
    rf"n|der|e|y)[., ]{{1,2}}){{1,7}}"
    rf"{MARGIN}(?:\n{MARGIN})?$"
)
_AFTER_UNIT = re.compile(rf",? \d{{1,6}} {_CASED}(?: \d{{1,5}})?(?!\w)")
_NAMED_AFTER_UNIT = re.compile(
    rf"{STEP}(?:\d{{1,6}} )?(?:{CAPITALISED}\.? ){{1,3}}?(?:{either(street_words.SURE, capital=True)}|"
    rf"{either(street_words.CAPITAL_ONLY | street_words.TOLD, capital=True)})(?!['’\-]?\w)"
)
_NUMBER_AND_NAME = re.compile(rf"(?<!\w)\d{{1,6}}[A-Za-z]? (?:{CAPITALISED}\.?[ ,]{{1,2}}\s?){{1,5}}{MARGIN}$")
_CORNER = re.compile(
    r"(?i:the corner of) ((?:[\w.'’ ]{3,40}?) (?i:and|&) (?:[^\W_][\w.'’]*)(?: [A-Z0-9Þ-ž][\w.'’]*){0,3})"
)

_TELLING = words(
    "address addresses adresse anschrift dirección direccion domicilio indirizzo adres lives live lived located "
    "resides "
    "reside office drops delivered deliver restaurant vive reside wohnt woont abita habite is"
)
_TOLD = re.compile(
    r"(?:(?i:es)?(?: (?i:office|station|is|are|it|was|to|with|here|they|ist|lautet|es|est|è|now|changed|my|the|fol"
    r"lowing|you|off|"
    r"linked|from)){0,6}"
    r"(?: (?i:at|on|to|is|with|auf|en|in|an|op)|: ?| ?\n{1,2}| (?i:are):)\s{0,8})"
    rf"(?P<value>\d{{1,6}}[A-Za-z]?,? (?:(?:(?:{CAPITALISED}|\d{{1,5}}|de|del|la|le|van|der|of|e|y|i)\b|"
    rf"[{UPPER}]\.|u\.|ul\.)[., ]{{0,2}}){{1,6}}"
    rf"|(?:(?:{CAPITALISED}|[{UPPER}]\.)[ .]{{1,2}}){{1,4}}\d{{1,5}}[A-Za-z]?\b(?!%))"
)
_FIELD = re.compile(
    r"(?:[ \t]{0,2}(?:line|zeile)?[ _]?\d?)[\"'*]{0,3}[ \t]{0,3}[:=][ \t*\"']{0,6}"
    r"(?=[^\s*\"'])(?!0x|\w{1,8}://|[^\s@]{1,64}@|[0-9A-Fa-f]{1,4}(?:[.:\-][0-9A-Fa-f]{0,4}){3,7}(?:/\d+)?(?![\w \-]))"
    r"(?P<value>[^\n\"{}<>|:]{5,90}?)"
    r"[ .,;]{0,3}(?=\n|$|\"|'|\||<|[,;.]? [^\W\d_][\w ]{1,18}:)"
)
_FIELD_WORDS = words(
    "domicilio dirección direccion address adresse anschrift indirizzo adres street straße strasse calle straat "
    "streetaddress street_address addr wohnadresse postadresse adress morada endereço adresa cím"
)


def extended(text: str, start: int, end: int, places: PlaceNames) -> tuple[int, int]:
    """The whole address around a street: what stands before it on its line, and flat, town, code and country behind."""
    before = _LEADING.search(text, max(0, start - 24), start)
    if before is not None:
        start = before.start()
    return start, with_tail(text, end, places)


def _is_place(value: str, places: PlaceNames) -> bool:
    key = value.lower().strip(" .,")
    return places.has(key) or any(places.has(part.strip()) for part in key.split(","))


def addresses_by_surroundings(reading: Reading, places: PlaceNames) -> Iterator[tuple[int, int, float]]:
    """Start, end and score of addresses whose street no style of a country knows."""
    text, present = reading.text, reading.words
    if not present.isdisjoint(UNIT_WORDS):
        yield from _around_units(text, places)
    for word in _TELLING & present:
        for _, end in reading.places[word]:
            found_told = _TOLD.match(text, end)
            if found_told is not None and any(char.isdigit() for char in found_told["value"]):
                value = found_told["value"].rstrip(" ,.")
                if word != "is" or "address" in present:
                    start = found_told.start("value")
                    yield *extended(text, start, start + len(value), places), 0.6
    for word in _FIELD_WORDS & present:
        for _, end in reading.places[word]:
            field = _FIELD.match(text, end)
            if field is not None and any(char.isdigit() for char in field["value"]) and "@" not in field["value"]:
                start = field.start("value")
                yield start, with_tail(text, field.end("value"), places), 0.75
    if "corner" in present:
        for found in _CORNER.finditer(text):
            yield *found.span(), 0.6


def below_a_name(reading: Reading, places: PlaceNames) -> Iterator[tuple[int, int, float]]:
    """A line that is a name, a line with a number, a line or three that are towns and countries: a letter's address."""
    text = reading.text
    for found in _BLOCK.finditer(text) if reading.has_digit and text.count("\n") > 1 else ():
        street, rest = found["street"], found["rest"]
        letters = sum(char.isalpha() for char in street)
        small = sum(word.islower() and len(word) > 3 for word in street.split())
        if letters < 4 or (small > 1 and not street.islower()) or sum(char.isdigit() for char in street) > 9:
            continue
        end = found.end("street")
        for line in rest.split("\n")[1:]:
            value = line.strip(" >\t|,.")
            cased = all(word[0].isupper() or not word[0].isalpha() or len(word) < 4 for word in value.split())
            if not (cased or _is_place(_NOT_CODE.sub("", value), places)):
                break
            end += len(line) + 1
        if end > found.end("street"):
            yield found.start("street"), len(text[:end].rstrip(" ,.\r\n\t")), 0.6


_BLOCK = re.compile(
    r"^[>\s|]{0,6}[^\W\d_][\w.'’\-]{0,20}(?: [^\W\d_][\w.'’\-]{0,20}){1,3}[ \t]{0,3}\r?\n[> \t|]{0,6}"
    r"(?P<street>(?=[^\n]{0,50}\d)[^\n\t:={}<>|@\[\]();]{5,60})(?P<rest>(?:\n[> \t|]{0,6}[^\W_][^\n:={}<>|@\[\]();!?"
    r"]{2,44}(?=\n|$)){1,3})",
    re.MULTILINE,
)
_NOT_CODE = re.compile(r"\s?\b[A-Z\d\-]*\d[A-Z\d\-]*\b\s?")


def _around_units(text: str, places: PlaceNames) -> Iterator[tuple[int, int, float]]:
    for unit in _ANY_UNIT.finditer(text):
        before = _NUMBER_AND_NAME.search(text, max(0, unit.start() - 70), unit.start())
        before = before or _BEFORE_UNIT.search(text, max(0, unit.start() - 70), unit.start())
        if before is not None and any(char.isdigit() for char in before[0]):
            yield *extended(text, before.start(), unit.end(), places), 0.7
            continue
        after = _AFTER_UNIT.match(text, unit.end()) or _NAMED_AFTER_UNIT.match(text, unit.end())
        if after is not None:
            yield *extended(text, unit.start(), after.end(), places), 0.65
