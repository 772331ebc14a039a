"""Surrogates of the same shape and checksum class that belong to nobody, one small function a kind.

Called by the ledger, which sees to it that no surrogate is used twice or equals something in the text.
Never sees a text, and keeps nothing: a value and a draw in, a surrogate out. `None` from `shape_of` means: use a tag.
Names of people and of users, mail addresses and URLs are put together by the ledger, since their parts agree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from stdnum import get_cc_module

from web_server.privacy import kinds, names
from web_server.privacy.cases import pour
from web_server.privacy.checksums import iban_digits, luhn_digit
from web_server.privacy.coins import coin_address
from web_server.privacy.dates import moved
from web_server.privacy.draw import Draw
from web_server.privacy.identities import identity
from web_server.privacy.phones import phone
from web_server.privacy.towns import place

Shape = Callable[[str, Draw], str]

_DOCUMENTATION_V4 = ("192.0.2.", "198.51.100.", "203.0.113.")  # RFC 5737
_TEST_CARDS = {"3": "378282", "4": "400000", "5": "555555", "6": "601111"}  # the card schemes' published test ranges
_NETWORK = re.compile(r"/\d{1,3}\Z")
_PRIVATE = re.compile(r"10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.")
_CONNECTION = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)(?P<login>[^\s/@]+)@[^\s/:?#]+(?P<rest>\S*)\Z")
_PREFIX = re.compile(r"[A-Za-z]{2,10}[-_](?:[A-Za-z]{2,10}[-_]){0,3}|AKIA|ASIA|AIza|eyJ|SG\.|xox[a-z]-")
_FAKE = "EXAMPLE"
_TRIES = 400
_LEAST = 4
_LEAST_CODE = 10
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{5,30}\Z")


def shape_of(kind: str) -> Shape | None:
    """How to make a surrogate of this kind; of a kind of the operator's own only the look of its values is known."""
    return _SHAPES.get(kind) or (None if kind in kinds.ALL else _like)


def is_tellable(kind: str, norm: str) -> bool:
    """Whether a realistic surrogate could be told from innocent text: `42`, `7`, a PIN or `noon` could not."""
    if kind == kinds.AGE:
        return any(map(str.isdigit, norm)) and any(map(str.isalpha, norm))
    if kind == kinds.SECRET and norm.isdigit():
        return len(norm) >= _LEAST_CODE
    return len(norm) >= _LEAST


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
    network = _NETWORK.search(value)
    behind = network[0] if network else ""
    if ":" in value.removesuffix(behind) or "." not in value:
        groups = ":".join(f"{1 + draw.below(65535):x}" for _ in range(6 if value.count(":") > 5 else 2))
        made = f"2001:db8:{'' if value.count(':') > 5 else ':'}{groups}"  # RFC 3849
        return (made.upper() if value.isupper() else made) + behind
    if _PRIVATE.match(value):  # RFC 1918: that it is of an inner network is worth telling
        return f"10.{128 + draw.below(128)}.{draw.below(256)}.{1 + draw.below(254)}{behind}"
    if draw.below(4) == 0:
        return draw.pick(_DOCUMENTATION_V4) + str(1 + draw.below(254)) + behind
    return f"198.{18 + draw.below(2)}.{draw.below(256)}.{1 + draw.below(254)}{behind}"  # RFC 2544


def _mac(value: str, draw: Draw) -> str:
    capitals = value.upper() == value
    made = draw.pick("0123456789abcdef") + draw.pick("26ae")  # the "locally administered" bit of the first octet
    made += "".join(draw.pick("0123456789abcdef") for _ in range(sum(map(str.isalnum, value)) - 2))
    return pour(made.upper() if capitals else made, value)


def _vat(value: str, draw: Draw) -> str:
    """Another of the same country; valid where `value` is and the country's check digits are known."""
    head = re.match(r"[A-Za-z]{2}(?=[\dA-Za-z ])", value)
    kept = head[0] if head else ""
    made = kept + draw.like(value[len(kept) :])
    module = get_cc_module(kept.lower(), "vat") if kept else None
    if module is None or not module.is_valid(value):
        return made
    for _ in range(_TRIES):
        if module.is_valid(made):
            break
        made = kept + draw.like(value[len(kept) :])
    return made


def _bic(value: str, draw: Draw) -> str:
    return "ZZ" + draw.like(value[2:4]) + value[4:6] + draw.like(value[6:])


def _coordinates(value: str, draw: Draw) -> str:
    def another(match: re.Match[str]) -> str:
        whole, fraction = match[1], match[2] or ""
        size = min(10 ** len(whole), 60 if int(whole) < 60 else 180)  # minutes and seconds stay below 60
        return str(draw.below(size)).zfill(len(whole)) + (fraction and fraction[0] + draw.digits(len(fraction) - 1))

    return re.sub(r"(\d{1,3})([.,]\d+)?", another, value)


def _record(value: str, draw: Draw) -> str:
    head = re.match(r"[A-Za-z]{2,5}(?=[-:# ]?\d)", value)
    kept = head.end() if head else 0
    return value[:kept] + draw.like(value[kept:])


def _age(value: str, draw: Draw) -> str:
    """Another age of the same ten years: `42 years old`, `47 years old`."""

    def another(match: re.Match[str]) -> str:
        return match[0][:-1] + str((int(match[0][-1]) + 1 + draw.below(9)) % 10)

    return re.sub(r"\d{1,3}", another, value)


def _secret(value: str, draw: Draw) -> str:
    """Of the same prefix and make, and plainly a fake: a surrogate must not pass for a key that opens something."""
    if (link := _CONNECTION.match(value)) is not None:
        host = f"{names.invented(draw).lower()}.example.com"
        return f"{link['scheme']}{draw.like(link['login'])}@{host}{draw.like(link['rest'])}"
    if "-----" in value:  # the lines around a key in a file say what it is, and to whom it belongs to nobody
        lines = value.splitlines(keepends=True)
        return "".join(line if line.startswith("-----") else draw.like(line) for line in lines)
    head = _PREFIX.match(value)
    kept = head.end() if head and head.end() <= len(value) // 2 else 0
    made = value[:kept] + draw.like(value[kept:])
    room = re.compile(rf"[A-Za-z0-9]{{{len(_FAKE)}}}").search(made, kept)
    if room is None:
        return made
    fake = _FAKE if any(map(str.isupper, room[0])) else _FAKE.lower()
    return made[: room.start()] + fake + made[room.end() :]


def _date(value: str, draw: Draw) -> str:
    """For a caller without a ledger's own shift; the ledger moves all its dates by the same number of days."""
    return moved(value, 30 + draw.below(300)) or value


def _identity(kind: str) -> Shape:
    return lambda value, draw: identity(kind, value, draw)


_SHAPES: Mapping[str, Shape] = {
    **{kind: _identity(kind) for kind in kinds.NATIONAL_IDS},
    kinds.AGE: _age,
    kinds.DATE_OF_BIRTH: _date,
    kinds.DATE_TIME: _date,
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
    kinds.CRYPTO: coin_address,
    kinds.VAT: _vat,
    kinds.PASSPORT: _like,
    kinds.DRIVER_LICENSE: _like,
    kinds.LICENSE_PLATE: _like,
    kinds.MEDICAL_RECORD: _record,
    kinds.SECRET: _secret,
}
