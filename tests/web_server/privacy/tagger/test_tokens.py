"""What the tagger reads: tokens, and what it takes each of them for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web_server.privacy.tagger import tokens as read
from web_server.privacy.tagger.tokens import shape, tokens


@given(st.text())
def test_every_token_stands_where_it_says(text: str) -> None:
    found = tokens(text)
    at = 0
    for word, start, end in zip(found.words, found.starts, found.ends, strict=True):
        assert text[start:end] == word
        assert start >= at
        at = end


@given(st.text())
def test_nothing_but_space_is_left_out(text: str) -> None:
    found = tokens(text)
    left = "".join(char for char in text if not char.isspace())
    assert "".join("".join(word.split()) for word in found.words) == left


@pytest.mark.parametrize(
    ("word", "form"),
    [
        ("anna", read.SMALL),
        ("a", read.LETTER),
        ("A", read.CAPITAL),
        ("UN", read.ACRONYM),
        ("NATO", read.SHOUTED),
        ("Anna", read.TITLED),
        ("McDonald", read.MIXED),
        ("iPhone", read.HUMPED),
        ("北京", read.SCRIPT),
        ("12", read.FEW),
        ("1984", read.YEAR),
        ("12345", read.MANY),
        ("\n\n", read.LINE),
        ("...", read.STOP),
        ("@", read.SIGN),
        (",", read.MARK),
    ],
)
def test_a_word_has_a_shape(word: str, form: int) -> None:
    assert shape(word) == form


def test_a_word_is_cut_at_marks_and_digits() -> None:
    assert tokens("O'Brien-Smith_42 said:\n\nHi!!").words == [
        "O", "'", "Brien", "-", "Smith", "_", "42", "said", ":", "\n\n", "Hi", "!!",
    ]  # fmt: skip
