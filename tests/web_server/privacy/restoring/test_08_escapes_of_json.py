"""Item 8: what a JSON string writes with a backslash is no part of a surrogate."""

from __future__ import annotations

import json

import pytest

from web_server.privacy import kinds
from web_server.privacy.ledger import Ledger
from web_server.privacy.policy import Treatment
from web_server.privacy.restore import Restorer
from web_server.query import Delta


def beginning_with(letter: str) -> tuple[Ledger, str]:
    """A ledger whose surrogate for `Anna` begins so."""
    for seed in range(2000):
        ledger = Ledger(f"a seed of sixteen bytes or more {seed}".encode())
        made = ledger.assign(kinds.PERSON, "Anna", Treatment.SURROGATE)
        if made[0].lower() == letter:
            return ledger, made.lower()
    raise AssertionError(letter)


@pytest.mark.parametrize("letter", "nrtbf")
def test_the_letter_of_an_escape_does_not_begin_a_surrogate(letter: str) -> None:
    ledger, made = beginning_with(letter)
    arguments = f'{{"x": "\\{made} and {made}"}}'
    for pieces in ([arguments], list(arguments)):
        restorer = Restorer(ledger)
        deltas = [delta for piece in pieces for delta in restorer.feed(Delta(channel="tool", text=piece))]
        text = "".join(delta.text for delta in (*deltas, *restorer.close()))
        assert json.loads(text)["x"] == json.loads(f'"\\{made} and anna"')
