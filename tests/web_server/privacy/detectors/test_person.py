"""Names by cue, by list and by address, in six languages; words, code and public people are kept."""

from __future__ import annotations

import pytest

from tests.support.finding import found
from web_server.privacy.policy import STRICT


def _people(text: str) -> list[str]:
    return [value for kind, value in found(text) if kind == "PERSON"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("My name is Hanisha Qwerin and I need help.", ["Hanisha Qwerin"]),
        ("Ich heiße Łukasz Nowak.", ["Łukasz Nowak"]),
        ("Je m'appelle María José García.", ["María José García"]),
        ("Me llamo Carmen Díaz.", ["Carmen Díaz"]),
        ("Mi chiamo Giulia Rossi.", ["Giulia Rossi"]),
        ("Mijn naam is Jan van der Berg.", ["Jan van der Berg"]),
        ("hi, i'm sarah and i need help", ["sarah"]),
        ("Dear Priya,\nthanks.\n\nBest regards,\nJean-Luc O'Brien", ["Priya", "Jean-Luc O'Brien"]),
        ("Sehr geehrter Herr Dr. Quastenflosser, vielen Dank", ["Quastenflosser"]),
        ("Ms. Chen's laptop", ["Chen"]),
        ("My boss Ahmed Al-Rashid told me", ["Ahmed Al-Rashid"]),
        ("the patient John Smith was seen", ["John Smith"]),
        ("my friend mike is sick", ["mike"]),
        ('{"first_name": "Rajesh", "last_name": "Venkatar"}', ["Rajesh", "Venkatar"]),
        ("From: Anna Example <anna@example.com>", ["Anna Example"]),
        ("Ask Zofqa Brendlin, zofqa.brendlin@example.com", ["Zofqa Brendlin"]),
        ("Yesterday JOHN SMITH signed it.", ["JOHN SMITH"]),
        ("Rachel Zheng wrote. Then Zheng called Rachel.", ["Rachel Zheng", "Zheng", "Rachel"]),
        ("written by Faina D. Qvefimova", ["Faina D. Qvefimova"]),
        ("Alice: hi\nBob: hello", ["Alice", "Bob"]),
    ],
)
def test_a_name_is_found(text: str, names: list[str]) -> None:
    assert _people(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "Who was Albert Einstein?", "Tell me about Barack Obama and Angela Merkel.", "Dear Hiring Manager,",
        "Hello World", "Dear Sir or Madam,", "import React from 'react'; class UserService extends BaseService {}",
        "I will mark it in May, and hope for grace.", "Stanford University and San Diego", "Explain the Bayes Theorem.",
        "Write a Python function in Visual Studio Code.", "What is the capital of Jordan?", "Use Ruby on Rails.",
        "name: Build and Test", "I'm German.", "This is Sparta Hotel", "const johnSmith = new JohnSmith();",
    ],
)  # fmt: skip
def test_words_code_and_public_people_are_kept(text: str) -> None:
    assert _people(text) == []


def test_a_famous_name_of_somebodys_own_is_hidden() -> None:
    assert _people("My colleague Albert Einstein is late.") == ["Albert Einstein"]


def test_a_strict_policy_hides_public_names_too() -> None:
    assert ("PERSON", "Albert Einstein") in found("Who was Albert Einstein?", STRICT)
    assert ("LOCATION", "Paris") in found("we met in Paris", STRICT)
