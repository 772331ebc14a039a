"""The world's identity and tax numbers: shape, checksum (python-stdnum), and the words without which none is believed.

Read by the detector of national ids. Tables, and the few checks that python-stdnum does not have.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from stdnum.ar import cuit
from stdnum.at import tin as at_tin
from stdnum.at import vnr
from stdnum.au import abn, tfn
from stdnum.be import nn
from stdnum.bg import egn
from stdnum.br import cnpj, cpf
from stdnum.ca import sin
from stdnum.ch import ssn as ahv
from stdnum.cl import rut
from stdnum.cn import ric
from stdnum.co import nit
from stdnum.cz import rc
from stdnum.de import idnr
from stdnum.dk import cpr
from stdnum.ec import ci
from stdnum.ee import ik
from stdnum.es import dni, nie
from stdnum.fi import hetu
from stdnum.fr import nif as fr_nif
from stdnum.fr import nir
from stdnum.gb import nhs, utr
from stdnum.gr import amka
from stdnum.hr import oib
from stdnum.id import nik
from stdnum.ie import pps
from stdnum.il import idnr as il_idnr
from stdnum.in_ import aadhaar
from stdnum.is_ import kennitala
from stdnum.it import codicefiscale
from stdnum.jp import in_ as jp_in
from stdnum.kr import rrn
from stdnum.lt import asmens
from stdnum.mx import curp
from stdnum.my import nric
from stdnum.nl import bsn
from stdnum.no import fodselsnummer
from stdnum.nz import ird
from stdnum.pk import cnic
from stdnum.pl import nip, pesel
from stdnum.pt import nif
from stdnum.ro import cnp
from stdnum.rs import pib
from stdnum.ru import inn
from stdnum.se import personnummer
from stdnum.si import emso
from stdnum.th import pin
from stdnum.tr import tckimlik
from stdnum.ua import rntrc
from stdnum.za import idnr as za_idnr

from web_server.privacy import kinds
from web_server.privacy.detectors.detector import Check
from web_server.privacy.detectors.glue import words

__all__ = ["SHAPES", "WRITTEN", "NationalNumber"]


@dataclass(frozen=True, slots=True)
class NationalNumber:
    """One country's number: its checksum, and the words without which it is not believed (empty: believed at once)."""

    kind: str
    check: Check
    words: frozenset[str] = frozenset()
    score: float = 0.85


def _other(check: Check, told_by: str = "", score: float = 0.9) -> NationalNumber:
    """A number of a country that has no kind of its own."""
    return NationalNumber(kinds.NATIONAL_ID, check, words(told_by), score)


def is_german_insurance(value: str) -> bool:
    """Versicherungsnummer: area, date of birth, letter of the name, serial; VKVV § 4."""
    letter = f"{ord(value[8]) - 64:02d}"
    body = value[:8] + letter + value[9:11]
    total = sum(sum(divmod(int(digit) * weight, 10)) for digit, weight in zip(body, _INSURANCE, strict=True))
    return total % 10 == int(value[11]) and 1 <= int(value[4:6]) <= 12 and int(value[2:4]) % 50 <= 31


def is_singaporean(value: str) -> bool:
    """NRIC and FIN: weighted digits, an offset for each first letter, and the letter that stands for the rest."""
    total = sum(int(digit) * weight for digit, weight in zip(value[1:8], (2, 7, 6, 5, 4, 3, 2), strict=True))
    offset = {"S": 0, "T": 4, "F": 0, "G": 4, "M": 3}.get(value[0])
    if offset is None:
        return False
    letters = {"S": "JZIHGFEDCBA", "T": "JZIHGFEDCBA", "F": "XWUTRQPNMLK", "G": "XWUTRQPNMLK", "M": "XWUTRQPNJLK"}
    rest = (total + offset) % 11
    return letters[value[0]][10 - rest if value[0] == "M" else rest] == value[8]


def is_spanish_insurance(value: str) -> bool:
    """Número de afiliación: two digits of province, eight of a person, and both together modulo 97."""
    body = value[:2] + value[3:10] if value[2] == "0" else value[:10]
    return int(body) % 97 == int(value[10:])


_INSURANCE = (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)

SHAPES: Mapping[str, tuple[NationalNumber, ...]] = {
    "99999999A": (NationalNumber(kinds.ES_NIF, dni.is_valid, score=0.9),),
    "A9999999A": (
        NationalNumber(kinds.ES_NIE, nie.is_valid, score=0.95),
        _other(is_singaporean, score=0.95),
    ),
    "AAAAAA99A99A999A": (
        NationalNumber(kinds.IT_FISCAL_CODE, codicefiscale.is_valid, score=1.0),
        NationalNumber(kinds.IT_FISCAL_CODE, lambda _: True, score=0.7),
    ),
    "AAAA999999AAAAAA99": (_other(curp.is_valid, score=0.95),),
    "AAAA999999AAAAAAA9": (_other(curp.is_valid, score=0.95),),
    "99999999A999": (_other(is_german_insurance, score=0.95),),
    "999999A999A": (NationalNumber(kinds.FI_PERSONAL_IDENTITY_CODE, hetu.is_valid, score=0.95),),
    "9999999A": (_other(pps.is_valid, "pps ppsn", 0.85),),
    "9999999AA": (_other(pps.is_valid, "pps ppsn", 0.85),),
    "99999999999999999A": (_other(ric.is_valid, score=0.95),),
    "9" * 18: (_other(ric.is_valid, score=0.95),),
    "999999A99999999": (NationalNumber(kinds.FR_NIR, nir.is_valid, score=0.95),),
    "9" * 16: (_other(nik.is_valid, "nik ktp", 0.85),),
    "9" * 15: (NationalNumber(kinds.FR_NIR, nir.is_valid, score=0.9),),
    "9" * 14: (_other(cnpj.is_valid, "cnpj", 0.9),),
    "9" * 13: (
        NationalNumber(kinds.CH_AHV, lambda value: value.startswith("756") and ahv.is_valid(value), score=0.95),
        _other(cnp.is_valid, "cnp", 0.9),
        _other(za_idnr.is_valid, "id identity rsa said", 0.8),
        _other(rrn.is_valid, "rrn resident jumin", 0.85),
        _other(pin.is_valid, "thai thailand pin", 0.85),
        _other(emso.is_valid, "emso emšo jmbg", 0.9),
        _other(cnic.is_valid, "cnic nadra", 0.9),
        _other(fr_nif.is_valid, "fiscal spi", 0.85),
        NationalNumber(kinds.FR_NIR, lambda value: value[0] in "12", words("nir sécurité sociale sécu insee"), 0.7),
    ),
    "9" * 12: (
        NationalNumber(kinds.IN_AADHAAR, aadhaar.is_valid, words("aadhaar aadhar uid uidai adhar"), 0.9),
        NationalNumber(kinds.SE_PERSONNUMMER, personnummer.is_valid, words("personnummer personal identity ssn"), 0.9),
        _other(is_spanish_insurance, "nass nss nuss seguridad afiliación", 0.9),
        _other(nric.is_valid, "nric ic mykad", 0.9),
        _other(jp_in.is_valid, "individual mynumber number", 0.85),
        _other(inn.is_valid, "inn инн", 0.9),
    ),
    "9" * 11: (
        NationalNumber(kinds.DE_TAX_ID, idnr.is_valid, words(
            "steuer id idnr steueridentifikationsnummer steuernummer steueridentnummer steuerid idno tax tin"
        ), 0.9),
        NationalNumber(kinds.PL_PESEL, pesel.is_valid, words("pesel"), 0.95),
        NationalNumber(
            kinds.BE_NN, nn.is_valid, words("rijksregisternummer national nn niss insz registre rrn nrn"), 0.9
        ),
        NationalNumber(kinds.TR_NATIONAL_ID, tckimlik.is_valid, words("tc kimlik tckn t c id"), 0.85),
        NationalNumber(kinds.BR_CPF, cpf.is_valid, words("cpf"), 0.95),
        _other(fodselsnummer.is_valid, "fødselsnummer fodselsnummer personnummer fnr"),
        _other(oib.is_valid, "oib"),
        _other(amka.is_valid, "amka"),
        _other(abn.is_valid, "abn"),
        _other(cuit.is_valid, "cuit cuil"),
        _other(asmens.is_valid, "asmens"),
        _other(ik.is_valid, "isikukood"),
    ),
    "9" * 10: (
        NationalNumber(kinds.UK_NHS, nhs.is_valid, words("nhs"), 0.95),
        NationalNumber(kinds.SE_PERSONNUMMER, personnummer.is_valid, words("personnummer personnr"), 0.95),
        _other(cpr.is_valid, "cpr"),
        _other(vnr.is_valid, "svnr sozialversicherungsnummer versicherungsnummer sv ssn"),
        _other(egn.is_valid, "egn егн"),
        _other(rc.is_valid, "rodné rodne rč číslo"),
        _other(kennitala.is_valid, "kennitala"),
        _other(nip.is_valid, "nip"),
        _other(ci.is_valid, "cédula cedula"),
        _other(rntrc.is_valid, "rntrc ІПН"),
        _other(utr.is_valid, "utr"),
    ),
    "9" * 9: (
        NationalNumber(kinds.NL_BSN, bsn.is_valid, words("bsn burgerservicenummer sofinummer"), 0.95),
        NationalNumber(kinds.CA_SIN, sin.is_valid, words("sin insurance nas"), 0.9),
        NationalNumber(kinds.AU_TFN, tfn.is_valid, words("tfn"), 0.9),
        NationalNumber(kinds.PT_NIF, nif.is_valid, words("nif contribuinte"), 0.9),
        _other(at_tin.is_valid, "steuernummer abgabenkontonummer", 0.85),
        _other(il_idnr.is_valid, "teudat zehut israeli tz", 0.85),
        _other(ird.is_valid, "ird", 0.9),
        _other(pib.is_valid, "pib", 0.9),
        _other(nit.is_valid, "nit", 0.85),
        NationalNumber(kinds.US_SSN, lambda _: True, words("ssn ssns social"), 0.85),
    ),
}  # fmt: skip
"""By what is left without separators: `A` a letter, `9` a digit."""

WRITTEN: tuple[tuple[re.Pattern[str], NationalNumber], ...] = (
    (
        re.compile(r"\d{6}[-+A]\d{3}[0-9A-Y]"),
        NationalNumber(kinds.FI_PERSONAL_IDENTITY_CODE, hetu.is_valid, score=0.95),
    ),
    (re.compile(r"\d{3}\.\d{3}\.\d{3}-\d\d"), NationalNumber(kinds.BR_CPF, cpf.is_valid, score=0.95)),
    (re.compile(r"\d\d\.\d{3}\.\d{3}/\d{4}-\d\d"), _other(cnpj.is_valid, score=0.95)),
    (re.compile(r"\d\d\.\d\d\.\d\d-\d{3}\.\d\d"), NationalNumber(kinds.BE_NN, nn.is_valid, score=0.95)),
    (re.compile(r"[2-9]\d{3} \d{4} \d{4}"), NationalNumber(kinds.IN_AADHAAR, aadhaar.is_valid, score=0.75)),
    (re.compile(r"(?:19|20)?\d{6}[-+]\d{4}"), NationalNumber(kinds.SE_PERSONNUMMER, personnummer.is_valid, score=0.8)),
    (re.compile(r"\d\d \d{3} \d{3} \d{3}"), NationalNumber(kinds.DE_TAX_ID, idnr.is_valid, score=0.75)),
    (re.compile(r"\d{1,2}\.\d{3}\.\d{3}-[\dK]"), _other(rut.is_valid, score=0.95)),
    (re.compile(r"\d\d-\d{8}-\d"), _other(cuit.is_valid, score=0.9)),
    (re.compile(r"\d{6}-[1-8]\d{6}"), _other(rrn.is_valid, score=0.9)),
    (re.compile(r"\d{5}-\d{7}-\d"), _other(cnic.is_valid, score=0.9)),
    (re.compile(r"\d{6} \d{5}"), _other(fodselsnummer.is_valid, score=0.85)),
    (re.compile(r"\d{6}/\d{4}"), _other(rc.is_valid, score=0.75)),
    (re.compile(r"\d{6}-\d{2}-\d{4}"), _other(nric.is_valid, score=0.75)),
)  # fmt: skip
"""Numbers that are told by how they are written."""
