"""Patterns of an operator's own, from the policy file to the answer."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.finding import found
from web_server.privacy.finder import PatternFinder
from web_server.privacy.ledger import Ledger
from web_server.privacy.linear import LinearPattern
from web_server.privacy.policy import Policy
from web_server.privacy.policy_file import PolicyError, load
from web_server.privacy.restore import Restorer
from web_server.privacy.shield import Shield
from web_server.query import ModelRef, Query

_TICKET = r"patterns: [{name: ticket, kind: TICKET, pattern: 'PRJ-\d{4,8}', score: 0.8, context: [ticket]}]"


def _own(pattern: str, **said: object) -> Policy:
    row = {"name": "own", "kind": "OWN", "pattern": f"'{pattern}'", **said}
    return load(f"patterns: [{{{', '.join(f'{key}: {value}' for key, value in row.items())}}}]", "p.yaml")


def _sent(text: str, policy: Policy) -> tuple[str, str]:
    """What leaves, and what comes back when a model repeats it."""
    ledger = Ledger(b"s" * 32)
    query = Query(ModelRef("a", "b"), {"messages": [{"role": "user", "content": text}]})
    payload = Shield(PatternFinder(policy), policy).protect(query, ledger).payload
    left = payload["messages"][0]["content"]
    return left, Restorer(ledger).text(left)


@pytest.mark.parametrize(
    "treatments", ["", "treatments: {TICKET: tag}", "treatments: {TICKET: surrogate}"], ids=["default", "tag", "like"]
)
def test_a_kind_of_ones_own_leaves_hidden_and_comes_back(treatments: str) -> None:
    left, back = _sent("Look at PRJ-48213 and PRJ-48213.", load(f"{_TICKET}\n{treatments}", "p.yaml"))
    assert "PRJ-48213" not in left
    assert back == "Look at PRJ-48213 and PRJ-48213."
    if "tag" in treatments:
        assert re.fullmatch(r"Look at (\[TICKET_1_\w+\]) and \1\.", left)
    else:
        assert re.fullmatch(r"Look at ([A-Z]{3}-\d{5}) and \1\.", left)


def test_a_kind_of_ones_own_has_treatments_and_thresholds_like_any_other() -> None:
    assert _sent("PRJ-48213", load(f"{_TICKET}\ntreatments: {{TICKET: mask}}", "p.yaml"))[0] == "***-*****"
    assert found("PRJ-48213", load(f"{_TICKET}\ntreatments: {{TICKET: keep}}", "p.yaml")) == []
    assert found("PRJ-48213", load(f"{_TICKET}\nthresholds: {{TICKET: 0.9}}", "p.yaml")) == []
    assert found("ACME", load(f"{_TICKET}\ndeny: {{acme: TICKET}}", "p.yaml")) == [("TICKET", "ACME")]


def test_a_context_word_nearby_raises_the_score() -> None:
    policy = _own(r"\b\d{5}\b", score=0.3, context="[badge]")
    assert found("badge 48213", policy) == [("OWN", "48213")]
    assert found("48213 (my Badge)", policy) == [("OWN", "48213")]
    assert found("48213 pieces", policy) == []


def test_a_group_named_value_is_all_that_is_hidden() -> None:
    assert found("Vorgang Nr. 77-1 heute", _own(r"Vorgang Nr\. (?P<value>[\d-]+)")) == [("OWN", "77-1")]


def test_a_pattern_of_a_kind_of_ours_finds_that_kind() -> None:
    assert found("badge no Q-77", _own(r"Q-\d\d", kind="USERNAME")) == [("USERNAME", "Q-77")]


@pytest.mark.parametrize(
    ("pattern", "text", "value"),
    [
        (r"PRJ-\d{4}", "😀😀 PRJ-1234 😀", "PRJ-1234"),
        (r"PRJ-\d{4}", "\ud800 PRJ-1234 \udfff", "PRJ-1234"),
        (r"PRJ-\d{4}", "PRJ-١٢٣٤", "PRJ-١٢٣٤"),
        (r"\bPRJ\w+", "über PRJé 1", "PRJé"),
        (r"[^\W\d_]{3}-\d", "été-1", "été-1"),
        (r"Straße \d+", "\ud800😀 die Straße 12, Straße 13", "Straße 12"),
        (r"\pL{3}-\d", "😀 ぁぁぁ-1", "ぁぁぁ-1"),
        (r"A\sB", "A\u00a0B", "A\u00a0B"),
    ],
)
def test_offsets_are_those_of_code_points_whatever_stands_around(pattern: str, text: str, value: str) -> None:
    assert next(LinearPattern(pattern).finditer(text)).group() == value


@given(st.text(max_size=60), st.sampled_from([r"\b[A-Z]{1,3}\d{1,4}\b", r"\d+", r"a|b+", r"\S+@\S+"]))
def test_in_ascii_a_pattern_means_what_it_means_in_python(text: str, pattern: str) -> None:
    text = text.encode("ascii", "replace").decode()
    ours = [match.span() for match in LinearPattern(pattern).finditer(text)]
    if "\x0b" not in text and not any(char in text for char in "\x1c\x1d\x1e\x1f"):  # spaces to Python alone
        assert ours == [match.span() for match in re.finditer(pattern, text)]


@given(st.text(max_size=80), st.sampled_from([r"\d+", r"[^\s]{2,9}", r"é|ß|[Α-Ω]+", r"\pL+", "😀.?"]))
def test_what_matches_is_where_it_says(text: str, pattern: str) -> None:
    end = 0
    for match in LinearPattern(pattern).finditer(text):
        assert end <= match.start() < match.end() <= len(text)
        end = match.end()


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (r"(?<=ID )\d+", "look-around is not supported"),
        (r"(?!x)\d+", "look-around is not supported"),
        (r"(a)\1", "not a pattern of RE2"),
        (r"\d{2,5000}", "repeat at most 1000 times"),
        (r"(", "not a pattern of RE2"),
        (r"\d*", "matches the empty text"),
        (r"\b", "matches the empty text"),
        (r"\bÉtude", "write `\\pL`"),
    ],
)
def test_a_pattern_that_cannot_be_linear_is_an_error_with_its_place_and_what_to_do(pattern: str, why: str) -> None:
    with pytest.raises(PolicyError) as error:
        load(f"threshold: 0.5\npatterns:\n- name: own\n  kind: OWN\n  pattern: '{pattern}'\n", "p.yaml")
    assert str(error.value).startswith("p.yaml:5:12: ")
    assert why in str(error.value)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("{name: a, kind: OWN}", "a pattern needs its pattern"),
        ("{kind: OWN, pattern: x}", "a pattern needs its name"),
        ("{name: a, kind: own, pattern: x}", "expected a kind, or a new name"),
        ("{name: a b, kind: OWN, pattern: x}", "expected a name"),
        ("{name: a, kind: OWN, pattern: x, score: 2}", "expected a number from 0 to 1"),
        ("{name: a, kind: OWN, pattern: x, context: [two words]}", "one word of letters"),
        ("{name: a, kind: OWN, pattern: x, colour: red}", "unknown setting of a pattern `colour`"),
        ("{name: a, kind: OWN, pattern: x}, {name: a, kind: OWN, pattern: y}", "two patterns are named `a`"),
    ],
)
def test_a_mistake_in_a_row_is_named(row: str, why: str) -> None:
    with pytest.raises(PolicyError, match=re.escape(why)):
        load(f"patterns: [{row}]", "p.yaml")


def test_a_kind_that_no_pattern_finds_is_still_a_typing_error() -> None:
    with pytest.raises(PolicyError, match="unknown kind `TIKET`; did you mean TICKET"):
        load(f"{_TICKET}\ntreatments: {{TIKET: tag}}", "p.yaml")


def test_bait_for_a_backtracking_engine_is_read_once() -> None:
    """RE2 keeps no more than a state a character: where `re` would take 2**40 steps this comes back."""
    assert found("a" * 5000 + "!", _own("(a+)+b")) == []
