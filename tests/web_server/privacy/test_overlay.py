"""What an operator says outright holds, whatever else was found in its place."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.counting import calls
from web_server.privacy.finder import PatternFinder
from web_server.privacy.overlay import DENIED, settled
from web_server.privacy.policy_file import load
from web_server.privacy.spans import Span


def found(policy: str, text: str) -> list[tuple[str, str]]:
    spans = PatternFinder(load(policy, "p.yaml")).find(text)
    return [(text[span.start : span.end], span.kind) for span in spans]


def test_a_denied_value_inside_a_longer_find_leaves_the_longer_one_whole() -> None:
    policy = "deny: {Varga: ORGANIZATION}\n"
    assert found(policy, "Dear Dr. Kesia Varga, hello") == [("Kesia Varga", "PERSON")]
    assert found(policy, "the varga of the Varga-X") == [("varga", "ORGANIZATION"), ("Varga", "ORGANIZATION")]


@pytest.mark.parametrize(
    "text",
    [
        "we saw Weiß Söhne there",
        "WEISS SÖHNE",
        "weiß söhne",
        "Weiß  Söhne",
        "Weiß\nSöhne",
        "Weiß So\u0308hne",
        "Weiss Söhne",
    ],
)
def test_a_denied_value_is_found_however_it_is_written(text: str) -> None:
    [(value, kind)] = found("deny: {Weiß Söhne: ORGANIZATION}\n", text)
    assert kind == "ORGANIZATION"
    assert value.split()[0].lower().startswith("wei")
    assert len(value.split()) == 2


def test_a_denied_value_is_a_whole_word() -> None:
    assert found("names: {engine: rules}\ndeny: {Berg: PERSON}\n", "the Bergamo and iceberg lettuce") == []


LINK = "see https://kesia:hunter2zebra@shop.example/u/kesia?card=4012888888881881 now"


def test_a_blocked_kind_inside_a_link_is_seen() -> None:
    assert "CREDIT_CARD" not in {kind for _, kind in found("", LINK)}
    assert ("4012888888881881", "CREDIT_CARD") in found("treatments: {CREDIT_CARD: block}\n", LINK)


def test_a_blocked_pattern_of_the_operators_own_is_seen_inside_anything() -> None:
    policy = "patterns: [{name: t, kind: TICKET, pattern: 'PRJ-\\d{4}'}]\ntreatments: {TICKET: block}\n"
    for text in ("write to PRJ-4711@fjordmail.example", "https://wiki.example/u/PRJ-4711?user=kesia"):
        assert ("PRJ-4711", "TICKET") in found(policy, text)


def test_a_denied_value_of_a_blocked_kind_is_seen_inside_a_name() -> None:
    policy = "deny: {Varga: ORGANIZATION}\ntreatments: {ORGANIZATION: block}\n"
    assert ("Varga", "ORGANIZATION") in found(policy, "Dear Dr. Kesia Varga, hello")


def test_a_kind_that_is_not_blocked_is_settled_as_ever() -> None:
    policy = "treatments: {PHONE_NUMBER: block}\n"
    text = "IBAN DE89 3704 0044 0532 0130 00"
    assert [kind for _, kind in found(policy, text)] == ["IBAN_CODE"], "no telephone number, so nothing is stopped"


TEXT = "abcdefghij" * 3
spans = st.builds(
    lambda start, length, kind, score, reason: Span(start, min(start + length, len(TEXT)), kind, score, reason),
    st.integers(0, len(TEXT) - 1),
    st.integers(1, 12),
    st.sampled_from(["PERSON", "URL", "TICKET", "CREDIT_CARD"]),
    st.sampled_from([0.5, 0.95, 1.0]),
    st.sampled_from(["rule", DENIED]),
)


@given(st.lists(spans, max_size=8), st.sampled_from([frozenset(), frozenset({"TICKET"}), frozenset({"URL", "TICKET"})]))
def test_every_denied_letter_is_hidden_and_every_lone_block_is_seen(these: list[Span], blocked: frozenset[str]) -> None:
    made = settled(these, TEXT, blocked)
    assert all(one.end <= other.start for one, other in itertools.pairwise(made))
    hidden = {at for span in made for at in range(span.start, span.end)}
    for span in these:
        if span.reason == DENIED:
            assert set(range(span.start, span.end)) <= hidden
    for span in these:
        alone = all(span is other or span.end <= other.start or other.end <= span.start for other in these)
        if span.kind in blocked and alone:
            assert span.kind in {each.kind for each in made}


def test_eight_times_as_many_denied_values_are_eight_times_the_work() -> None:
    def spent(count: int) -> int:
        firm = [Span(20 * at, 20 * at + 5, "ORGANIZATION", 1.0, DENIED) for at in range(count)]
        other = [Span(20 * at + 10, 20 * at + 15, "PERSON", 1.0) for at in range(count)]
        made: list[Span] = []
        work = calls(lambda: made.extend(settled([*firm, *other], "denied    another   " * count, frozenset())))
        assert len(made) == 2 * count
        return work

    assert spent(1600) < 10 * spent(200)
