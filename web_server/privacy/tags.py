"""Tags: marked tokens such as `[PERSON_1_k9]`, for what no realistic surrogate is wanted.

Called by the ledger. A tag says its kind in few tokens, a number, and a mark that is the ledger's own. Other ways of
writing one value, and the parts of one person's name, have its number and a letter (`[PERSON_1b_k9]`): a model sees
that they belong together, and where it drops the letter the right person still comes back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import count

from web_server.privacy import kinds
from web_server.privacy.book import Book
from web_server.privacy.draw import Draw
from web_server.privacy.lexicon import Form

_SAID: Mapping[str, str] = {
    kinds.EMAIL_ADDRESS: "EMAIL", kinds.PHONE_NUMBER: "PHONE", kinds.STREET_ADDRESS: "STREET", kinds.URL: "LINK",
    kinds.POSTAL_CODE: "POSTCODE", kinds.CREDIT_CARD: "CARD", kinds.IBAN_CODE: "IBAN", kinds.BANK_ACCOUNT: "ACCOUNT",
    kinds.DRIVER_LICENSE: "LICENSE", kinds.LICENSE_PLATE: "PLATE", kinds.DATE_OF_BIRTH: "BIRTHDATE",
    kinds.DATE_TIME: "DATE", kinds.IP_ADDRESS: "IP", kinds.MAC_ADDRESS: "MAC", kinds.MEDICAL_RECORD: "MRN",
}  # fmt: skip
"""Shorter words where they say as much: every tag is read by a model, token by token."""

_LETTERS = "bcdefghijklmnopqrstuvwxyz"


def is_tag(made: str) -> bool:
    """Whether a surrogate is a tag."""
    return made.startswith("[")


class Tags:
    """Makes the tags of one ledger."""

    def __init__(self, seed: bytes, book: Book) -> None:
        draw = Draw(seed, "tag")
        self._mark = draw.pick("abcdefghkmnpqrstuvwxyz") + draw.pick("23456789")
        self._book = book
        self._last: Counter[str] = Counter()

    def new(self, kind: str, band: str = "") -> str:
        """A tag of the next number that is free, with `band` inside: what the value is close to."""
        said = _SAID.get(kind, kind)
        for number in count(self._last[said] + 1):
            self._last[said] = number
            tag = f"[{said}_{number}_{self._mark}{band and f': {band}'}]"
            if self._book.is_free_tag(tag):
                return tag
        raise AssertionError("count() ends nowhere")

    def spelled(self, tag: str, value: str, kind: str) -> str:
        """A tag of the same number that comes back as just `value`."""
        if self._book.sends(tag, value):
            return tag
        core, _, mark = tag[1:-1].rpartition("_")  # the mark, and behind it any band
        for letter in _LETTERS:
            other = f"[{core.rstrip(_LETTERS)}{letter}_{mark}]"
            if self._book.sends(other, value):
                return other
            if self._book.comes_back_as(other) is None and self._book.is_free_tag(other):
                self._book.put_back(other, Form(value, kind, follow_case=kind == kinds.PERSON))
                self._book.send(other, value)
                return other
        fresh = self.new(kind)
        self._book.put_back(fresh, Form(value, kind))
        self._book.send(fresh, value)
        return fresh
