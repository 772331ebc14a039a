"""All that frames tell is two buckets: how long an answer took to begin, and how long it was."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from web_server.providers.sse import EventParser
from web_server.traffic.buckets import bucket
from web_server.traffic.forms import comment, spaces
from web_server.traffic.frames import STEPS, Filler, Frames, Ticks

SIZE, TICK = 64, 0.5
Sent = tuple[float, bytes]

arrivals = st.lists(st.tuples(st.floats(0, 20), st.text(max_size=40)), min_size=1, max_size=20).map(sorted)
"""Deltas as they come: seconds after the request, and what they say."""

few = settings(max_examples=40)


def sse(text: str) -> bytes:
    return b"data: " + json.dumps(text).encode() + b"\n\n"


def line(text: str) -> bytes:
    return json.dumps(text).encode() + b"\n"


def told(stream: bytes) -> list[str]:
    return [json.loads(event.data) for event in EventParser().feed(stream)]


def lines(stream: bytes) -> list[str]:
    return [json.loads(each) for each in stream.splitlines()]


FORMS = [pytest.param(sse, comment, told, id="events"), pytest.param(line, spaces, lines, id="lines")]


def played(deltas: list[tuple[float, str]], event: Callable[[str], bytes], filler: Filler) -> list[Sent]:
    """What leaves, and when: the first delta begins the answer, the last one is its last words."""
    ticks, frames = Ticks(0.0, TICK), Frames(SIZE, filler)
    coming = [*deltas]
    now, sent = ticks.next(coming[0][0]), []
    while not frames.over:
        while len(coming) > 1 and coming[0][0] <= now:
            frames.feed(event(coming.pop(0)[1]))
        if len(coming) == 1 and coming[0][0] <= now:
            frames.end(event(coming.pop()[1]))
        sent.append((now, frames.next()))
        now = ticks.next(now)
    return sent


@pytest.mark.parametrize(("event", "filler", "read"), FORMS)
@few
@given(deltas=arrivals)
def test_every_delta_arrives_and_every_frame_is_full(
    event: Callable[[str], bytes],
    filler: Filler,
    read: Callable[[bytes], list[str]],
    deltas: list[tuple[float, str]],
):
    sent = played(deltas, event, filler)
    assert read(b"".join(frame for _, frame in sent)) == [text for _, text in deltas]
    assert {len(frame) for _, frame in sent} == {SIZE}


@few
@given(deltas=arrivals)
def test_all_there_is_to_see_is_two_buckets(deltas: list[tuple[float, str]]):
    seen = [(when, len(frame)) for when, frame in played(deltas, sse, comment)]
    first, number = round(seen[0][0] / TICK), len(seen)
    assert (bucket(first, STEPS), bucket(number, STEPS)) == (first, number)
    assert seen == [((first + each) * TICK, SIZE) for each in range(number)]


@few
@given(
    text=st.text(min_size=1, max_size=400), cuts=st.lists(st.tuples(st.integers(0, 400), st.floats(1, 7)), max_size=9)
)
def test_however_an_answer_is_cut_it_looks_the_same(text: str, cuts: list[tuple[int, float]]):
    ends = [*sorted(cut for cut, _ in cuts), len(text)]
    pieces = [text[start:end] for start, end in zip([0, *ends], ends, strict=False)]
    times = [1.0, *sorted(when for _, when in cuts)]
    whole = [(1.0, ""), (3.9, text), (8.0, "")]
    split = [*zip(times, pieces, strict=True), (8.0, "")]
    one, other = ([(when, len(frame)) for when, frame in played(each, line, spaces)] for each in (whole, split))
    assert one == other or len(one) != len(other), "only another bucket may tell"
    assert len(one) >= 16 and abs(len(one) - len(other)) <= max(len(one), len(other)) // 2


@few
@given(deltas=arrivals)
def test_the_last_words_are_the_last_bytes(deltas: list[tuple[float, str]]):
    sent = b"".join(frame for _, frame in played(deltas, sse, comment))
    assert sent.endswith(sse(deltas[-1][1]))


def test_who_is_late_gets_a_later_tick_and_never_two_at_once():
    ticks = Ticks(10.0, 0.1)
    assert ticks.next(10.02) == pytest.approx(10.1)
    assert ticks.next(10.1001) == pytest.approx(10.2)
    assert ticks.next(10.57) == pytest.approx(10.6), "ticks that were missed are not made up for"
    assert ticks.next(10.6) == pytest.approx(10.7)


def test_how_long_an_answer_took_to_begin_is_a_bucket_of_ticks():
    assert Ticks(0.0, 0.1).next(0.45) == pytest.approx(0.6)
    assert Ticks(0.0, 0.1).next(1.65) == pytest.approx(2.4)


@pytest.mark.parametrize("count", [*range(1, 12)])
def test_a_comment_of_any_length_says_nothing(count: int):
    assert len(comment(count)) == len(spaces(count)) == count
    assert told(sse("a") + comment(count) + sse("b")) == ["a", "b"]
    assert lines(line("a") + spaces(count) + line("b")) == ["a", "b"]
