"""Names read in running text: what is kept as public knowledge, what is somebody's own, who is believed."""

from __future__ import annotations

import pytest

from tests.support.finding import found
from web_server.privacy import kinds
from web_server.privacy.detectors.agreement import is_denied, without_scraps, yielding
from web_server.privacy.detectors.asking import asks
from web_server.privacy.detectors.read_names import READ
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.detectors.ties import is_tied
from web_server.privacy.policy import STRICT
from web_server.privacy.spans import Span
from web_server.privacy.tagger.name import Name


@pytest.mark.parametrize(
    "text",
    [
        "Who was Einstein?",
        "What did Barack Obama say about Canada?",
        "Write a poem in the style of Goethe.",
        "Compare Siemens with Goldman Sachs.",
        "Which rivers flow through Germany and Austria?",
        "Wie viele Einwohner hat Berlin?",
        "Quelle est la capitale de la France ?",
        "¿Quién fue Simón Bolívar?",
        "Is the Louvre in Paris open on Monday?",
        "How does Deutsche Bank report to the European Central Bank?",
    ],
)
def test_what_everybody_knows_is_kept_in_a_question_about_it(text: str) -> None:
    assert found(text) == []
    assert found(text, STRICT) != []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Our customer Siemens has not paid.", "Siemens"),
        ("I work at Google and want to leave.", "Google"),
        ("Taylor Swift, my boss, is angry with me.", "Taylor Swift"),
        ("My landlord is Deutsche Bank.", "Deutsche Bank"),
        ("Nuestro cliente Iberdrola no ha pagado.", "Iberdrola"),
        ("Unser Kunde Siemens hat nicht bezahlt.", "Siemens"),
    ],
)
def test_what_is_tied_to_who_writes_is_hidden(text: str, name: str) -> None:
    assert name in [value for _, value in found(text)]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("Yesterday Thandeka Oyelaran called about the parcel.", kinds.PERSON, "Thandeka Oyelaran"),
        ("The parcel went to Brenzhausen by mistake.", kinds.LOCATION, "Brenzhausen"),
        ("Thornbury Dental Practice has cancelled twice.", kinds.ORGANIZATION, "Thornbury Dental Practice"),
    ],
)
def test_what_nobody_knows_is_hidden(text: str, kind: str, value: str) -> None:
    assert (kind, value) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "Solve it with Dijkstra's algorithm.",
        "Alice has three apples and gives one to Bob.",
        "class Anderson(Base):\n    pass",
        "See web.example.org/anna.html or call obj.anna() for details.",
        "Что такое Москва?",
    ],
)
def test_names_that_are_nobodys_are_kept(text: str) -> None:
    assert not {kind for kind, _ in found(text)} & {kinds.PERSON, kinds.ORGANIZATION}


@pytest.mark.parametrize(
    ("text", "tied"),
    [
        ("our supplier ACME", True),
        ("ACME is our supplier", True),
        ("I live in ACME", True),
        ("ich arbeite bei ACME", True),
        ("ACME (my employer) said", True),
        ("what do you think of ACME", False),
        ("the history of ACME", False),
        ("our supplier\n\nACME", False),
    ],
)
def test_a_tie_stands_on_the_line_of_the_name(text: str, tied: bool) -> None:
    start = text.index("ACME")
    assert is_tied(text, start, start + 4) is tied


def test_a_text_asks_where_one_of_its_sentences_opens_so() -> None:
    assert asks(Reading("Hello. Could you explain Kant?"))
    assert asks(Reading("- write about Kant"))
    assert not asks(Reading("lol kant is so funny"))
    assert not asks(Reading("the man who met Kant"))


def test_a_rule_with_a_reason_is_believed_against_a_reading() -> None:
    rule = Span(0, 4, kinds.USERNAME, 0.6, "username-field")
    read = Span(0, 9, kinds.PERSON, 0.85, READ)
    assert list(yielding([read, rule], "anna anna")) == [rule]


def test_a_capital_alone_is_left_to_what_was_read_in_it() -> None:
    text = "Producer Anna Berg Street"
    proper = Span(0, 25, kinds.ORGANIZATION, 0.35, "proper-mixed")
    read = Span(9, 18, kinds.PERSON, 0.8, READ)
    left = list(yielding([proper, read], text))
    assert [text[span.start : span.end] for span in left] == ["Producer", "Street", "Anna Berg"]


def test_scraps_of_a_name_are_no_name() -> None:
    text = "the corner of Quill, Anna"
    read, rule = Span(0, 19, kinds.LOCATION, 0.8, READ), Span(14, 19, kinds.PERSON, 0.9, "person-titled")
    settled = [Span(0, 13, kinds.LOCATION, 0.8, READ), rule]
    assert list(without_scraps(settled, [read, rule], text)) == [rule]


def test_silence_of_the_tagger_denies_and_an_unlikely_name_does_not() -> None:
    span = Span(5, 9, kinds.PERSON, 0.5, "person-first")
    assert is_denied(span, [])
    assert is_denied(span, [Name(0, 5, kinds.PERSON, 0.9), Name(9, 12, kinds.PERSON, 0.9)])
    assert not is_denied(span, [Name(0, 3, kinds.PERSON, 0.9), Name(8, 12, kinds.LOCATION, 0.06)])
