"""Names in other letters: many at once are what each of them is alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from web_server.privacy.transliterate import all_folded, folded, spellings

LETTERS = "abyzäöüåøæßłđðþıœəéñčģσςθηούбжяєџ"
NAMES = st.sets(st.text(LETTERS, min_size=1, max_size=8), max_size=6)


def test_a_name_is_typed_without_the_letters_that_a_keyboard_lacks() -> None:
    assert spellings(["günther"]) == {"günther", "gunther", "guenther"}
    assert spellings(["bjørn"]) == {"bjørn", "bjorn", "bjoern"}
    assert spellings(["дмитрий"]) == {"дмитрий", "dmitriy"}
    assert spellings(["γιώργος"]) == {"γιώργος", "giorgos"}
    assert spellings(["anna"]) == {"anna"}


@given(NAMES)
def test_many_names_at_once_are_spelled_as_each_alone(names: set[str]) -> None:
    assert spellings(names) == {spelling for name in names for spelling in spellings([name])}
    assert all_folded(names) == {folded(name) for name in names if not name.isascii()}
