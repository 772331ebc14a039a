"""Proper names of any sort, for policies that hide public names too: places, organisations, acronyms, unknown names.

Scores stay below the default threshold: under the default policy none of this is reported. Generous, but not blind:
identifiers of code, headings, words that the text also writes small, common abbreviations and German nouns are left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from web_server.privacy import kinds
from web_server.privacy.detectors.columns import KIND_OF
from web_server.privacy.detectors.common_words import ABBREVIATIONS, COMMON, HOUSEHOLD, STOPS
from web_server.privacy.detectors.detector import Detector
from web_server.privacy.detectors.famous import FAMOUS
from web_server.privacy.detectors.gazetteer import gazetteer
from web_server.privacy.detectors.glue import words
from web_server.privacy.detectors.letters import CAPITALISED
from web_server.privacy.detectors.not_names import AFTER_THINGS, MONTHS, NOT_NAMES, PLACES
from web_server.privacy.detectors.place_names import place_names
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.spans import Span

_RUN = re.compile(
    rf"(?<![\w@#/\\$_.])(?:{CAPITALISED}|[A-Z]{{2,6}}\d{{0,3}}|[a-z]{{1,3}}[A-Z][a-z]{{2,20}})"
    rf"(?:(?: (?:(?:of|for|and|&|the|de|du|des|del|della|von|van) )?|&)(?:{CAPITALISED}|[A-Z]{{2,6}})){{0,5}}"
    r"(?![\w(_@\\=\[]|\.\w|\")"
)
_WORDS = re.compile(r"[^\W_]+")
_ENDS_SENTENCE = re.compile(r"[.!?:\n•*>#\-\"“(\[|]\s{0,4}$|^\s{0,4}$")
_CODE_LINE = re.compile(
    r"[;{}]\s*$|^\s*(?://|#include|import |from \w+ import|def |class |return\b|if \(|for \(|while \(|@)"
    r"|=>|\w\(|==|\w\[|\+=|</"
)
_HUMPS = re.compile(r"[a-z][A-Z]")
_ENDING_WORDS = words(
    "tion tions ment ments ness ing ings ity ities able ible ful less ous ive ism ist ists ology ance ence ency ancy "
    "ally ly ize ized ify ical ics ship ward ware ers ors ied ies"
)
_ENDINGS = tuple(sorted(_ENDING_WORDS))
_GERMAN = frozenset(
    ["der", "die", "das", "und", "ist", "nicht", "ein", "eine", "den", "dem", "mit", "von", "zu", "im", "für", "auf"]
)
_FAMOUS_ALONE = frozenset(name.rpartition(" ")[2] for name in FAMOUS) - NOT_NAMES


LABELS = words(
    "iban bic dob plz nif nie dni siren siret tva ust ustid vat ssn nino mrn nhs nir bsn cpf kfz tel tfno agenda "
    "holder driver passport license licence plate expiry issuer payee payer returns inventory rechnung rechnungsnummer "
    "überweisung kennzeichen rufnummer aktenzeichen betreff kontonummer kundennummer facture objet asunto oggetto "
    "betreft meine deine seine ihre unsere eure mein dein sein unser euer bitte danke mon ton son notre votre leur "
    "mis tus sus nuestro nuestra mio suo tuo nostro jouw zijn haar onze"
)
"""What forms call their fields, and whose a thing is: no names, although no list of words has them all."""
_FIELDS = frozenset(KIND_OF) - words("twitter instagram telegram skype discord github whatsapp via residence")


Part = tuple[int, int, str]
"""Where a word stands, and the word in lower case."""


class ProperNameDetector(Detector):
    KINDS = (kinds.LOCATION, kinds.ORGANIZATION, kinds.PERSON)
    BEST = 0.4

    def __init__(self) -> None:
        super().__init__()
        self._names = gazetteer()
        self._places = place_names()
        self._alone = frozenset(name for name in _FAMOUS_ALONE if name not in self._names.words and len(name) > 3)

    def spans(self, reading: Reading) -> Iterator[Span]:
        text = reading.text
        german = len(_GERMAN & reading.words) > 4
        coded: dict[int, bool] = {}
        for found in _RUN.finditer(text):
            line = text.rfind("\n", 0, found.start()) + 1
            if line not in coded:
                end = text.find("\n", line)
                coded[line] = _CODE_LINE.search(text[line : end if end >= 0 else len(text)][:300]) is not None
            yield from self._judge(found, reading, german, coded[line])
        yield from self._in_small_letters(reading)

    def _in_small_letters(self, reading: Reading) -> Iterator[Span]:
        """Countries, well-known cities, household firms and famous people, as they are typed in a hurry."""
        for known, kind in (
            (self._places.known | self._places.demonyms, kinds.LOCATION),
            (HOUSEHOLD, kinds.ORGANIZATION),
            (self._alone, kinds.PERSON),
        ):
            for word in reading.words & known:
                if word in COMMON or word in STOPS or len(word) < 4:
                    continue
                for start, end in reading.places[word]:
                    if reading.text[start - 1 : start] not in ("@", "/", "_", "-", ".", "#", "\\"):
                        yield Span(start, end, kind, 0.35, "proper-known")

    def _judge(self, found: re.Match[str], reading: Reading, german: bool, coded: bool) -> Iterator[Span]:
        text = reading.text
        parts = [
            (word.start() + found.start(), word.end() + found.start(), word[0].lower())
            for word in _WORDS.finditer(found[0])
        ]
        opening = _ENDS_SENTENCE.search(text, max(0, found.start() - 6), found.start()) is not None
        parts, opening = self._without_words(parts, opening, reading)
        if not parts or parts[-1][1] - parts[0][0] < 2:
            return
        start, end = parts[0][0], parts[-1][1]
        keys = [word for _, _, word in parts]
        whole = text[start:end]
        named = any(key in self._names.common and key in self._names.plain_first for key in keys)
        if self._places.has(whole.lower()) or any(key in PLACES for key in keys):
            if not named:
                yield Span(start, end, kinds.LOCATION, 0.4, "proper-place")
                return
            for at, stop, key in parts:
                if key in PLACES:
                    yield Span(at, stop, kinds.LOCATION, 0.4, "proper-place")
        if coded or (
            _HUMPS.search(whole) is not None and len(parts) == 1 and whole[0].islower() and not whole.startswith("e")
        ):
            return
        plain = [self._is_plain_word(key, reading) for key in keys]
        if all(plain):
            return
        if len(parts) == 1:
            yield from self._one(start, end, keys[0], whole, opening=opening, german=german)
        else:
            yield from self._several(parts, plain, german=german, named=named)

    def _several(self, parts: list[Part], plain: list[bool], *, german: bool, named: bool) -> Iterator[Span]:
        """`plain` says which of the words are words of the language."""
        start, end = parts[0][0], parts[-1][1]
        if any(word in AFTER_THINGS for _, _, word in parts):
            yield Span(start, end, kinds.ORGANIZATION, 0.4, "proper-thing")
        elif not any(plain) and len(parts) < 4:
            known = any(word in self._names.first or word in self._names.last for _, _, word in parts)
            if known or not german:
                yield Span(start, end, kinds.PERSON if known else kinds.ORGANIZATION, 0.4, "proper-words")
        elif not german and not named:  # whose name stands in it is the person detector's to say
            first = next(at for at, is_plain in enumerate(plain) if not is_plain)
            last = len(plain) - next(at for at, is_plain in enumerate(reversed(plain)) if not is_plain)
            yield Span(parts[first][0], parts[last - 1][1], kinds.ORGANIZATION, 0.35, "proper-mixed")

    def _without_words(self, parts: list[Part], opening: bool, reading: Reading) -> tuple[list[Part], bool]:
        """A sentence's first word, and words of the language at either end, say nothing."""
        while parts and (
            parts[0][2] in NOT_NAMES
            or parts[0][2] in STOPS
            or parts[0][2] in LABELS
            or (opening and self._is_plain_word(parts[0][2], reading))
        ):
            parts, opening = parts[1:], False
        thing = any(word in AFTER_THINGS for _, _, word in parts)
        while parts and parts[-1][2] in NOT_NAMES and not (thing and parts[-1][2] in AFTER_THINGS):
            parts = parts[:-1]
        return parts, opening

    def _one(self, start: int, end: int, key: str, whole: str, *, opening: bool, german: bool) -> Iterator[Span]:
        if whole.isupper() and len(whole) > 1:
            if key not in ABBREVIATIONS and key not in LABELS and len(whole) < 7:
                yield Span(start, end, kinds.ORGANIZATION, 0.3, "proper-acronym")
            return
        first, last = key in self._names.plain_first, key in self._names.plain_last
        if first or last:
            if first or not opening:
                yield Span(start, end, kinds.PERSON, 0.35, "proper-name")
        elif (
            not german
            and not key.endswith(_ENDINGS)
            and len(key) > 2
            and not (opening and _HUMPS.search(whole) is None)
        ):
            yield Span(start, end, kinds.ORGANIZATION, 0.3, "proper-word")

    def _is_plain_word(self, word: str, reading: Reading) -> bool:
        if (word in PLACES or word in self._names.plain_first) and word not in LABELS:
            return False
        return (
            word in NOT_NAMES
            or word in _FIELDS
            or word in LABELS
            or word in COMMON
            or word in MONTHS
            or word in self._names.words
            or word in reading.small
            or (word.endswith(_ENDINGS) and word not in self._names.last)
            or (
                word.endswith("s") and (word[:-1] in COMMON or word[:-1] in reading.small or word[:-1] in ABBREVIATIONS)
            )
            or word in ABBREVIATIONS
        )
