"""What the network is shown of a marked text: a tag for every token."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from training.calibration import fitted
from training.examples import IGNORED, tags
from training.fillers import Fillers
from training.marked import SKIP, TAGS, Mark, Marked
from training.variations import varied
from web_server.privacy.tagger.tokens import tokens


def tagged(text: str, *marks: Mark) -> list[str]:
    return ["-" if tag == IGNORED else TAGS[tag] for tag in tags(Marked(text, marks), tokens(text))]


def test_a_name_begins_goes_on_and_ends() -> None:
    assert tagged("Ask Anna de Vries", Mark(4, 17, "PERSON")) == ["O", "B-PERSON", "I-PERSON", "E-PERSON"]


def test_a_name_of_one_token_is_single() -> None:
    assert tagged("in Leeds .", Mark(3, 8, "LOCATION")) == ["O", "S-LOCATION", "O"]


def test_a_token_that_a_mark_cuts_is_of_the_name() -> None:
    assert tagged("Annas car", Mark(0, 4, "PERSON")) == ["S-PERSON", "O"]


def test_nothing_is_learned_from_what_is_skipped() -> None:
    assert tagged("@ anna hi", Mark(0, 6, SKIP)) == ["-", "-", "O"]


FILLERS = Fillers([("Oberkirch", code, 20_000) for code in ("DE", "GB", "FR", "ES", "IT", "NL")])


@given(st.integers(0, 5000), st.booleans())
@settings(deadline=None)  # the first of them reads the lists of names
def test_a_variation_marks_the_same_kinds_in_the_same_order(seed: int, gold: bool) -> None:
    text = Marked("Dear Anna Berg, is Oberkirch near Leeds? Tom", (
        Mark(5, 14, "PERSON"), Mark(19, 28, "LOCATION"), Mark(34, 39, "LOCATION"), Mark(41, 44, "PERSON"),
    ))  # fmt: skip
    made = varied(text, FILLERS, random.Random(seed), gold=gold)
    assert [mark.kind for mark in made.marks] == [mark.kind for mark in text.marks]
    assert all(made.text[mark.start : mark.end].strip() for mark in made.marks)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=400))
def test_a_calibration_rises_from_nothing_to_the_surest(read: list[tuple[float, bool]]) -> None:
    points = fitted(read)
    assert points[0] == (0.0, 0.0)
    assert points[-1][0] == 1.0
    assert points == sorted(points)
    assert all(0 <= share <= 1 for _, share in points)
    assert [share for _, share in points] == sorted(share for _, share in points)
