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
        ("its derek from accounting", ["derek"]),
        ("forward this to margaret o'shaughnessy please", ["margaret o'shaughnessy"]),
        ("met katarzyna mcallister and derek wójcicki", ["katarzyna mcallister", "derek wójcicki"]),
        ("Gwenaëlle Le Bihan left", ["Gwenaëlle Le Bihan"]),
        ("my colleague Pieter Van Den Broeck left", ["Pieter Van Den Broeck"]),
        ("I had lunch with yevgenia yesterday", ["yevgenia"]),
        ("dinner with zbyszka on friday", ["zbyszka"]),
        ("Please ask Xochitl about the invoice", ["Xochitl"]),
        ("Could you remind Nqobile to sign?", ["Nqobile"]),
        ("I am Will Price", ["Will Price"]),
        ("I'm Grace Young and this is my plan.", ["Grace Young"]),
        ("Will Baker wrote to us", ["Will Baker"]),
        ("My name is Mark", ["Mark"]),
        ("Anna's SSN was leaked, and Bob's VPN too", ["Anna", "Bob"]),
        ("I'm Anna Kowalska and I'm tired", ["Anna Kowalska"]),
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
        "name: Build and Test", "I'm German.", "it made sense and this lady said so", "Will Price Increases Hurt?",
        "We had lunch with clients and dinner with friends.", "Tell Everyone about it",
        "the Summer Rain", "coffee with milk", "I'm Happy", "ask Questions about it",
        "This is Sparta Hotel", "const johnSmith = new JohnSmith();",
    ],
)  # fmt: skip
def test_words_code_and_public_people_are_kept(text: str) -> None:
    assert _people(text) == []


def test_a_famous_name_of_somebodys_own_is_hidden() -> None:
    assert _people("My colleague Albert Einstein is late.") == ["Albert Einstein"]


def test_a_strict_policy_hides_public_names_too() -> None:
    assert ("PERSON", "Albert Einstein") in found("Who was Albert Einstein?", STRICT)
    assert ("LOCATION", "Paris") in found("we met in Paris", STRICT)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("My name is 王伟", "王伟"),
        ("我叫王小明，住在上海。", "王小明"),
        ("名前は山田太郎です。", "山田太郎"),
        ("제 이름은 김민수입니다.", "김민수"),
        ("my colleague 김민수 is ill", "김민수"),
        ("اسمي محمد علي", "محمد علي"),
        ("Dear محمد علي, hello", "محمد علي"),
        ("My name is Мария Иванова", "Мария Иванова"),
        ("меня зовут Зухра Абдрахимова", "Зухра Абдрахимова"),
        ("με λένε Ζωή Παππά", "Ζωή Παππά"),
        ("קוראים לי דנה לוי", "דנה לוי"),
    ],
)
def test_a_name_in_any_script_is_found_behind_its_cue(text: str, name: str) -> None:
    assert _people(text) == [name]


@pytest.mark.parametrize(
    "text", ["我是学生，我想学习。", "翻译：今天天气很好", "Translate 你好 to English", "Что такое Москва?"]
)
def test_other_scripts_without_a_cue_are_kept(text: str) -> None:
    assert _people(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Solve it with Newton's method.", "Prove it by Bayes' theorem, please.", "according to Murphy's law",
        "a bound from Moore's law", "start with Dijkstra's algorithm", "She has Parkinson's disease",
        "patients with Parkinson's, and with Alzheimer's", "derived from Newton's second law",
        "checked with Student's test", "bounded by Graham's number", "he died from Hodgkin's lymphoma",
    ],
)  # fmt: skip
def test_a_name_that_has_become_a_word_is_kept(text: str) -> None:
    assert _people(text) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("I got it from Kowalski, Mr. Newton's method failed", "Newton"),
        ("We spoke about Anna's disease", "Anna"),
        ("my boss Moore's law degree", "Moore"),
        ("Dr. Parkinson's rule", "Parkinson"),
    ],
)
def test_what_belongs_to_somebody_of_ours_names_them(text: str, name: str) -> None:
    assert name in _people(text)
