"""Who published is public, who is only dated is not; things that bear a name are nobody."""

from __future__ import annotations

import pytest

from tests.support.finding import found
from web_server import policies


def _people(text: str, policy: str = "default") -> list[str]:
    return [value for kind, value in found(text, policies.read(policy)) if kind == "PERSON"]


@pytest.mark.parametrize(
    "text",
    [
        "Sources\n- Kowalska, Anna (1869) Handbook of stone", "As (Kowalska, 2015) shows. References follow.",
        "References\nAnna Kowalska, Peter Nowak (2015) Impact of surfaces", "Summarise the novel by Anna Kowalska.",
    ],
)  # fmt: skip
def test_an_author_is_public(text: str) -> None:
    assert _people(text) == []


def test_an_author_is_hidden_by_who_hides_everybody() -> None:
    assert _people("Summarise the novel by Anna Kowalska.", "strict") == ["Anna Kowalska"]


@pytest.mark.parametrize(
    "text",
    ["Anna Kowalska (1962) came in with a cough.", "a novel by my friend Anna Kowalska", "notes by Anna Kowalska"],
)
def test_a_name_with_a_year_or_a_note_of_ones_own_is_private(text: str) -> None:
    assert _people(text) == ["Anna Kowalska"]


def test_a_thing_that_is_called_as_people_are_is_nobody() -> None:
    assert _people("open a database called Bob") == []
    assert _people("my neighbour is called Bob") == ["Bob"]
