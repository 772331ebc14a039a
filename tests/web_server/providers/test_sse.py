"""Server-sent events are the same events wherever the network cut them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web_server.providers.sse import Event, EventParser, EventTooLong

STREAM = (
    b"\xef\xbb\xbf: a comment\n"
    b'data: {"a": "\xc3\xbc"}\n\n'
    b"event: named\r\ndata: one\r\ndata:two\r\n\r\n"
    b"id: 7\nretry: 10\ndata\n\n"
    b"\n\n"
    b"data: \xf0\x9f\x98\x80 [DONE]\n\n"
)
EVENTS = [
    Event("message", '{"a": "ü"}'),
    Event("named", "one\ntwo"),
    Event("message", ""),
    Event("message", "\N{GRINNING FACE} [DONE]"),
]


def parse(*reads: bytes) -> list[Event]:
    parser = EventParser()
    return [event for read in reads for event in parser.feed(read)]


def test_every_line_ending_comment_and_byte_order_mark_is_understood():
    assert parse(STREAM) == EVENTS


@pytest.mark.parametrize("cut", range(len(STREAM) + 1))
def test_a_cut_anywhere_changes_nothing(cut: int):
    assert parse(STREAM[:cut], STREAM[cut:]) == EVENTS


def test_one_byte_at_a_time_changes_nothing():
    assert parse(*(STREAM[at : at + 1] for at in range(len(STREAM)))) == EVENTS


@given(st.lists(st.integers(0, len(STREAM)), max_size=12))
def test_any_cuts_change_nothing(cuts: list[int]):
    points = [0, *sorted(cuts), len(STREAM)]
    assert parse(*(STREAM[a:b] for a, b in pairwise(points))) == EVENTS


@given(st.binary(max_size=300))
def test_no_bytes_at_all_make_it_fail(noise: bytes):
    parse(noise, b"\n\n")


def test_an_unfinished_event_is_not_an_event():
    assert parse(b"data: almost\n") == []


def test_an_endless_line_is_refused_instead_of_kept():
    parser = EventParser(limit=1000)
    with pytest.raises(EventTooLong):
        for _ in range(1000):
            list(parser.feed(b"data: no end "))


def test_an_endless_event_is_refused_instead_of_kept():
    parser = EventParser(limit=1000)
    with pytest.raises(EventTooLong):
        for _ in range(1000):
            list(parser.feed(b"data: no end\n"))
