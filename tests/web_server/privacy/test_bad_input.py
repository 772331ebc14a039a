"""Texts that nobody writes but somebody sends: nothing breaks, and nothing private is left in what would be sent."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.counting import calls
from web_server.privacy.errors import PrivacyError, ShieldFailure
from web_server.privacy.finder import PatternFinder
from web_server.privacy.last_look import last_look
from web_server.privacy.ledger import Ledger
from web_server.privacy.policy import STRICT
from web_server.privacy.restore import Restorer
from web_server.privacy.shield import Shield
from web_server.query import ModelRef, Query

_FINDER = PatternFinder(STRICT)
_SHIELD = Shield(_FINDER, STRICT)
_PIECES = st.sampled_from(
    [
        "Anna Example ",
        "anna@example.com ",
        "+1 212 555 0187 ",
        "password: ",
        "Zomer77! ",
        "sk-proj-a1B2c3D4e5F6g7H8i9J0",
        "DE89 3704 0044 0532 0130 00",
        "https://anna:Zomer77@corp.test/",
        '{"email": "',
        "\\u0041",
        "\\\\\\\\",
        "%40",
        "&#64;",
        "\u200b",
        "\u202e",
        "\u2066",
        "\ud800",
        "\udc00",
        "e\u0301",
        "\u0301\u0301",
        "\ufe0f",
        "1\ufe0f\u20e3",
        "שלום ",
        "مرحبا ",
        "аnnа@exаmple.com",
        "😀",
        "\x00",
        "\r\n",
        "\t",
        "[PERSON_1_k7]",
        "[SECRET_2_a9] ",
        "kind: Secret\ndata:\n  a: ",
        "-----BEGIN PRIVATE KEY-----\n",
        "Authorization: Basic ",
        "my name is ",
        "42 Maple Street\n",
        "İ",
        "ß",
        "ﷺ",
    ]
)
_TEXTS = st.one_of(
    st.text(max_size=120),
    st.lists(st.one_of(_PIECES, st.text(max_size=6)), max_size=25).map("".join),
    st.lists(st.characters(categories=("Cs", "Mn", "Cf", "Lo", "Nd")), max_size=80).map("".join),
)


def _sent(text: str) -> tuple[Any, Ledger]:
    ledger = Ledger(b"s" * 32)
    query = Query(ModelRef("a", "b"), {"messages": [{"role": "user", "content": text}]})
    return _SHIELD.protect(query, ledger).payload, ledger


@settings(max_examples=120, deadline=None)
@given(_TEXTS)
def test_any_text_is_hidden_and_looked_at_once_more_without_a_failure(text: str) -> None:
    try:
        payload, ledger = _sent(text)
    except ShieldFailure:
        raise
    except PrivacyError:
        return
    last_look(ledger, json.dumps(payload).encode())
    assert isinstance(Restorer(ledger).text(payload["messages"][0]["content"]), str)


@pytest.mark.parametrize(
    "pump",
    [
        "a",
        "\\\\",
        "\u200b",
        "\u0301",
        "a\u0301",
        "\u202e",
        "ש",
        "\ud800",
        "%41",
        "&#65;",
        "QUJD",
        "字",
        "😀",
        "0",
        "a1",
        "{",
        '"',
        '\\\\"',
        "-",
        "\u0660",
        "=",
        "' ",
    ],
)
def test_one_word_of_a_hundred_thousand_is_walked_once(pump: str) -> None:
    """Counted in calls; what happens inside a pattern is counted in test_linear."""

    def spent(size: int) -> int:
        text = pump * (size // len(pump))
        return calls(lambda: _FINDER.find(text))

    assert spent(100_000) < 5 * spent(25_000) + 20_000


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("pass\ud800word: Zomer77!", "Zomer77"),
        ("my e-mail is anna\ud800@example.com", "anna"),
        ("\ud800Anna Example\udfff, +1 212 555 0187", "555 0187"),
        ("é\ud800 password: ü\ud800Zomer77", "Zomer77"),
    ],
)
def test_a_lone_surrogate_is_no_way_around(text: str, value: str) -> None:
    payload, ledger = _sent(text)
    assert value not in json.dumps(payload)
    last_look(ledger, json.dumps(payload).encode())
