"""A ledger that was written down and read again is the ledger that it was."""

from __future__ import annotations

import json
from typing import Any

import pytest

from web_server.privacy.finder import PatternFinder
from web_server.privacy.ledger import Ledger
from web_server.privacy.ledger_state import UnknownLedger, dumped, loaded
from web_server.privacy.policy import STRICT
from web_server.privacy.restore import Restorer
from web_server.privacy.shield import Shield
from web_server.query import ModelRef, Query

SEED = bytes(range(32))
TURNS = [
    "My name is Marta Lindqvist, born on 3 March 1981; write to marta.lindqvist@fjordmail.example or +46 70 174 06 58.",
    "My password is hunter2-Xy77!, my card 4012 8888 8888 1881. MARTA LINDQVIST lives at 12 Oak Lane, Bristol BS1 4ND.",
    "Dr. Björn Ångström of https://intranet.angstrom-works.example/people?id=77 asks after Marta and J. Okonkwo-Reyes.",
    "martalindqvist and lindqvist2024 are Marta's accounts; B. Ångström's is bjorn.angstrom@fjordmail.example.",
]
DERIVED = {
    Ledger: {"_book", "_people", "_tags", "_addresses", "_seed", "_days", "recollection", "as_written"},
    "Book": {"_met_text", "_met_numbers", "_met", "met_words", "_lexicons", "_waiting"},
    "Others": {"_seed", "_book", "_people", "_mark"},
}
"""What is a part, a choice that the seed makes, or one request's alone."""


@pytest.fixture(scope="module")
def shield() -> Shield:
    return Shield(PatternFinder(STRICT), STRICT)


def said(shield: Shield, ledger: Ledger, text: str) -> str:
    payload: Any = shield.protect(
        Query(ModelRef("p", "m"), {"messages": [{"role": "user", "content": text}]}), ledger
    ).payload
    return str(payload["messages"][0]["content"])


def again(ledger: Ledger) -> Ledger:
    return loaded(json.loads(json.dumps(dumped(ledger))))


def test_turns_meet_the_same_surrogates_whether_or_not_the_ledger_was_written_down_between_them(shield: Shield):
    one, other = Ledger(SEED), Ledger(SEED)
    for text in [*TURNS, *reversed(TURNS)]:
        assert said(shield, one, text) == said(shield, other, text)
        other = again(other)
    assert dumped(one) == dumped(other)


def test_what_came_of_it_is_put_back_by_the_one_that_was_read(shield: Shield):
    ledger = Ledger(SEED)
    sent = [said(shield, ledger, text) for text in TURNS]
    assert all(sent[at] != text for at, text in enumerate(TURNS))
    read = again(ledger)
    assert [Restorer(read).text(text) for text in sent] == TURNS


def test_a_value_of_an_earlier_turn_does_not_leave_in_a_later_one(shield: Shield):
    ledger = Ledger(SEED)
    said(shield, ledger, TURNS[0])
    assert "indqvist" not in said(shield, again(ledger), "a word to lindqvist, please").lower()


def test_nothing_that_a_ledger_holds_is_forgotten_to_be_written_down():
    ledger = Ledger(SEED)
    kept = set(dumped(ledger)) - {"version", "seed"}
    holds = {name for name in vars(ledger) if name not in DERIVED[Ledger]}
    holds |= {name for name in vars(ledger._book) if name not in DERIVED["Book"]}
    for part in (ledger._people, ledger._tags, ledger._addresses):
        holds |= {name for name in vars(part) if name not in DERIVED["Others"]}
    assert {name.lstrip("_").replace("last", "tags") for name in holds} == kept


def test_another_versions_ledger_is_refused():
    with pytest.raises(UnknownLedger):
        loaded({"version": 0})
