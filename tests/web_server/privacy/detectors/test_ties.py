"""What everybody knows is kept in a question about it, and hidden where the text ties it to somebody."""

from __future__ import annotations

import pytest

from tests.support.finding import found


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("My boss's name is Taylor Swift.", "Taylor Swift"),
        ("My boss\nTaylor Swift\nis angry.", "Taylor Swift"),
        ("Google (my employer) fired me.", "Google"),
        ("Google, my employer, fired me.", "Google"),
        ("Our customers are Siemens and others.", "Siemens"),
        ("Customer:\r\n- Siemens", "Siemens"),
        ("I work at\nSiemens.", "Siemens"),
        ("I've been working at Google for 3 years.", "Google"),
        ("I'm employed by Amazon.", "Amazon"),
        ("I joined Microsoft in 2019.", "Microsoft"),
        ("I'm from Hamburg.", "Hamburg"),
        ("Ich bin bei Siemens angestellt.", "Siemens"),
        ("Ich komme aus München.", "München"),
        ("Je suis de Marseille.", "Marseille"),
        ("Soy de Barcelona.", "Barcelona"),
        ("Sono di Napoli.", "Napoli"),
        ("Ik kom uit Rotterdam.", "Rotterdam"),
    ],
)
def test_what_everybody_knows_is_hidden_where_it_is_somebodys_own(text: str, name: str) -> None:
    assert name in [value for _, value in found(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Is Siemens bigger than Google?",
        "Which companies have joined Google Cloud?",
        "How do I get from Paris to Rome?",
        "Was kann man in München sehen?",
        "Quel temps fait-il à Nice ?",
        "Cities:\n- Paris\n- Rome",
        "Is it far from our hotel?\n\nParis has many.",
    ],
)
def test_what_everybody_knows_is_kept_in_a_question_about_it(text: str) -> None:
    assert found(text) == []
