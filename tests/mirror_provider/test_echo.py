from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from mirror_provider import echo


@given(st.text())
@settings(max_examples=100)
def test_pieces_are_the_text(text: str) -> None:
    pieces = echo.pieces(text)
    assert "".join(pieces) == text
    assert all(pieces)


def test_a_long_text_has_longer_but_not_many_more_pieces() -> None:
    assert len(echo.pieces("x" * 1_000_000)) < 5_000


def test_edits_touch_tokens_and_leave_the_words_between() -> None:
    edited = echo.edited("please ask Berta Muster at b@example.test about A-17, x_1, Carl, Dora, Emil and Fritz today")
    assert edited == (
        "please ask **Berta** `Muster` at B@EXAMPLE.TEST about A-17's, x\\_1, carl, _Dora_, **Emil** and `Fritz` today"
    )


def test_a_hyphen_becomes_one_that_does_not_break() -> None:
    assert echo.edited("One Two A-B").endswith("A\u2011B")


def test_the_edits_of_a_text_are_the_same_every_time() -> None:
    assert echo.edited("Anna-Lena met Bo") == echo.edited("Anna-Lena met Bo")
