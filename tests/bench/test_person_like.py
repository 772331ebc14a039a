"""Which units are taken for people's names."""

from __future__ import annotations

import pytest

from bench.person_like import person_like


def is_like(text: str, unit: str) -> bool:
    return person_like(text, [unit]) == [unit]


@pytest.mark.parametrize(
    "name",
    [
        "Mahsa Zandiyeh",
        "Carlota P. Valenzuela",
        "Vincent van Lith",
        "Eman al Heirat",
        "Anne-Marie O'Neill",
        "Ronald McDonald",
        "JJ Martinez",
        "Riadh SHIL",
        "SARA DEVEREAU",
        "Dr. Hossam Fathi",
        "Nkazimulo Zulu",
    ],
)
def test_full_names_are_people_whether_any_list_has_them_or_not(name):
    assert is_like(f"Please write to {name} today.", name.lower())


@pytest.mark.parametrize(
    "name",
    [
        "Crown Point Corporation",
        "Banco Filipino",
        "Peking University",
        "Sauchiehall Street",
        "Google Pay",
        "Collier Construction",
        "Safran HQ",
        "AIA Bordeaux",
        "Closed AI",
        "New York",
        "Bridgend, Wales",
        "Key To The World",
        "Partners in Mission",
        "BaseballCloud",
        "ED1755",
        "www.caviish.com",
        "Your Name",
        "Dr.",
        "Walmart’s",
    ],
)
def test_firms_places_and_things_are_not(name):
    assert not is_like(f"Please write to {name} today.", name.lower())


def test_a_single_word_is_a_person_where_the_lists_have_it():
    assert is_like("Dear Rachel, thank you.", "rachel")
    assert not is_like("Dear Qwortle, thank you.", "qwortle")


def test_a_single_word_is_a_person_where_it_is_part_of_ones_name():
    units = ["weijia huang", "weijia", "van", "qwortle"]

    assert person_like("Weijia Huang is here. Weijia sings. Qwortle, too. The van.", units) == [
        "weijia huang",
        "weijia",
    ]


def test_a_name_in_small_letters_is_passed_over_unless_it_stands_with_capitals_elsewhere():
    assert not is_like("who is tanish kanga?", "tanish kanga")
    assert is_like("who is tanish kanga? Tanish Kanga lives here.", "tanish kanga")


def test_part_of_a_word_is_no_name():
    assert not is_like("Harrying the Harrys.", "harry")


def test_a_text_whose_small_letters_are_longer_is_passed_over_and_breaks_nothing():
    assert person_like("İİ Rachel", ["rachel"]) == []


@pytest.mark.parametrize("unit", ["", " ", ".", "van", "'s", "é"])
def test_odd_units_are_nobody(unit):
    assert person_like("van . 's é", [unit]) == []
