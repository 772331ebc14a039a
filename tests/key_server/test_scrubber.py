"""The credential does not pass, wherever the chunks break; everything else does."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from key_server.egress.scrubber import Scrubber

SECRET = b"sk-test-not/a/key-ssk-test"
LETTERS = st.sampled_from(
    [b"s", b"k", b"-", b"sk-", SECRET, SECRET[:9], SECRET[5:], SECRET.replace(b"/", rb"\/"), b"x"]
)


def run(data: bytes, cuts: list[int]) -> list[bytes]:
    scrubber = Scrubber([SECRET])
    places = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    out = [scrubber.feed(data[one:two]) for one, two in itertools.pairwise(places)]
    return [*out, scrubber.close()]


@given(st.lists(LETTERS, max_size=12).map(b"".join), st.lists(st.integers(0, 500), max_size=8))
@settings(max_examples=150, deadline=None)
def test_the_value_never_passes_and_the_rest_is_as_if_uncut(data: bytes, cuts: list[int]) -> None:
    out = b"".join(run(data, cuts))
    assert SECRET not in out
    assert out == b"".join(run(data, []))
    assert out == data.replace(SECRET.replace(b"/", rb"\/"), b"***").replace(SECRET, b"***")


@pytest.mark.parametrize(
    "said",
    [
        rb"sk-+x/\"y\\z&0123",
        rb"sk-\u002bx/\u0022y\\z\u00260123",
        rb"sk-\u002Bx/\u0022y\\z\u00260123",
        b"sk-%2Bx%2F%22y%5Cz%260123",
    ],
)
@pytest.mark.parametrize("cut", [0, 4, 11])
def test_the_value_does_not_pass_in_the_spelling_of_an_encoder_either(said: bytes, cut: int) -> None:
    scrubber = Scrubber([rb'sk-+x/"y\z&0123'])
    assert scrubber.feed(b"a" + said[:cut]) + scrubber.feed(said[cut:] + b"b") + scrubber.close() == b"a***b"


def test_a_chunk_that_cannot_be_the_start_of_the_value_is_not_held_back() -> None:
    scrubber = Scrubber([SECRET])
    assert scrubber.feed(b'data: {"a": 1}\n\n') == b'data: {"a": 1}\n\n'
    assert scrubber.feed(b"x sk-te") == b"x "
    assert scrubber.feed(b"a") == b"sk-tea"


def test_without_a_value_everything_passes() -> None:
    assert Scrubber([]).feed(b"anything") == b"anything"
