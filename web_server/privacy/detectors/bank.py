"""Accounts and cards: IBAN (ISO 13616, mod 97), payment cards (ISO/IEC 7812, Luhn), BIC, account numbers, VAT numbers.

A number whose checksum fails is reported only where the words before it say what it is meant to be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum import iban, luhn
from stdnum.eu import vat

from web_server.privacy import kinds
from web_server.privacy.detectors.detector import Cue, Detector, follow_cue
from web_server.privacy.detectors.glue import after, words
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.spans import Span

_IBAN = re.compile(r"[A-Za-z](?<![A-Za-z0-9].)[A-Za-z]\d{2}(?:[ \-.\u00a0]?[A-Za-z0-9]){11,30}")
_CARD = re.compile(
    r"\d(?<![\w.\-]\d)(?:[ \-\u00a0]?\d){11,18}(?![\w\-])(?!\.\d)"
    r"|(?<![\w.\-])\d{4}\.(?:\d{4}\.\d{4}\.\d{4}|\d{6}\.\d{5})(?![\w\-])(?!\.\d)"
)
_VAT = re.compile(r"[A-Z](?<![A-Za-z0-9].)[A-Z] ?[A-Z0-9](?:[ .]?[A-Z0-9]){7,12}(?![A-Za-z0-9])")
_VAT_STATES = words("AT BE BG CY CZ DE DK EE EL ES FI FR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK")
_CARD_WORDS = words(
    "card credit debit visa mastercard amex visacard kreditkarte karte carte tarjeta carta creditcard cc cardnumber pan"
)
_NOT_CARD = words("imei isbn tracking ean gtin")
_ACCOUNT_WORDS = words(
    "account acct kontonummer konto compte cuenta conto rekening rekeningnummer routing aba bankleitzahl "
    "blz sortcode sort accountnumber"
)
_BIC_WORDS = words("bic swift")
_DIGITS_ONLY = str.maketrans("", "", " -\u00a0.")


def _shortest_iban(value: str) -> int:
    """How many characters of `value` make a valid IBAN; 0 for none. A word may follow without a mark between."""
    country = value[:2].upper()
    kept = 0
    for length, char in enumerate(value, start=1):
        kept += char not in " -.\u00a0"
        if kept >= 15 and (length == len(value) or kept > 14) and char not in " -.\u00a0":
            candidate = value[:length].translate(_DIGITS_ONLY).upper()
            if iban.is_valid(candidate, check_country=False) and candidate.startswith(country):
                return length
    return 0


class BankDetector(Detector):
    """Checksums first; words where there is none."""

    KINDS = (kinds.IBAN_CODE, kinds.CREDIT_CARD, kinds.SWIFT, kinds.BANK_ACCOUNT, kinds.VAT)
    CUES = (
        Cue(kinds.IBAN_CODE, "iban-told", words("iban"),
            after(r"[A-Z]{2}\d{2}(?:[ .\-]?[A-Z0-9]{2,4}){3,8}(?![A-Z0-9])", re.NOFLAG), 0.75),
        Cue(kinds.SWIFT, "bic", _BIC_WORDS, after(
            r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?(?![A-Za-z0-9])", re.NOFLAG), 0.85),
        Cue(kinds.BANK_ACCOUNT, "account", _ACCOUNT_WORDS, after(r"\d(?:[ \-]?\d){4,17}(?![\w])"), 0.7),
        Cue(kinds.VAT, "vat-told", words("vat ustid ust tva btw piva iva cif vatid ustidnr"),
            after(r"(?:[A-Z]{2} ?)?[A-Z]?\d(?:[ .]?\d){6,11}(?:B\d\d|[A-Z])?(?![\w%])"), 0.7),
    )  # fmt: skip

    def spans(self, reading: Reading) -> Iterator[Span]:
        if not reading.has_digit and reading.words.isdisjoint(_BIC_WORDS):
            return
        text = reading.text
        for cue in self.CUES:
            yield from follow_cue(cue, reading)
        for found in _IBAN.finditer(text):
            if length := _shortest_iban(found[0]):
                yield Span(found.start(), found.start() + length, kinds.IBAN_CODE, 1.0, "iban")
        for found in _CARD.finditer(text):
            digits = found[0].translate(_DIGITS_ONLY)
            before = reading.before(found.start())
            if (
                len(digits) >= 13
                and digits[0] in "23456"
                and luhn.is_valid(digits)
                and len(set(digits)) > 1
                and before.isdisjoint(_NOT_CARD)
            ):
                yield Span(*found.span(), kinds.CREDIT_CARD, 0.95, "card")
            elif not before.isdisjoint(_CARD_WORDS):
                yield Span(*found.span(), kinds.CREDIT_CARD, 0.7, "card-told")
        for found in _VAT.finditer(text):
            if found[0][:2] in _VAT_STATES and vat.is_valid(found[0]):
                yield Span(*found.span(), kinds.VAT, 0.8, "vat")
