"""Identity and tax numbers of states, told by shape, checksum and the words before them (checks: python-stdnum).

One pass finds every candidate; its shape (`A` a letter, `9` a digit) says whose numbers it may be. Numbers made of
digits alone need their word nearby unless the checksum and the way they are written leave no doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum.us import itin

from web_server.privacy import kinds
from web_server.privacy.detectors.detector import Cue, Detector, follow_cue
from web_server.privacy.detectors.glue import after, words
from web_server.privacy.detectors.national_numbers import SHAPES, WRITTEN
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.spans import Span

_CANDIDATE = re.compile(r"\d(?<![\d.]\d)(?:[ .\-/]?[A-Z0-9]){6,20}(?!\w)")
_PREFIX = re.compile(r"[A-Z]{1,6}[ \-]?$")
_GAP = re.compile(r"[ .\-/]")
_SEPARATORS = str.maketrans("", "", " .-/")
_SHAPE = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", "A" * 26 + "9" * 10)
_SSN = re.compile(r"\d(?<![\w.\-]\d)\d\d([\- .])\n?(?!00)\d\d\1\n?(?!0000)\d{4}(?![\w\-])")
_NINO = re.compile(
    r"[A-CEGHJ-PR-TW-Z](?<!\w.)(?!(?<=B)G|(?<=G)B|(?<=N)[KT]|(?<=[KT])N|(?<=Z)Z)"
    r"[A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D](?!\w)"
)
_PAN = re.compile(r"[A-Z](?<!\w.)[A-Z]{2}[ABCFGHJLPT][A-Z]\d{4}[A-Z](?!\w)")


_ID = r"(?=[A-Z0-9 .\-/]{0,10}\d)[A-Z0-9](?:[ .\-/]?[A-Z0-9]){4,17}(?!\w)"
_NO_MATTER_WHAT = 0.7
_OWN_ID = re.compile(
    r"(?i:\b(?:my|his|her|your|meine?|deine?|mon|ma|mi|mio|mia|mijn)\s(?:\w{1,12}\s)?id(?:\s(?:number|no|nr|card|code)){0,2}"
    rf"\.?\s?(?:[:#=]|is|was|ist|est|es|è)?\s{{0,2}})({_ID})"
)
"""`my ID is ...`: of which country nobody says."""


class NationalIdDetector(Detector):
    KINDS = tuple(sorted(kinds.NATIONAL_IDS))
    CUES = (
        Cue(kinds.US_SSN, "ssn-told", words("ssn ssns"), after(r"\d{3}[ .\-]?\d\d[ .\-]?\d{4}(?!\w)"), 0.85),
        Cue(kinds.UK_NINO, "nino-told", words("nino ni insurance"),
            after(r"[A-Z]{2} ?\d\d ?\d\d ?\d\d ?[A-Z](?!\w)"), 0.85),
        Cue(kinds.ES_NIF, "nif-told", words("nif dni"), after(r"\d{8}[ \-]?[A-Z](?!\w)"), _NO_MATTER_WHAT),
        Cue(kinds.DE_TAX_ID, "tax-id-told", words("steuer steueridentifikationsnummer steuernummer idnr"),
            after(r"\d\d(?:[ /]?\d){7,11}(?!\w)"), _NO_MATTER_WHAT),
        Cue(kinds.NATIONAL_ID, "id-told",
            words(
            "aadhaar amka ausweis ausweisnr ausweisnummer bsn burgerservicenummer cnic cnp cpf cuil cuit curp egn "
            "insz isikukood itin kennitala medicare nass nhs nir niss nric nss nuss oib pan personalausweis "
            "personalausweisnummer personnummer pesel rentenversicherungsnummer rijksregisternummer rrn rvnr sin "
            "sozialversicherungsnummer steueridnr svnr tckn tfn versichertennummer versicherungsnummer"
        ),
            after(_ID, re.NOFLAG), _NO_MATTER_WHAT),
        Cue(kinds.NATIONAL_ID, "national-id-told",
            words("national citizen identity identità identidad identité carte nationale"),
            re.compile(rf"(?i:\s(?:id|identity|card|identification|insurance|d'identité|nationale)\b"
                       rf"(?:\s(?:card|number|no\.?|code)){{0,2}}"
                       rf"(?:\s?[:#=]|\s(?:is|was))?)\s{{0,3}}({_ID})"), _NO_MATTER_WHAT),
    )  # fmt: skip

    def spans(self, reading: Reading) -> Iterator[Span]:
        if not reading.has_digit:
            return
        text = reading.text
        for found in _SSN.finditer(text):
            if found[0].startswith(("000", "666")):
                continue
            if found[0][0] != "9":
                yield Span(*found.span(), kinds.US_SSN, 0.85 if found[1] == "-" else 0.6, "ssn")
            elif itin.is_valid(found[0]):
                yield Span(*found.span(), kinds.US_ITIN, 0.8, "itin")
        for found in _NINO.finditer(text):
            yield Span(*found.span(), kinds.UK_NINO, 0.85, "nino")
        for found in _PAN.finditer(text):
            yield Span(*found.span(), kinds.IN_PAN, 0.8, "pan")
        for found in _CANDIDATE.finditer(text):
            yield from _judge(found, reading)
        for cue in self.CUES:
            yield from follow_cue(cue, reading)
        if "id" in reading.places:
            for found in _OWN_ID.finditer(text):
                yield Span(*found.span(1), kinds.NATIONAL_ID, 0.65, "id-told")


def _judge(found: re.Match[str], reading: Reading) -> Iterator[Span]:
    """As long as it is, then without its last group, and so on: a word or another number may stand behind."""
    start = found.start()
    prefix = _PREFIX.search(reading.text, max(0, start - 7), start)
    ends = [found.end(), *(found.start() + gap.start() for gap in reversed(list(_GAP.finditer(found[0]))))]
    for end in ends:
        if end - start < 7:
            break
        if end < found.end() and reading.text[end - 1].isdigit() and reading.text[end + 1].isdigit():
            continue  # the first groups of a longer number are no number
        value = reading.text[start:end]
        spans = list(_judge_as(value, start, end, reading))
        if prefix is not None:
            spans += _judge_as(prefix[0] + value, prefix.start(), end, reading)
        if spans:
            yield from spans
            break


def _judge_as(value: str, start: int, end: int, reading: Reading) -> Iterator[Span]:
    if reading.text[max(0, start - 1) : start].isalnum():
        return
    for pattern, number in WRITTEN:
        if pattern.fullmatch(value) and number.check(value):
            yield Span(start, end, number.kind, number.score, "national-written")
    compact = value.translate(_SEPARATORS)
    numbers = SHAPES.get(compact.translate(_SHAPE))
    if numbers is None:
        return
    before: set[str] | None = None
    for number in numbers:
        if number.words and before is None:
            before = reading.before(start)
        if (not number.words or not number.words.isdisjoint(before or ())) and number.check(compact):
            yield Span(start, end, number.kind, number.score, "national-checksum")
            return
