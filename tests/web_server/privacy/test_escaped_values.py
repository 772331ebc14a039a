"""Values that stand in a text with percent escapes, and numbers without their signs."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, unquote

import pytest

from tests.support.planted import Planted
from web_server.privacy import kinds
from web_server.privacy.ledger import Ledger
from web_server.privacy.lexicon import whole_words
from web_server.privacy.policy import DEFAULT
from web_server.privacy.restore import Restorer
from web_server.privacy.shield import Shield
from web_server.query import ModelRef, Query

VALUES = {
    "Anna Müller": kinds.PERSON,
    "anna@firma.test": kinds.EMAIL_ADDRESS,
    "+49 30 901820": kinds.PHONE_NUMBER,
    "12 Elm Street": kinds.STREET_ADDRESS,
    "DE89 3704 0044 0532 0130 00": kinds.IBAN_CODE,
}


def sent(text: str, values: Mapping[str, str], ledger: Ledger) -> str:
    return str(Shield(Planted(values), DEFAULT).protect(Query(ModelRef("m", "x"), {"x": text}), ledger).payload["x"])


@pytest.mark.parametrize(("value", "kind"), VALUES.items())
def test_a_value_with_escapes_has_the_stand_in_of_what_it_says_escaped_likewise(value: str, kind: str) -> None:
    ledger = Ledger(b"a seed of sixteen bytes or more")
    escaped = quote(value, safe="")
    text = f"{value}; q={escaped}&x=1"
    said = sent(text, {value: kind, escaped: kind}, ledger)
    plain, _, after = said.partition("; q=")
    assert quote(plain, safe="") == after.removesuffix("&x=1")
    assert plain == unquote(after.removesuffix("&x=1"))
    assert Restorer(ledger).text(said) == text


def test_a_word_begins_behind_an_escape() -> None:
    text = "a%20Anna\\nAnna\\u00e4Anna xAnna"
    assert whole_words(text, 4, 8) == (4, 8)
    assert whole_words(text, 10, 14) == (10, 14)
    assert whole_words(text, 20, 24) == (20, 24)
    assert whole_words(text, 26, 30) == (25, 30)


def test_a_number_that_is_known_with_its_plus_is_hidden_without_it_and_comes_back() -> None:
    ledger = Ledger(b"a seed of sixteen bytes or more")
    text = "+48 600 123 456 is 48600123456 in the table"
    said = sent(text, {"+48 600 123 456": kinds.PHONE_NUMBER}, ledger)
    assert "600123456" not in said
    assert Restorer(ledger).text(said) == text
