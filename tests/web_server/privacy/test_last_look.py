"""No original of the ledger leaves, whatever a dialect made of the request."""

from __future__ import annotations

import json
import re

import pytest

from tests.support.shielded import new_ledger, protect, said
from web_server.privacy import kinds
from web_server.privacy.errors import ShieldFailure
from web_server.privacy.last_look import last_look


@pytest.mark.parametrize("planted", ["Anna Kowalska", "dear ANNA!", "x_kowalska_y", "Anna\u00a0\nKowalska", "Annas"])
def test_the_last_look_finds_an_original_wherever_it_is_planted(planted: str) -> None:
    ledger = new_ledger()
    payload = protect(said("Anna Kowalska"), ledger)
    last_look(ledger, json.dumps(payload).encode())
    for place in ({"x": planted}, {planted: 1}, [[{"a": {"b": ["", planted]}}]], {"a": json.dumps({"b": planted})}):
        with pytest.raises(ShieldFailure) as failed:
            last_look(ledger, json.dumps({**payload, "extra": place}).encode())
        assert planted not in str(failed.value)


def test_the_last_look_finds_numbers_and_refuses_what_is_no_json() -> None:
    ledger = new_ledger()
    protect(said("4111111111111111"), ledger)
    for body in (b'{"n": 4111111111111111}', b"not json", b'"\xff"'):
        with pytest.raises(ShieldFailure):
            last_look(ledger, body)


def test_words_of_the_dialects_are_no_find_even_where_somebody_is_called_so() -> None:
    ledger = new_ledger()
    values = dict.fromkeys(("User Model", "Max Tool", "Claude Text"), kinds.PERSON)
    payload = {**said("User Model, Max Tool and Claude Text"), "max_completion_tokens": 5, "max_tokens": 7}
    sent = protect(payload, ledger, values=values)
    assert not {"User", "Max", "Claude"} & set(re.findall(r"\w+", sent["messages"][0]["content"]))
    body = {"model": "claude-text", "contents": [{"role": "user", "parts": [sent]}], "max_output_tokens": 5}
    last_look(ledger, json.dumps(body).encode())
    with pytest.raises(ShieldFailure):
        last_look(ledger, json.dumps({**body, "note": "for max"}).encode())
