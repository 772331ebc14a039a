"""Identity and tax numbers of states, told by shape, checksum and the words before them (checks: python-stdnum).

One pass finds every candidate; its shape (`A` a letter, `9` a digit) says whose numbers it may be. Numbers made of
digits alone need their word nearby unless the checksum and the way they are written leave no doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from stdnum.au import tfn
from stdnum.be import nn
from stdnum.br import cpf
from stdnum.ca import sin
from stdnum.ch import ssn as ahv
from stdnum.de import idnr
from stdnum.dk import cpr
from stdnum.es import dni, nie
from stdnum.fi import hetu
from stdnum.fr import nir
from stdnum.gb import nhs
from stdnum.ie import pps
from stdnum.in_ import aadhaar
from stdnum.it import codicefiscale
from stdnum.mx import curp
from stdnum.nl import bsn
from stdnum.no import fodselsnummer
from stdnum.pl import pesel
from stdnum.pt import nif
from stdnum.ro import cnp
from stdnum.se import personnummer
from stdnum.tr import tckimlik
from stdnum.us import itin

from web_server.privacy import kinds
from web_server.privacy.detectors.detector import Check, Cue, Detector, follow_cue
from web_server.privacy.detectors.glue import after, words
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.spans import Span

_CANDIDATE = re.compile(r"\d(?<![\d.]\d)(?:[ .\-/]?[A-Z0-9]){6,17}(?!\w)")
_PREFIX = re.compile(r"[A-Z]{1,6}[ \-]?$")
_SEPARATORS = str.maketrans("", "", " .-/")
_SHAPE = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", "A" * 26 + "9" * 10)
_SSN = re.compile(r"\d(?<![\w.\-]\d)\d\d([\- .])(?!00)\d\d\1(?!0000)\d{4}(?![\w\-])")
_NINO = re.compile(
    r"[A-CEGHJ-PR-TW-Z](?<!\w.)(?!(?<=B)G|(?<=G)B|(?<=N)[KT]|(?<=[KT])N|(?<=Z)Z)"
    r"[A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D](?!\w)"
)
_PAN = re.compile(r"[A-Z](?<!\w.)[A-Z]{2}[ABCFGHJLPT][A-Z]\d{4}[A-Z](?!\w)")


@dataclass(frozen=True, slots=True)
class _Number:
    """One country's number: its checksum, and the words without which it is not believed (empty: believed at once)."""

    kind: str
    check: Check
    words: frozenset[str] = frozenset()
    score: float = 0.85


_SHAPES: Mapping[str, tuple[_Number, ...]] = {
    "99999999A": (_Number(kinds.ES_NIF, dni.is_valid, score=0.9),),
    "A9999999A": (_Number(kinds.ES_NIE, nie.is_valid, score=0.95),),
    "AAAAAA99A99A999A": (
        _Number(kinds.IT_FISCAL_CODE, codicefiscale.is_valid, score=1.0),
        _Number(kinds.IT_FISCAL_CODE, lambda _: True, score=0.7),
    ),
    "AAAA999999AAAAAA99": (_Number(kinds.NATIONAL_ID, curp.is_valid, score=0.95),),
    "AAAA999999AAAAAAA9": (_Number(kinds.NATIONAL_ID, curp.is_valid, score=0.95),),
    "999999A999A": (_Number(kinds.FI_PERSONAL_IDENTITY_CODE, hetu.is_valid, score=0.95),),
    "9999999A": (_Number(kinds.NATIONAL_ID, pps.is_valid, words("pps ppsn"), 0.85),),
    "9999999AA": (_Number(kinds.NATIONAL_ID, pps.is_valid, words("pps ppsn"), 0.85),),
    "9" * 15: (_Number(kinds.FR_NIR, nir.is_valid, score=0.9),),
    "9" * 13: (
        _Number(kinds.CH_AHV, lambda value: value.startswith("756") and ahv.is_valid(value), score=0.95),
        _Number(kinds.NATIONAL_ID, cnp.is_valid, words("cnp"), 0.9),
        _Number(kinds.FR_NIR, lambda value: value[0] in "12", words("nir sécurité sociale sécu insee"), 0.7),
    ),
    "9" * 12: (
        _Number(kinds.IN_AADHAAR, aadhaar.is_valid, words("aadhaar aadhar uid uidai adhar"), 0.9),
        _Number(kinds.SE_PERSONNUMMER, personnummer.is_valid, words("personnummer personal identity ssn"), 0.9),
    ),
    "9" * 11: (
        _Number(kinds.DE_TAX_ID, idnr.is_valid, words(
            "steuer id idnr steueridentifikationsnummer steuernummer tax tin"
        ), 0.9),
        _Number(kinds.PL_PESEL, pesel.is_valid, words("pesel"), 0.95),
        _Number(kinds.BE_NN, nn.is_valid, words("rijksregisternummer national nn niss insz registre rrn"), 0.9),
        _Number(kinds.TR_NATIONAL_ID, tckimlik.is_valid, words("tc kimlik tckn t c id"), 0.85),
        _Number(kinds.BR_CPF, cpf.is_valid, words("cpf"), 0.95),
        _Number(kinds.NATIONAL_ID, fodselsnummer.is_valid, words("fødselsnummer personnummer fnr"), 0.9),
    ),
    "9" * 10: (
        _Number(kinds.UK_NHS, nhs.is_valid, words("nhs"), 0.95),
        _Number(kinds.SE_PERSONNUMMER, personnummer.is_valid, words("personnummer"), 0.95),
        _Number(kinds.NATIONAL_ID, cpr.is_valid, words("cpr"), 0.9),
    ),
    "9" * 9: (
        _Number(kinds.NL_BSN, bsn.is_valid, words("bsn burgerservicenummer sofinummer"), 0.95),
        _Number(kinds.CA_SIN, sin.is_valid, words("sin insurance nas"), 0.9),
        _Number(kinds.AU_TFN, tfn.is_valid, words("tfn"), 0.9),
        _Number(kinds.PT_NIF, nif.is_valid, words("nif contribuinte"), 0.9),
        _Number(kinds.US_SSN, lambda _: True, words("ssn ssns social"), 0.85),
    ),
}  # fmt: skip
_WRITTEN: tuple[tuple[re.Pattern[str], _Number], ...] = (
    (re.compile(r"\d{6}[-+A]\d{3}[0-9A-Y]"), _Number(kinds.FI_PERSONAL_IDENTITY_CODE, hetu.is_valid, score=0.95)),
    (re.compile(r"\d{3}\.\d{3}\.\d{3}-\d\d"), _Number(kinds.BR_CPF, cpf.is_valid, score=0.95)),
    (re.compile(r"\d\d\.\d\d\.\d\d-\d{3}\.\d\d"), _Number(kinds.BE_NN, nn.is_valid, score=0.95)),
    (re.compile(r"[2-9]\d{3} \d{4} \d{4}"), _Number(kinds.IN_AADHAAR, aadhaar.is_valid, score=0.75)),
    (re.compile(r"(?:19|20)?\d{6}[-+]\d{4}"), _Number(kinds.SE_PERSONNUMMER, personnummer.is_valid, score=0.8)),
    (re.compile(r"\d\d \d{3} \d{3} \d{3}"), _Number(kinds.DE_TAX_ID, idnr.is_valid, score=0.75)),
)
_ID = r"(?=[A-Z0-9 .\-/]{0,10}\d)[A-Z0-9](?:[ .\-/]?[A-Z0-9]){4,17}(?!\w)"
_NO_MATTER_WHAT = 0.7


class NationalIdDetector(Detector):
    KINDS = tuple(sorted(kinds.NATIONAL_IDS))
    CUES = (
        Cue(kinds.US_SSN, "ssn-told", words("ssn ssns"), after(r"\d{3}[ .\-]?\d\d[ .\-]?\d{4}(?!\w)"), 0.85),
        Cue(kinds.UK_NINO, "nino-told", words("nino ni insurance"),
            after(r"[A-Z]{2} ?\d\d ?\d\d ?\d\d ?[A-D](?!\w)"), 0.85),
        Cue(kinds.ES_NIF, "nif-told", words("nif dni"), after(r"\d{8}[ \-]?[A-Z](?!\w)"), _NO_MATTER_WHAT),
        Cue(kinds.DE_TAX_ID, "tax-id-told", words("steuer steueridentifikationsnummer steuernummer idnr"),
            after(r"\d\d(?:[ /]?\d){7,11}(?!\w)"), _NO_MATTER_WHAT),
        Cue(kinds.NATIONAL_ID, "id-told",
            words(
            "nass nss bsn nir pesel cpf curp aadhaar pan sozialversicherungsnummer personalausweis ausweisnummer "
            "personalausweisnummer rvnr versichertennummer nhs sin tfn cnp oib burgerservicenummer"
        ),
            after(_ID, re.NOFLAG), _NO_MATTER_WHAT),
        Cue(kinds.NATIONAL_ID, "national-id-told", words("national citizen identity identità identidad"),
            re.compile(rf"(?i:\s(?:id|identity|card|identification|insurance)\b(?:\s(?:card|number|no\.?|code)){{0,2}}"
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


def _judge(found: re.Match[str], reading: Reading) -> Iterator[Span]:
    value, start = found[0], found.start()
    yield from _judge_as(value, start, found.end(), reading)
    prefix = _PREFIX.search(reading.text, max(0, start - 7), start)
    if prefix is not None:
        yield from _judge_as(prefix[0] + value, prefix.start(), found.end(), reading)


def _judge_as(value: str, start: int, end: int, reading: Reading) -> Iterator[Span]:
    if reading.text[max(0, start - 1) : start].isalnum():
        return
    for pattern, number in _WRITTEN:
        if pattern.fullmatch(value) and number.check(value):
            yield Span(start, end, number.kind, number.score, "national-written")
    compact = value.translate(_SEPARATORS)
    numbers = _SHAPES.get(compact.translate(_SHAPE))
    if numbers is None:
        return
    before: set[str] | None = None
    for number in numbers:
        if number.words and before is None:
            before = reading.before(start)
        if (not number.words or not number.words.isdisjoint(before or ())) and number.check(compact):
            yield Span(start, end, number.kind, number.score, "national-checksum")
            return
