"""What is private in another writing: percent, entities, JSON inside JSON, base64, hexadecimal, spelled digits.

Undoes the writing and asks other detectors; a text without its marks is not undone. Escaped values are reported as what
they are; a blob that holds something private is reported whole, as a secret, since only a tag can stand for it.
Bounded: blobs of at most 8,192 characters, blobs within blobs twice, and nothing is ever decompressed.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Sequence

from web_server.privacy import kinds
from web_server.privacy.detectors.bank import BankDetector
from web_server.privacy.detectors.calendar import BirthDetector
from web_server.privacy.detectors.detector import Detector
from web_server.privacy.detectors.glue import words
from web_server.privacy.detectors.links import LinkDetector
from web_server.privacy.detectors.mailbox import MailboxDetector
from web_server.privacy.detectors.national import NationalIdDetector
from web_server.privacy.detectors.network import NetworkDetector
from web_server.privacy.detectors.papers import PaperDetector
from web_server.privacy.detectors.person import PersonDetector
from web_server.privacy.detectors.phone import PhoneDetector
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.detectors.secret import SecretDetector
from web_server.privacy.spans import Span
from web_server.privacy.unescape import escapes, has_escapes, unescaped

_ASKED: tuple[type[Detector], ...] = (
    SecretDetector, MailboxDetector, PhoneDetector, BankDetector, NationalIdDetector, PaperDetector, NetworkDetector,
    BirthDetector, PersonDetector, LinkDetector,
)  # fmt: skip
_SPACED_KINDS = (kinds.EMAIL_ADDRESS, kinds.PHONE_NUMBER, kinds.IBAN_CODE, kinds.US_SSN, kinds.IP_ADDRESS)
_SURE = 0.6
"""Below this a blob is not believed to hold anything."""

_LINES = r"(?:[A-Za-z0-9+/]{60,80}\r?\n){0,120}"
_BLOB = re.compile(
    rf"[A-Za-z0-9+/_\-](?<![A-Za-z0-9+/_\-.=%#@].){_LINES}[A-Za-z0-9+/_\-]{{14,8191}}={{0,2}}(?![A-Za-z0-9+/_=\-])"
)
_SHORTEST_BLOB = 16
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}){8,4096}")
_TO_STANDARD = str.maketrans("-_", "+/", "\r\n")
_NESTED = 2
_LEAST = 11
"""Bytes of text that a blob must come to."""

_SPACED = re.compile(r"(?<!\S)[A-Za-z\d+](?: {1,3}[!-~](?!\S)){8,70}")
_SPACED_MARK = re.compile(r" [@.+\-] \w ")
_SPACED_SURE = 0.85
"""Letters one by one say something only where a mark stands among them and what they say is plain."""

_NEAR = 200
"""Characters beside an escape: as far as a value may reach, and the words that announce it."""

_NUMERALS = (
    "zero oh one two three four five six seven eight nine null eins zwei zwo drei vier fünf sechs sieben acht neun "
    "zéro un deux trois quatre cinq sept huit neuf cero uno dos tres cuatro cinco seis siete ocho nueve "
    "due tre quattro cinque sei sette otto nove nul een één twee drie vijf zes zeven negen"
)
_ONE = "(?:" + "|".join(sorted(_NUMERALS.split(), key=len, reverse=True)) + ")"
_SPELLED = re.compile(
    rf"(?<![\w\-]){_ONE}(?:(?:[ ,;.\-–]{{1,3}})(?:(?:double|triple|plus|dash|minus|doppel) )?{_ONE}){{3,24}}(?![\w])",
    re.IGNORECASE,
)
_NUMERAL_WORDS = words(_NUMERALS)
_CLOSE = 60
_NUMBER_WORDS = words(
    "phone number mobile call tel telephone pin code card ssn social account iban passport passcode password cvv "
    "reach telefon telefonnummer nummer handy konto kontonummer karte geheimzahl numéro téléphone carte compte número "
    "teléfono tarjeta cuenta numero telefono carta conto rekening rekeningnummer pincode kaart bel"
)


class EncodedDetector(Detector):
    KINDS = tuple(dict.fromkeys(kind for each in _ASKED for kind in each.KINDS))

    def __init__(self) -> None:
        super().__init__()
        self._asked: Sequence[Detector] = [each() for each in _ASKED]

    def spans(self, reading: Reading) -> Iterator[Span]:
        text = reading.text
        if has_escapes(text):
            yield from self._escaped(text)
        for blob in _BLOB.finditer(text) if _longest(text) >= _SHORTEST_BLOB else ():
            if self._holds(blob[0], _NESTED):
                yield Span(*blob.span(), kinds.SECRET, 0.9, "encoded-blob")
        if _SPACED_MARK.search(text) is not None:
            yield from self._spaced(text)
        if _counts(reading):
            for found in _SPELLED.finditer(text):
                if not reading.before(found.start()).isdisjoint(_NUMBER_WORDS):
                    yield Span(*found.span(), kinds.SECRET, 0.7, "encoded-digits")

    def _escaped(self, text: str) -> Iterator[Span]:
        for at, end in _stretches(text):
            plain = unescaped(text[at:end])
            for span in self._inside(plain.text):
                first, last = plain.stretch(span.start, span.end)
                yield span.moved(at + first, at + last)

    def _spaced(self, text: str) -> Iterator[Span]:
        """`j a n e @ e x a m p l e . c o m`."""
        for found in _SPACED.finditer(text):
            run = found[0]
            places = [at for at, char in enumerate(run) if char != " "]
            for span in self._inside(run.replace(" ", "")):
                if span.score >= _SPACED_SURE and span.kind in _SPACED_KINDS:
                    yield span.moved(found.start() + places[span.start], found.start() + places[span.end - 1] + 1)

    def _inside(self, text: str) -> Iterator[Span]:
        reading = Reading(text)
        for detector in self._asked:
            yield from detector.spans(reading)

    def _holds(self, blob: str, depth: int) -> bool:
        """Whether what the blob says holds something private."""
        said = _said(blob)
        if not said:
            return False
        if any(span.score >= _SURE for span in self._inside(said)):
            return True
        return depth > 1 and any(self._holds(inner[0], depth - 1) for inner in _BLOB.finditer(said))


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    """Where escapes stand, with what is near them: only that is undone and read again."""
    begin = end = 0
    for found in escapes(text):
        start = max(0, found.start() - _NEAR)
        if start > end:
            if begin < end:
                yield begin, end
            begin = start
        end = min(len(text), found.end() + _NEAR)
    if begin < end:
        yield begin, end


def _longest(text: str) -> int:
    return max(map(len, text.split()), default=0)


def _counts(reading: Reading) -> bool:
    """Whether four numerals stand close together somewhere, in a text that speaks of numbers."""
    if reading.words.isdisjoint(_NUMBER_WORDS):
        return False
    starts = sorted(start for word in _NUMERAL_WORDS & reading.words for start, _ in reading.places[word])
    return any(last - first < _CLOSE for first, last in zip(starts, starts[3:], strict=False))


def _said(blob: str) -> str:
    """The text that a blob is another writing of; empty where it is none, as almost every long word is."""
    if _HEX.fullmatch(blob):
        return _text(bytes.fromhex(blob))
    body = blob.translate(_TO_STANDARD).rstrip("=")
    if len(body) % 4 == 1 or (body.isalpha() and (body.islower() or body.istitle())):
        return ""
    try:
        return _text(base64.b64decode(body + "=" * (-len(body) % 4), validate=True))
    except binascii.Error:
        return ""


def _text(said: bytes) -> str:
    if len(said) < _LEAST:
        return ""
    try:
        text = said.decode()
    except UnicodeDecodeError:
        return ""
    return text if text.replace("\n", "").replace("\r", "").replace("\t", "").isprintable() else ""
