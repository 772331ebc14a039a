"""The finder as a whole: laws over any text, plugged-in recognizers, lists of the policy, settling."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.counting import calls
from tests.support.finding import found
from web_server.privacy import kinds
from web_server.privacy.finder import PatternFinder
from web_server.privacy.policy import DEFAULT, STRICT, Policy, Treatment
from web_server.privacy.settle import settle
from web_server.privacy.spans import Span

_FINDER = PatternFinder(STRICT)
_PIECES = st.sampled_from(
    ["Anna", " Smith", "@", ".", "example.com", "+49 ", "1", "23", "-", ":", "password", "=", "\n", "\ud800",
     "\x00", "\u200b", "İ", "ß", "ﷺ", "שלום", "https://", "DE89", "sk-", "eyJ",
     "'", '"', "(", "5 Main Street", "née", " is ", "my name"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(_PIECES, max_size=40).map("".join)))
def test_any_text_gives_spans_in_range_in_order_and_apart(text: str) -> None:
    end = 0
    for span in _FINDER.find(text):
        assert end <= span.start < span.end <= len(text)
        assert span.kind in kinds.ALL
        end = span.end


@pytest.mark.parametrize(
    "bait",
    ["Best,\n\nAnna\n", "Anna Kowalska ", "Anna,Kowalska,anna.k@example.com,+1 212 555 0187,42 Maple Street\n", "key=",
     "von ", "Anna von ", "its derek ", "ask Xochitl about ", "Newton's law ", "my name is 王伟 ", "call 4155552671 ",
     "Dear Anna Example, call +1 212 555 0187 or write to anna@example.com about invoice 4711. ",
     "a", "1", ".", "@", " ", "(", "A. ", "a@", "1-", "://", "passport ", "Anna ", "eyJa.", "\n", "A de ", "DE00 "],
)  # fmt: skip
def test_the_work_done_grows_with_the_text_and_not_faster(bait: str) -> None:
    """Counted in calls, so that a busy machine says nothing: eight times the text is eight times the work.

    What happens inside one pattern no call shows; `test_linear` counts its steps.
    """

    def spent(size: int) -> int:
        return calls(lambda: _FINDER.find(bait * (size // len(bait))))

    _FINDER.find(bait)
    assert spent(16_000) < 10 * spent(2_000) + 1_000


def test_two_threads_find_the_same() -> None:
    text = "My name is Anna Example, anna@example.com, +1 212 555 0187."
    with ThreadPoolExecutor(4) as pool:
        assert len({tuple(spans) for spans in pool.map(_FINDER.find, [text] * 16)}) == 1


def test_kept_kinds_and_low_scores_are_not_reported() -> None:
    keeps = Policy("keeps", treatments={kinds.EMAIL_ADDRESS: Treatment.KEEP})
    assert found("write to anna@example.com", keeps) == []
    picky = Policy("picky", thresholds={kinds.PHONE_NUMBER: 0.99})
    assert found("call 212-555-0187", picky) == []


def test_the_lists_of_a_policy_win() -> None:
    lists = Policy("lists", allow=frozenset({"info@example.com"}), deny={"project bluebird": kinds.ORGANIZATION})
    assert found("info@example.com on Project Bluebird", lists) == [("ORGANIZATION", "Project Bluebird")]


def test_what_is_wide_and_sure_keeps_its_place() -> None:
    assert found("postgres://app:s3cr3tPw@db.example/x", DEFAULT) == [("SECRET", "s3cr3tPw")]
    assert found("42 Maple Street, Springfield, IL 62704")[0][0] == "STREET_ADDRESS"


@given(
    st.permutations([Span(0, 4, "PERSON", 0.5), Span(2, 9, "URL", 0.8), Span(3, 5, "SWIFT", 1.0), Span(9, 12, "GPS")])
)
def test_settling_does_not_depend_on_the_order(spans: list[Span]) -> None:
    left = Span(0, 2, "PERSON", 0.5)
    assert settle(spans, "x" * 12) == [left, Span(2, 9, "URL", 0.8), Span(9, 12, "GPS")]


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


_LOOSE_SPANS = st.builds(
    lambda start, size, kind, score: Span(start, min(30, start + size), kind, score),
    st.integers(0, 29),
    st.integers(1, 12),
    st.sampled_from(["PERSON", "URL", "SECRET", "SWIFT"]),
    st.sampled_from([0.5, 0.8, 0.95]),
)


@given(st.lists(_LOOSE_SPANS, max_size=8), st.text("ab. -@", min_size=30, max_size=30))
def test_what_loses_its_place_does_not_leave(spans: list[Span], text: str) -> None:
    kept = settle(spans, text)
    assert all(one.end <= other.start for one, other in pairwise(kept))
    lost = [span for span in spans if not any(other.kind == span.kind and _overlap(span, other) for other in kept)]
    held = {at for span in kept for at in range(span.start, span.end)}
    assert {at for span in lost for at in range(span.start, span.end) if text[at].isalnum()} <= held
    assert {at for span in kept for at in range(span.start, span.end)} <= {
        at for span in spans for at in range(span.start, span.end)
    }


def test_a_password_that_is_half_taken_for_a_host_is_hidden_whole() -> None:
    values = found("amqp://worker:letmein@Lyon14@mq.corp.internal/x")
    hidden = "".join(value for _, value in values)
    assert "letmein" in hidden
    assert "Lyon14" in hidden
