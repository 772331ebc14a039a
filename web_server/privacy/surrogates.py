"""Stand-ins of the same shape and checksum class that belong to nobody, one small function a kind.

Called by the ledger, which sees to it that no stand-in is used twice or equals something in the text.
Never sees a text, and keeps nothing: a value and a draw in, a stand-in out. `None` from `shape_of` means: use a tag.
Names of people, mail addresses and URLs are put together by the ledger, since their parts agree with one another.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from web_server.privacy import kinds, names
from web_server.privacy.cases import pour
from web_server.privacy.checksums import iban_digits, luhn_digit
from web_server.privacy.draw import Draw
from web_server.privacy.phones import phone

Shape = Callable[[str, Draw], str]

_DOCUMENTATION_V4 = ("192.0.2.", "198.51.100.", "203.0.113.")  # RFC 5737
_TEST_CARDS = {"3": "378282", "4": "400000", "5": "555555", "6": "601111"}  # the card schemes' published test ranges
_PLACE_HEADS = (
    "Ald", "Bram", "Cald", "Dray", "Elv", "Fern", "Gars", "Hal", "Inver", "Kes", "Lang", "Mal", "Nor", "Ost", "Pren",
    "Quar", "Rav", "Sel", "Thor", "Ulv", "Wex", "Yar",
)  # fmt: skip
_PLACE_TAILS = (
    "beck", "bourne", "by", "combe", "dale", "field", "ford", "holt", "hurst", "leigh", "mere", "mouth", "port",
    "stead", "thorpe", "wick", "worth",
)  # fmt: skip
_KEPT_WORDS = frozenset({
    "apt", "apartment", "ave", "avenue", "blvd", "boulevard", "building", "calle", "court", "ct", "drive", "flat",
    "floor", "lane", "nr", "no", "place", "platz", "plaza", "po", "box", "rd", "road", "rue", "sq", "square", "st",
    "str", "strasse", "straße", "street", "suite", "van", "via", "way", "weg", "ag", "bv", "co", "company", "corp",
    "corporation", "foundation", "gmbh", "group", "hospital", "inc", "institute", "kg", "limited", "llc", "llp",
    "ltd", "plc", "sa", "sarl", "school", "se", "spa", "srl", "university", "and", "an", "am", "da", "das", "de",
    "del", "della", "den", "der", "des", "di", "do", "du", "la", "le", "les", "of", "the", "und", "von", "y",
})  # fmt: skip
_STREET = re.compile(r"(?i)(straße|strasse|str|weg|platz|gasse|allee|laan|straat|street)\Z")
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{5,30}\Z")
_PART = re.compile(r"[^\W\d_]+|\d+")


def shape_of(kind: str) -> Shape | None:
    """How to make a stand-in of this kind. Of a kind of the operator's own nothing is known but how its values look."""
    return _SHAPES.get(kind) or (None if kind in kinds.ALL else _like)


def place(value: str, draw: Draw) -> str:
    """Each word an invented place's name, each number another; words like `Street` or `Ltd` stay."""

    def another(match: re.Match[str]) -> str:
        word = match[0]
        if word[0].isdigit():
            return str(1 + draw.below(9)) + draw.digits(len(word) - 1)
        if word.lower() in _KEPT_WORDS:
            return word
        ending = _STREET.search(word)
        name = draw.pick(_PLACE_HEADS) + draw.pick(_PLACE_TAILS)
        return name + ending[0] if ending else name

    return _PART.sub(another, value)


def told_by(made: str) -> str:
    """The words of an invented place that are not kept words: what `de Kesport` and `Kesport Ltd` share."""
    return " ".join(word for word in _PART.findall(made.lower()) if word not in _KEPT_WORDS)


def _like(value: str, draw: Draw) -> str:
    return draw.like(value)


def _card(value: str, draw: Draw) -> str:
    size = sum(map(str.isdigit, value))
    body = _TEST_CARDS.get(value[0], "400000") + draw.digits(max(0, size - 7))
    return pour(body + luhn_digit(body), value)


def _iban(value: str, draw: Draw) -> str:
    compact = "".join(filter(str.isalnum, value)).upper()
    if not _IBAN.match(compact):
        return draw.like(value)
    country, body = compact[:2], compact[4:]
    bank = "".join("0" if char.isdigit() else "X" for char in body[:4])  # no bank has a code of zeros or of X alone
    body = bank + draw.like(body[4:])
    return pour(country + iban_digits(country, body) + body, value)


def _ip(value: str, draw: Draw) -> str:
    if ":" not in value:
        return draw.pick(_DOCUMENTATION_V4) + str(1 + draw.below(254))
    return f"2001:db8::{draw.below(65535) + 1:x}:{draw.below(65535) + 1:x}"  # RFC 3849


def _mac(value: str, draw: Draw) -> str:
    capitals = value.upper() == value
    made = draw.pick("0123456789abcdef") + draw.pick("26ae")  # the "locally administered" bit of the first octet
    made += "".join(draw.pick("0123456789abcdef") for _ in range(sum(map(str.isalnum, value)) - 2))
    return pour(made.upper() if capitals else made, value)


def _ssn(value: str, draw: Draw) -> str:
    # Never issued: area 9xx, with a group outside those of ITINs (which begin at 50).
    size = sum(map(str.isdigit, value))
    return pour(("9" + draw.digits(2) + str(1 + draw.below(4)) + draw.digits(size))[:size], value)


def _country_first(value: str, draw: Draw) -> str:
    head = re.match(r"[A-Za-z]{2}(?=[\dA-Za-z ])", value)
    return head[0] + draw.like(value[2:]) if head else draw.like(value)


def _bic(value: str, draw: Draw) -> str:
    return draw.like(value[:4]) + value[4:6] + draw.like(value[6:])


def _coordinates(value: str, draw: Draw) -> str:
    def another(match: re.Match[str]) -> str:
        whole, fraction = match[1], match[2]
        return str(draw.below(min(80, 10 ** len(whole)))).zfill(len(whole)) + "." + draw.digits(len(fraction))

    return re.sub(r"(\d+)\.(\d+)", another, value)


def _secret(value: str, draw: Draw) -> str:
    head = re.match(r"[A-Za-z]{2,10}[-_](?:[A-Za-z]{2,10}[-_]){0,3}", value)
    kept = head.end() if head and head.end() <= len(value) // 2 else 0
    return value[:kept] + draw.like(value[kept:])


def _username(value: str, draw: Draw) -> str:
    name = names.invented(draw)
    digits = "".join(filter(str.isdigit, value))
    return ("@" if value.startswith("@") else "") + name + (draw.digits(len(digits)) or draw.digits(2))


_SHAPES: Mapping[str, Shape] = {
    **dict.fromkeys(kinds.NATIONAL_IDS, _like),
    kinds.US_SSN: _ssn,
    kinds.USERNAME: _username,
    kinds.PHONE_NUMBER: phone,
    kinds.IP_ADDRESS: _ip,
    kinds.MAC_ADDRESS: _mac,
    kinds.STREET_ADDRESS: place,
    kinds.POSTAL_CODE: _like,
    kinds.LOCATION: place,
    kinds.GPS: _coordinates,
    kinds.ORGANIZATION: place,
    kinds.CREDIT_CARD: _card,
    kinds.IBAN_CODE: _iban,
    kinds.SWIFT: _bic,
    kinds.BANK_ACCOUNT: _like,
    kinds.CRYPTO: _country_first,
    kinds.VAT: _country_first,
    kinds.PASSPORT: _like,
    kinds.DRIVER_LICENSE: _like,
    kinds.LICENSE_PLATE: _like,
    kinds.MEDICAL_RECORD: _like,
    kinds.SECRET: _secret,
}
