"""The shield does not rely on what a finder promises about its spans."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest

from web_server.privacy import kinds
from web_server.privacy.errors import Blocked, ShieldFailure
from web_server.privacy.ledger import Ledger
from web_server.privacy.policy import DEFAULT, Policy, Treatment
from web_server.privacy.restore import Restorer
from web_server.privacy.shield import Shield
from web_server.privacy.spans import Span
from web_server.query import ModelRef, Query

TEXT = "Write to Anna Kowalska, 12 Elm Street \nor call 030 901820."
SPANS = (
    Span(9, 22, kinds.PERSON),
    Span(14, 37, kinds.STREET_ADDRESS),
    Span(24, 39, kinds.STREET_ADDRESS),
    Span(9, 13, kinds.PERSON),
    Span(47, 58, kinds.PHONE_NUMBER),
)


class Careless:
    def __init__(self, spans: Sequence[Span]) -> None:
        self._spans = spans

    def find(self, text: str) -> Sequence[Span]:
        return self._spans


def sent(spans: Sequence[Span], ledger: Ledger, policy: Policy = DEFAULT) -> str:
    query = Query(ModelRef("mirror", "openai"), {"messages": [{"role": "user", "content": TEXT}]})
    messages = Shield(Careless(spans), policy).protect(query, ledger).payload["messages"]
    assert isinstance(messages, list)
    assert isinstance(messages[0], dict)
    return str(messages[0]["content"])


@pytest.mark.parametrize("spans", [*itertools.permutations(SPANS, 3)])
def test_findings_that_overlap_in_any_order_are_hidden_whole_and_come_back_as_they_were(spans: Sequence[Span]) -> None:
    ledger = Ledger(b"a seed of sixteen bytes or more")
    said = sent(spans, ledger)
    hidden = {at for span in spans for at in range(span.start, span.end)}
    for word, start in (("Anna", 9), ("Kowalska", 14), ("Elm", 27), ("901820", 51)):
        assert word not in said or start not in hidden
    assert Restorer(ledger).text(said) == TEXT


def test_a_finding_does_not_reach_over_the_white_space_around_it() -> None:
    ledger = Ledger(b"a seed of sixteen bytes or more")
    said = sent([Span(23, 39, kinds.STREET_ADDRESS)], ledger)
    assert said.startswith("Write to Anna Kowalska, ")
    assert said.endswith(" \nor call 030 901820.")


@pytest.mark.parametrize("span", [(50, 59), (-1, 4), (8, 7)])
def test_a_finding_outside_of_the_text_sends_nothing(span: tuple[int, int]) -> None:
    with pytest.raises(ShieldFailure):
        sent([Span(*span, kinds.PERSON)], Ledger(b"a seed of sixteen bytes or more"))


@pytest.mark.parametrize(
    "spans", [*itertools.permutations([Span(14, 22, kinds.PERSON), Span(9, 20, kinds.CREDIT_CARD)])]
)
def test_what_is_blocked_is_blocked_under_another_finding_too(spans: Sequence[Span]) -> None:
    policy = Policy("cards", {kinds.CREDIT_CARD: Treatment.BLOCK})
    with pytest.raises(Blocked):
        sent(spans, Ledger(b"a seed of sixteen bytes or more"), policy)
