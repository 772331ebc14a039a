"""Templates: every one that is shipped can be filled, and what is marked in it is where it says."""

from __future__ import annotations

import random

import pytest

from training.fillers import Fillers
from training.marked import KINDS
from training.templates import filled, templates

TOWNS = [("Oberkirch", "DE", 20_000), ("Leeds", "GB", 500_000), ("Albi", "FR", 50_000), ("Vigo", "ES", 290_000),
         ("Lecce", "IT", 95_000), ("Delft", "NL", 100_000)]  # fmt: skip
FILLERS = Fillers(TOWNS)


def test_every_template_can_be_filled_and_its_marks_hold_no_more_than_a_name() -> None:
    draw = random.Random(1)
    count = 0
    for language, template in templates():
        text = filled(template, language, FILLERS, draw)
        count += 1
        at = 0
        for mark in text.marks:
            assert at <= mark.start < mark.end <= len(text.text), template
            assert mark.kind in KINDS, template
            assert text.text[mark.start : mark.end].strip() == text.text[mark.start : mark.end], template
            at = mark.end
    assert count > 4000


def test_a_slot_and_its_number_are_one_person_in_all_forms() -> None:
    text = filled("{p1.first} met {p2}. {p1.first.upper}! {p1.first.lower}?", "en", FILLERS, random.Random(3))
    names = [text.text[mark.start : mark.end] for mark in text.marks]
    assert names[0].upper() == names[2]
    assert names[0].lower() == names[3]
    assert [mark.kind for mark in text.marks] == ["PERSON"] * 4


def test_what_stands_in_brackets_is_marked_as_it_stands_and_an_escaped_one_is_not() -> None:
    text = filled(r"[[LOCATION|Paris]] \[[x]] \{p1} \<b>", "en", FILLERS, random.Random(1))
    assert text.text == "Paris [[x]] {p1} <b>"
    assert [text.text[mark.start : mark.end] for mark in text.marks] == ["Paris"]


def test_one_of_the_alternatives_is_taken_slots_and_all() -> None:
    seen = {
        filled("<|hi >{c1}<!|?>", "de", Fillers(TOWNS[:1] * 1 + TOWNS[1:]), random.Random(at)).text for at in range(60)
    }
    assert {text[-1] for text in seen} == {"!", "?"}
    assert {text.startswith("hi ") for text in seen} == {True, False}


def test_a_slot_that_is_none_is_an_error() -> None:
    with pytest.raises(KeyError):
        filled("{nobody1}", "en", FILLERS, random.Random(1))
